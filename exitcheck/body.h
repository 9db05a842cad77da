/* SPDX-License-Identifier: GPL-2.0 */
/*
 * body: the bodies of a program's functions. Each is kept as bytes until it is run for the first
 * time, as most never are.
 */
#ifndef EXITCHECK_BODY_H
#define EXITCHECK_BODY_H

#include "buffer.h"
#include "unit.h"

/* The bodies of one unit. */
struct bodies {
	struct buffer buffer;
	int *ids; /* from those in the buffer to those of the program */
	int id_count;
};

/* One of them. */
struct body {
	const struct bodies *bodies;
	size_t at;
	struct node *node; /* NULL: it was not run yet */
};

void body__put(struct buffer *buffer, const struct node *body);
/* Makes the nodes of @body, which the caller frees. */
struct node *body__copy(const struct body *body);
/* The body of @function, which is of a program. NULL: no unit has it. */
const struct node *body__of(const struct function *function);

#endif
