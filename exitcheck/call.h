/* SPDX-License-Identifier: GPL-2.0 */
/*
 * call: a call of any function: one of a unit, of the C library, or an unknown one.
 */
#ifndef EXITCHECK_CALL_H
#define EXITCHECK_CALL_H

#include "function.h"

struct paths call__eval(struct flow *flow, struct frame *frame, const struct node *node,
			const struct world *world);

#endif
