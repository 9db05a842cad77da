// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "../lib/xalloc.h"
#include "calls.h"
#include "volatiles.h"

enum { SET_BY_FORK = 1, SET_OTHERWISE = 2 };

static bool is_fork(const struct unit *unit, const struct node *value)
{
	const struct function *callee;

	while (value->kind == NODE_ASSIGN)
		value = value->child[1];
	callee = value->kind == NODE_CALL ? unit__callee(unit, value) : NULL;
	if (!callee)
		return false;
	return calls__may_fork(callee->name) || (callee->returns_pid && !callee->of_system);
}

/* Adds to @set, by id, the ways in which @node sets variables; by a pointer it may be any. */
static void note(const struct unit *unit, const struct node *node, char *set)
{
	if (!node)
		return;
	for (int i = 0; i < node->children; i++)
		note(unit, node->child[i], set);
	if (!node->children || !node->child[0] || node->child[0]->kind != NODE_VARIABLE)
		return;
	if (node->kind == NODE_ASSIGN && is_fork(unit, node->child[1]))
		set[node->child[0]->id] |= SET_BY_FORK;
	else if (node->kind == NODE_ASSIGN || node->kind == NODE_CHANGE ||
		 node->kind == NODE_ADDRESS)
		set[node->child[0]->id] |= SET_OTHERWISE;
}

static bool is_global(const struct unit *unit, const struct declaration *declaration)
{
	return declaration->is_volatile && declaration->owner < 0 && !declaration->function &&
	       declaration->place.path == unit->main_path;
}

void volatiles__settle(struct unit *unit)
{
	bool found = false;
	char *set;

	for (int id = 0; id < unit->declaration_count && !found; id++)
		found = is_global(unit, &unit->declarations[id]);
	if (!found)
		return;
	set = xcalloc(unit->declaration_count, sizeof(*set));
	for (int i = 0; i < unit->function_count; i++)
		note(unit, unit->functions[i]->parsed, set);
	for (int id = 0; id < unit->declaration_count; id++)
		if (set[id] == SET_BY_FORK && is_global(unit, &unit->declarations[id]))
			unit->declarations[id].is_volatile = false;
	free(set);
}
