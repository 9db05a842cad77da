// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "body.h"
#include "ends.h"
#include "functions.h"
#include "function.h"
#include "main_return.h"
#include "reach.h"
#include "statement.h"

#define DEPTH_LIMIT 64
#define MEMO_LIMIT 24

/* The processes that leave a function. */
struct outcome {
	struct paths returned, thrown;
	unsigned int ends; /* of the process that called it, see ends.h */
};

/* The outcome of a function for one world and these arguments. */
struct memo {
	struct memo *next;
	int count; /* of this and those behind it */
	struct world world;
	struct value arguments[ARGUMENTS];
	struct outcome outcome;
};

void function__jump(struct frame *frame, const struct path *path)
{
	struct paths before;

	if (!frame->has_setjmp) {
		paths__add(&frame->thrown, path);
		return;
	}
	before = paths__copy(&frame->landed);
	paths__add(&frame->landed, path);
	frame->again |= !paths__equal(&before, &frame->landed);
	free(before.at);
}

void function__leave(struct flow *flow, struct frame *frame, const struct paths *paths,
		     struct place place)
{
	main_return__note(flow, frame, paths, place);
	for (int i = 0; i < paths->count; i++) {
		const struct world *world = &paths->at[i].world;
		/* A function that a child calls gives it back to the child's own code. */
		bool is_known = world->fork == frame->fork || world->is_doubtful;

		for (int j = 0; j < frame->leave_count && !is_known; j++)
			is_known = frame->leaves[j].fork == world->fork;
		if (is_known)
			continue;
		frame->leaves =
			xrealloc(frame->leaves, frame->leave_count + 1, sizeof(*frame->leaves));
		frame->leaves[frame->leave_count++] =
			(struct fall){ frame->function, place, world->fork };
	}
	paths__add_all(&frame->returned, paths);
}

struct locals {
	const struct program *program;
	int function;
};

static bool outlives(void *data, int id)
{
	const struct locals *locals = data;

	return locals->program->declarations[id].owner != locals->function;
}

bool function__is_running(const struct frame *frame, const struct function *function)
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

void function__forget(struct flow *flow)
{
	for (int id = 0; id < flow->program->declaration_count; id++) {
		while (flow->memos[id]) {
			struct memo *memo = flow->memos[id];

			flow->memos[id] = memo->next;
			free(memo->outcome.returned.at);
			free(memo->outcome.thrown.at);
			free(memo);
		}
	}
}

