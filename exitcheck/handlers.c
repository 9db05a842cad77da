// SPDX-License-Identifier: GPL-2.0
#include "body.h"
#include "calls.h"
#include "handlers.h"

#define HANDLER_DEPTH 4 /* of calls, until one of longjmp() */

/* Returns whether @node, of a function's body, calls longjmp(), also in functions that it calls. */
static bool jumps(const struct flow *flow, const struct node *node, int depth)
{
	const struct function *callee;

	if (node->kind == NODE_CALL) {
		callee = program__callee(flow->program, node);
		if (callee && calls__rule(callee->name)->effect == EFFECT_LONGJMP)
			return true;
		if (callee && callee->stored && depth < HANDLER_DEPTH &&
		    jumps(flow, body__of(callee), depth + 1))
			return true;
	}
	for (int i = 0; i < node->children; i++)
		if (node->child[i] && jumps(flow, node->child[i], depth))
			return true;
	return false;
}

bool handlers__jump(struct flow *flow)
{
	if (flow->handlers_jump)
		return flow->handlers_jump > 0;
	flow->handlers_jump = -1;
	for (int i = 0; i < flow->unit->function_count; i++) {
		const struct function *function = flow->unit->functions[i];

		if (function->references > 0 && jumps(flow, body__of(function), 0))
			flow->handlers_jump = 1;
	}
	return flow->handlers_jump > 0;
}
