/* SPDX-License-Identifier: GPL-2.0 */
/*
 * elsewhere: calls of functions of other files.
 */
#ifndef EXITCHECK_ELSEWHERE_H
#define EXITCHECK_ELSEWHERE_H

#include "prepared.h"

/* Makes the call of @function. Returns whether a file is known to define it. */
bool elsewhere__call(struct flow *flow, struct frame *frame, const struct node *node,
		     const struct function *function, const struct prepared *call,
		     struct paths *out);

#endif
