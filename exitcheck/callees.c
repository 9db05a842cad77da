// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "../lib/xalloc.h"
#include "callees.h"

static void add_function(const struct flow *flow, struct callees *callees, int id)
{
	const struct function *function = flow->program->declarations[id].function;

	for (int i = 0; i < callees->count; i++)
		if (callees->at[i] == function)
			return;
	callees->at = xrealloc(callees->at, callees->count + 1, sizeof(*callees->at));
	callees->at[callees->count++] = function;
}

/* Adds those that @path, or any file if it is NULL, stores in @slot. */
static void add_targets(const struct flow *flow, struct callees *callees,
			const struct declaration *slot, const char *path)
{
	for (int i = 0; i < slot->target_count; i++)
		if (!path || slot->storers[i] == path)
			add_function(flow, callees, slot->targets[i]);
}

struct callees callees__of(const struct flow *flow, const struct node *node, struct value value)
{
	struct callees result = {};

	if (value.function >= 0) {
		add_function(flow, &result, value.function);
		return result;
	}
	while (node->kind == NODE_DEREF || node->kind == NODE_INDEX || node->kind == NODE_ADDRESS)
		node = node->child[0];
	if (node->kind == NODE_CHOICE) {
		for (int i = node->children - 2; i < node->children; i++)
			if (node->child[i]->kind == NODE_FUNCTION)
				add_function(flow, &result, node->child[i]->id);
	} else if (node->kind == NODE_VARIABLE || node->kind == NODE_MEMBER) {
		const struct declaration *slot = &flow->program->declarations[node->id];

		add_targets(flow, &result, slot, flow->unit->main_path);
		if (!result.count)
			add_targets(flow, &result, slot, NULL);
	}
	return result;
}
