/* SPDX-License-Identifier: GPL-2.0 */
/*
 * output: the streams that a process has printed to, and not flushed.
 */
#ifndef EXITCHECK_OUTPUT_H
#define EXITCHECK_OUTPUT_H

#include "calls.h"
#include "flow.h"
#include "value.h"
#include "world.h"

/* Notes that call @node, which @rule describes, prints in @world. */
void output__note(const struct flow *flow, const struct node *node, const struct call_rule *rule,
		  struct world *world);

/* Notes that call @node flushes @stream, or all streams if that is NULL. */
void output__note_flush(const struct flow *flow, const struct node *node, struct value stream,
			struct world *world);

/*
 * Returns whether @function, or one that it calls, may print, with any values and in any order: for
 * functions that may run at any time.
 */
bool output__may_come_from(struct flow *flow, const struct function *function);

#endif
