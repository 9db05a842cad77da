// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "../lib/xalloc.h"
#include "callees.h"
#include "functions.h"

/* The set of those that @path, or any file if it is NULL, stores in @slot. */
static int stored_by(const struct declaration *slot, const char *path)
{
	int *ids = xcalloc(slot->target_count, sizeof(*ids)), count = 0, set;

	for (int i = 0; i < slot->target_count; i++)
		if (!path || slot->storers[i] == path)
			ids[count++] = slot->targets[i];
	set = functions__of(ids, count);
	free(ids);
	return set;
}

int callees__stored(struct flow *flow, int slot)
{
	const struct declaration *declaration = &flow->program->declarations[slot];
	int *known;

	if (!declaration->target_count)
		return ANY_FUNCTION;
	flow->stored = flow->stored ?: xcalloc(flow->program->declaration_count, sizeof(int));
	/* One more than the set, so that 0 means that it has not been asked for. */
	known = &flow->stored[slot];
	if (!*known)
		*known = 1 + stored_by(declaration, flow->unit->main_path);
	if (!*known)
		*known = 1 + stored_by(declaration, NULL);
	return *known - 1;
}

/* The set of functions that the object @node has, or between which it chooses. */
static int named_by(struct flow *flow, const struct node *node)
{
	int ids[2], count = 0;

	while (node->kind == NODE_DEREF || node->kind == NODE_INDEX || node->kind == NODE_ADDRESS)
		node = node->child[0];
	if (node->kind == NODE_VARIABLE || node->kind == NODE_MEMBER)
		return callees__stored(flow, node->id);
	if (node->kind == NODE_CHOICE)
		for (int i = node->children - 2; i < node->children; i++)
			if (node->child[i]->kind == NODE_FUNCTION)
				ids[count++] = node->child[i]->id;
	return functions__of(ids, count);
}

struct callees callees__of(struct flow *flow, const struct node *node, struct value value)
{
	int set = value.functions != ANY_FUNCTION ? value.functions : named_by(flow, node);
	struct callees result = {};
	const int *ids = functions__ids(set, &result.count);

	result.at = xcalloc(result.count, sizeof(*result.at));
	for (int i = 0; i < result.count; i++)
		result.at[i] = flow->program->declarations[ids[i]].function;
	return result;
}
