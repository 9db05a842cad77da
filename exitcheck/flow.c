// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "flow.h"
#include "reach.h"
#include "statement.h"

#define DEPTH_LIMIT 64

/* What came of a function for one world and these arguments. */
struct memo {
	struct memo *next;
	struct world world;
	struct value arguments[ARGUMENTS];
	struct paths returned;
};

/* The process that call @node makes. */
static int fork_number(struct flow *flow, const struct node *node)
{
	for (int i = 0; i < flow->fork_count; i++)
		if (flow->forks[i] == node)
			return i + 1;
	flow->forks = xrealloc(flow->forks, flow->fork_count + 1, sizeof(*flow->forks));
	flow->forks[flow->fork_count++] = node;
	return flow->fork_count;
}

struct world flow__forked(struct flow *flow, const struct node *node, const struct world *world)
{
	struct world child = *world;

	child.fork = fork_number(flow, node);
	child.exec_failed = false;
	child.printed = NOTHING;
	return child;
}

void flow__note_exit(struct flow *flow, const struct frame *frame, const struct node *node,
		     const struct world *world)
{
	struct exit_call *found = NULL;

	for (int i = 0; i < flow->exit_count && !found; i++)
		if (flow->exits[i].call == node)
			found = &flow->exits[i];
	if (!found) {
		flow->exits = xrealloc(flow->exits, flow->exit_count + 1, sizeof(*flow->exits));
		found = &flow->exits[flow->exit_count++];
		*found = (struct exit_call){ .call = node, .function = frame->function };
	}
	if (!world->fork) {
		found->reached |= BY_PARENT;
		return;
	}
	found->reached |= world->exec_failed ? BY_CHILD_AFTER_EXEC : BY_CHILD;
	if (world->printed)
		found->reached |= AFTER_OUTPUT;
	if (!found->fork)
		found->fork = world->fork;
}

static void note_fall(struct flow *flow, const struct frame *frame, struct place place, int fork)
{
	for (int i = 0; i < flow->fall_count; i++)
		if (flow->falls[i].function == frame->function && flow->falls[i].fork == fork)
			return;
	flow->falls = xrealloc(flow->falls, flow->fall_count + 1, sizeof(*flow->falls));
	flow->falls[flow->fall_count++] = (struct fall){ frame->function, place, fork };
}

void function__leave(struct flow *flow, struct frame *frame, const struct paths *paths,
		     struct place place)
{
	for (int i = 0; i < paths->count; i++)
		if (frame->is_entry && paths->at[i].world.fork)
			note_fall(flow, frame, place, paths->at[i].world.fork);
	paths__add_all(&frame->returned, paths);
}

struct locals {
	const struct unit *unit;
	int function;
};

static bool outlives(void *data, int id)
{
	const struct locals *locals = data;

	return locals->unit->declarations[id].owner != locals->function;
}

static bool is_running(const struct frame *frame, const struct function *function)
{
	for (; frame; frame = frame->caller)
		if (frame->function == function)
			return true;
	return false;
}

static struct memo *find_memo(struct memo *memo, const struct world *world,
			      const struct value *arguments)
{
	for (; memo; memo = memo->next) {
		bool same = world__equal(&memo->world, world);

		for (int i = 0; same && i < ARGUMENTS; i++)
			same = value__equal(memo->arguments[i], arguments[i]);
		if (same)
			return memo;
	}
	return NULL;
}

static void run_body(struct flow *flow, struct frame *frame, const struct world *world)
{
	struct paths paths;

	do {
		paths = (struct paths){};
		paths__add_world(&paths, world, anything);
		frame->again = false;
		statement__exec(flow, frame, frame->function->body, &paths);
	} while (frame->again && !flow->gave_up);
	function__leave(flow, frame, &paths, frame->function->end);
}

