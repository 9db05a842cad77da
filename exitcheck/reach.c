// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdlib.h>

#include "../lib/xalloc.h"
#include "function.h"
#include "reach.h"

/* The variables that a function can get at: those that it is given the way to, and globals. */
struct reach {
	const struct program *program;
	enum reach_scope scope;
	int callee; /* id of the function called, or -1 */
	int *ids;
	int count;
	bool grown;
};

static bool can_reach(void *data, int id)
{
	const struct reach *reach = data;
	const struct declaration *variable = &reach->program->declarations[id];

	for (int i = 0; i < reach->count; i++)
		if (reach->ids[i] == id)
			return true;
	if (variable->owner >= 0)
		return variable->owner == reach->callee;
	return reach->scope >= (variable->is_extern ? REACH_EXTERN : REACH_ALL);
}

static void reach_for(struct reach *reach, int id)
{
	if (can_reach(reach, id))
		return;
	reach->ids = xrealloc(reach->ids, reach->count + 1, sizeof(*reach->ids));
	reach->ids[reach->count++] = id;
	reach->grown = true;
}

static void follow_pointer(void *data, int from, int to)
{
	if (can_reach(data, from))
		reach_for(data, to);
}

static void find_reach(struct reach *reach, const struct world *world,
		       const struct value *arguments)
{
	for (int i = 0; i < ARGUMENTS; i++)
		if (arguments[i].object != NO_KEY)
			reach_for(reach, key__root(arguments[i].object));
	do {
		reach->grown = false;
		world__each_pointer(world, follow_pointer, reach);
	} while (reach->grown);
}

const struct known *reach__narrow(const struct program *program, enum reach_scope scope,
				  const struct function *callee, struct world *world,
				  const struct value *arguments)
{
	struct reach reach = { .program = program,
			       .scope = scope,
			       .callee = callee ? callee->id : -1 };
	const struct known *taken;

	find_reach(&reach, world, arguments);
	taken = world__take_out(world, can_reach, &reach);
	free(reach.ids);
	return taken;
}