static void run_body(struct flow *flow, struct frame *frame, const struct world *world)
{
	struct paths paths = {};

	do {
		paths.count = 0;
		paths__add_world(&paths, world, anything);
		frame->again = false;
		statement__exec(flow, frame, body__of(frame->function), &paths);
	} while (frame->again && !flow->gave_up);
	function__leave(flow, frame, &paths, frame->function->end);
	free(paths.at);
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

/*
 * A child that returns to the caller beside its parent runs code that is meant for the parent: no
 * daemon, even if the parent has nothing more to do there.
 */
static void note_astray(struct flow *flow, const struct frame *frame, int fork)
{
	unsigned long set = ends__set_of(fork);

	for (int i = 0; i < frame->returned.count; i++)
		if (frame->returned.at[i].world.made & set && !(frame->ended & set))
			flow->forks[fork - 1].is_astray = true;
}

/* A child that returns is reported at the first function that it leaves, if that is no wrapper. */
static void keep_leaves(struct flow *flow, const struct frame *frame)
{
	if (is_fork_wrapper(frame->function, &frame->returned))
		return;
	for (int i = 0; i < frame->leave_count; i++) {
		bool is_known = false;

		if (frame->caller && !flow->is_unseen)
			note_astray(flow, frame, frame->leaves[i].fork);
		for (int j = 0; j < flow->leave_count && !is_known; j++)
			is_known = flow->leaves[j].fork == frame->leaves[i].fork;
		if (is_known)
			continue;
		flow->leaves = xgrow(flow->leaves, flow->leave_count, sizeof(*flow->leaves));
		flow->leaves[flow->leave_count++] = frame->leaves[i];
	}
}

/*
 * A function that was run with many different values is run with unknown ones from then on, and so
 * is each function once one has taken long: less is known of it, but it is not given up.
 */
static void widen(const struct flow *flow, const struct function *function, struct world *world,
		  struct value *arguments)
{
	const struct memo *memos = flow->memos[function->id];

	if (find_memo(flow->memos[function->id], world, arguments) ||
	    ((!memos || memos->count < MEMO_LIMIT) && !flow__is_long(flow)))
		return;
	world->known = NULL;
	for (int i = 0; i < ARGUMENTS; i++)
		if (arguments[i].functions == ANY_FUNCTION)
			arguments[i] = anything;
}

/* Returns whether both parent and child return: from daemon(3) only the child does. */
static bool forks_for_caller(const struct paths *returned)
{
	bool parent = false, child = false;

	for (int i = 0; i < returned->count; i++) {
		child |= returned->at[i].world.fork != 0;
		parent |= !returned->at[i].world.fork && returned->at[i].world.made;
	}
	return parent && child;
}

static void note_wrapper(struct flow *flow, const struct function *function,
			 const struct paths *returned)
{
	if (!function->is_static && strcmp(function->name, "main") && forks_for_caller(returned))
		name_list__add(&flow->wrappers, function->name);
}

/* @paths, which are consumed, without the variables of a function that they have left. */
static struct paths without_locals(struct paths *paths, struct locals *locals)
{
	struct paths result = {};

	for (int i = 0; i < paths->count; i++) {
		world__take_out(&paths->at[i].world, outlives, locals);
		world__forget_elements(&paths->at[i].world, outlives, locals);
		paths__add(&result, &paths->at[i]);
	}
	free(paths->at);
	return result;
}

/* Gives @parameter its @value: a structure has been assigned by the caller, see call.c. */
static void pass(const struct flow *flow, struct world *world, int parameter, struct value value)
{
	if (flow->program->declarations[parameter].is_scalar)
		world__set(world, key__variable(parameter), value);
}

/* Runs @function in @world, which has nothing that it cannot get at. */
static struct outcome run_narrowed(struct flow *flow, struct frame *caller,
				   const struct function *function, const struct world *world,
				   const struct value *arguments)
{
	struct frame frame = { .function = function,
			       .caller = caller,
			       .depth = caller ? caller->depth + 1 : 0,
			       .fork = world->fork };
	struct locals locals = { flow->program, function->id };
	struct memo *memo = caller ? find_memo(flow->memos[function->id], world, arguments) : NULL;
	struct world inside = *world;
	struct outcome outcome = {};

	if (memo)
		return memo->outcome;
	flow->seen[function->id] = true;
	name_list__add(&flow->entered, function->place.path);
	if (world->fork)
		name_list__add(&flow->children, function->place.path);
	for (int i = 0; i < function->param_count && i < ARGUMENTS; i++)
		pass(flow, &inside, function->params[i], arguments[i]);
	run_body(flow, &frame, &inside);
	keep_leaves(flow, &frame);
	if (caller)
		ends__adopt(flow, &frame);
	outcome.ends = frame.ends;
	outcome.returned = without_locals(&frame.returned, &locals);
	outcome.thrown = without_locals(&frame.thrown, &locals);
	note_wrapper(flow, function, &outcome.returned);
	free(frame.landed.at);
	free(frame.leaves);
	free(frame.jumps);
	if (caller && !flow->gave_up) {
		memo = xcalloc(1, sizeof(*memo));
		*memo = (struct memo){ .next = flow->memos[function->id],
				       .world = *world,
				       .outcome = outcome };
		memo->count = memo->next ? memo->next->count + 1 : 1;
		memcpy(memo->arguments, arguments, sizeof(memo->arguments));
		flow->memos[function->id] = memo;
	}
	return outcome;
}

struct paths function__run(struct flow *flow, struct frame *caller, const struct function *function,
			   const struct world *world, const struct value *arguments,
			   unsigned int *ends)
{
	struct value given[ARGUMENTS];
	struct world inside = ends__enter(world);
	const struct known *taken;
	struct paths result = {};
	struct outcome outcome;

	*ends = 0;
	if (function__is_running(caller, function) || (caller && caller->depth > DEPTH_LIMIT)) {
		if (!function->never_returns)
			paths__add_world(&result, world, anything);
		return result;
	}
	taken = reach__narrow(flow->program, REACH_ALL, function, &inside, arguments);
	memcpy(given, arguments, sizeof(given));
	widen(flow, function, &inside, given);
	outcome = run_narrowed(flow, caller, function, &inside, given);
	*ends = outcome.ends;
	for (int i = 0; i < outcome.returned.count; i++) {
		struct path path = outcome.returned.at[i];

		world__add_back(&path.world, taken);
		ends__leave(&path.world, world);
		paths__add(&result, &path);
	}
	for (int i = 0; caller && i < outcome.thrown.count; i++) {
		struct path path = outcome.thrown.at[i];

		world__add_back(&path.world, taken);
		ends__leave(&path.world, world);
		function__jump(caller, &path);
	}
	return result;
}
