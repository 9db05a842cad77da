/* SPDX-License-Identifier: GPL-2.0 */
/*
 * unread: calls of functions that are not read.
 */
#ifndef EXITCHECK_UNREAD_H
#define EXITCHECK_UNREAD_H

#include "prepared.h"

/*
 * A function that is not read: it may call any function it can get hold of, and change any object.
 * @bits (see calls.h) can be reached in it.
 */
void unread__call(struct flow *flow, struct frame *frame, const struct node *node, int bits,
		  const struct prepared *call, struct paths *out);
/*
 * Runs @function, which somebody else is going to call; what it leaves behind is not followed.
 * Returns whether it can return.
 */
bool unread__run_callback(struct flow *flow, struct frame *frame, const struct function *function,
			  const struct world *world, struct value passed);
/* Forgets what a function of another file can change: what it was given the way to, and globals. */
void unread__forget(struct flow *flow, const struct function *callee, const struct prepared *call,
		    struct world *world);
/* Returns whether a function that nobody here defines can print, or end the process. */
bool unread__is_doubtful(const struct function *callee);

#endif
