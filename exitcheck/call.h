/* SPDX-License-Identifier: GPL-2.0 */
/*
 * call: a call of any function: one of a unit, of the C library, or an unknown one.
 */
#ifndef EXITCHECK_CALL_H
#define EXITCHECK_CALL_H

#include "function.h"

struct paths call__eval(struct flow *flow, struct frame *frame, const struct node *node,
			const struct world *world);

/* True if @node calls a function that calls exit(), and not _exit(). */
bool call__ends_by_exit(const struct flow *flow, const struct node *node);
/* Notes call @node in @world's child, which does not come to it, if it is one of exit(). */
void call__note_unreached(struct flow *flow, const struct frame *frame, const struct node *node,
			  const struct world *world);

#endif
