/* SPDX-License-Identifier: GPL-2.0 */
/*
 * object: the object that an expression means.
 */
#ifndef EXITCHECK_OBJECT_H
#define EXITCHECK_OBJECT_H

#include "function.h"

/* The key of the object that @node means, or NO_KEY. */
int object__key(struct flow *flow, const struct node *node, const struct world *world);
/* The same, or, of a call, that of the structure that the function has just returned. */
int object__source(struct flow *flow, const struct node *node, const struct world *world);
bool object__is_array(struct flow *flow, const struct node *node);
/* @world in which @node has only @signs of those it may have. */
struct world object__refined(struct flow *flow, const struct node *node, const struct world *world,
			     int signs);

#endif
