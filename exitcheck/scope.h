/* SPDX-License-Identifier: GPL-2.0 */
/*
 * scope: variables with __attribute__((cleanup(f))). f() runs wherever control leaves the block of
 * such a variable: at its end, and at break, continue, goto and return.
 */
#ifndef EXITCHECK_SCOPE_H
#define EXITCHECK_SCOPE_H

#include "function.h"

struct scope {
	const struct node *block;   /* of the variable */
	const struct node *cleanup; /* the call of f() */
	struct scope *outer;
};

/* The variable whose cleanup is @cleanup is declared in @frame's block. */
void scope__enter(struct frame *frame, const struct node *cleanup);
/* Runs the cleanups of the scopes within @outer in each path of @in, which keeps its value. */
void scope__clean(struct flow *flow, struct frame *frame, const struct scope *outer,
		  struct paths *in);
/* The same, and the scopes end. */
void scope__leave(struct flow *flow, struct frame *frame, struct scope *outer, struct paths *in);
/* The innermost of @frame's scopes that label @label is in. */
const struct scope *scope__around(const struct frame *frame, const char *label);

#endif
