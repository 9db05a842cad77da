/* SPDX-License-Identifier: GPL-2.0 */
/*
 * condition: the worlds in which a condition is true, and those in which it is not.
 */
#ifndef EXITCHECK_CONDITION_H
#define EXITCHECK_CONDITION_H

#include "function.h"

struct branches {
	struct paths yes, no;
};

struct branches condition__branch(struct flow *flow, struct frame *frame, const struct node *node,
				  const struct world *world);
bool condition__is_comparison(const struct node *node);
/* Moves @more into @all; @more is consumed. */
void branches__take(struct branches *all, struct branches *more);

#endif