/* Runs @function in @world, which has nothing that it cannot get at. */
static struct paths run_narrowed(struct flow *flow, struct frame *caller,
				 const struct function *function, const struct world *world,
				 const struct value *arguments)
{
	struct frame frame = { .function = function,
			       .caller = caller,
			       .is_entry = !caller,
			       .depth = caller ? caller->depth + 1 : 0 };
	struct locals locals = { flow->unit, function->id };
	struct memo *memo = caller ? find_memo(flow->memos[function->id], world, arguments) : NULL;
	struct world inside = *world;
	struct paths result = {};

	if (memo)
		return memo->returned;
	flow->seen[function->id] = true;
	for (int i = 0; i < function->param_count && i < ARGUMENTS; i++)
		world__set(&inside, key__variable(function->params[i]), arguments[i]);
	run_body(flow, &frame, &inside);
	for (int i = 0; i < frame.returned.count; i++) {
		world__take_out(&frame.returned.at[i].world, outlives, &locals);
		paths__add(&result, &frame.returned.at[i]);
	}
	if (caller) {
		memo = xcalloc(1, sizeof(*memo));
		*memo = (struct memo){ flow->memos[function->id], *world, {}, result };
		memcpy(memo->arguments, arguments, sizeof(memo->arguments));
		flow->memos[function->id] = memo;
	}
	return result;
}

struct paths function__run(struct flow *flow, struct frame *caller, const struct function *function,
			   const struct world *world, const struct value *arguments)
{
	struct world inside = *world;
	const struct known *taken;
	struct paths returned, result = {};

	if (is_running(caller, function) || (caller && caller->depth > DEPTH_LIMIT)) {
		if (!function->never_returns)
			paths__add_world(&result, world, anything);
		return result;
	}
	taken = reach__narrow(flow->unit, REACH_ALL, &inside, arguments);
	returned = run_narrowed(flow, caller, function, &inside, arguments);
	for (int i = 0; i < returned.count; i++) {
		struct path path = returned.at[i];

		world__add_back(&path.world, taken);
		paths__add(&result, &path);
	}
	return result;
}

/* A wrapper of fork(): the child returns zero, and the parent does not. */
static bool is_fork_wrapper(const struct function *function, const struct paths *returned)
{
	bool parent = false, child = true;

	if (function->returns_void)
		return false;
	for (int i = 0; i < returned->count; i++) {
		int signs = returned->at[i].value.signs;

		if (!returned->at[i].world.fork)
			parent = signs != ZERO;
		else if (signs != ZERO)
			child = false;
	}
	return parent && child;
}

/* Runs @function as somebody in another file would call it. */
static void run_entry(struct flow *flow, const struct function *function)
{
	struct value arguments[ARGUMENTS];
	int falls = flow->fall_count;
	struct paths returned;

	for (int i = 0; i < ARGUMENTS; i++)
		arguments[i] = anything;
	returned = function__run(flow, NULL, function, &(struct world){}, arguments);
	/* Behind main() there is nobody whose work the child could do again. */
	if (!strcmp(function->name, "main") || is_fork_wrapper(function, &returned))
		flow->fall_count = falls;
}

/*
 * Who is called by whom is best seen from outside: first what other files can call, then what is
 * called through pointers that nobody here follows, then the rest.
 */
static bool is_entry(const struct function *function, int round)
{
	if (!function->in_main_file)
		return false;
	switch (round) {
	case 0:
		return !strcmp(function->name, "main") ||
		       (!function->is_static && (function->in_header || !function->is_used));
	case 1:
		return !function->is_called;
	default:
		return true;
	}
}

struct flow *flow__run(const struct unit *unit)
{
	struct flow *flow = xcalloc(1, sizeof(*flow));

	flow->unit = unit;
	flow->seen = xcalloc(unit->declaration_count, sizeof(*flow->seen));
	flow->memos = xcalloc(unit->declaration_count, sizeof(*flow->memos));
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < unit->function_count; i++) {
			const struct function *function = unit->functions[i];

			if (is_entry(function, round) && (!round || !flow->seen[function->id]))
				run_entry(flow, function);
		}
	}
	return flow;
}
