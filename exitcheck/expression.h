/* SPDX-License-Identifier: GPL-2.0 */
/*
 * expression: evaluates expressions. Each returns a path for every process that comes out.
 */
#ifndef EXITCHECK_EXPRESSION_H
#define EXITCHECK_EXPRESSION_H

#include "function.h"

struct paths expression__eval(struct flow *flow, struct frame *frame, const struct node *node,
			      const struct world *world);
/* Evaluates @node in each world of @in; @in is consumed. */
struct paths expression__eval_all(struct flow *flow, struct frame *frame, const struct node *node,
				  struct paths *in);
/* Evaluates the children of @node in their order; the values are not known. */
struct paths expression__eval_children(struct flow *flow, struct frame *frame,
				       const struct node *node, const struct world *world);

/* Stores the value of @value in @object, or, where that is NULL, in the object of @key. */
struct paths expression__assign(struct flow *flow, struct frame *frame, const struct node *object,
				int key, const struct node *value, const struct world *world);

/*
 * Evaluates @node, which @frame's function returns, in each world of @in, which is consumed. The
 * fields of a structure become those of the object that object__source() has for a call of the
 * function.
 */
struct paths expression__eval_result(struct flow *flow, struct frame *frame,
				     const struct node *node, struct paths *in);

#endif
