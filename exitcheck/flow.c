// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "body.h"
#include "calls.h"
#include "ends.h"
#include "function.h"
#include "index.h"
#include "main_return.h"

/* Enough for all but a few functions of all trees that it was held against. */
#define STEP_LIMIT 4000000

/* A function whose worlds need more memory, in bytes, is given up, too. */
#define WORLD_LIMIT (128L << 20)

bool flow__step(struct flow *flow)
{
	if (++flow->steps > STEP_LIMIT || world__size() > WORLD_LIMIT)
		flow->gave_up = true;
	return flow->gave_up;
}

bool flow__is_long(const struct flow *flow)
{
	return flow->steps > STEP_LIMIT / 2 || world__size() > WORLD_LIMIT / 2;
}

/* The number, index + 1, of the process that call @node makes; 0: it was not reached. */
static int fork_number(const struct flow *flow, const struct node *node)
{
	for (int i = 0; i < flow->fork_count; i++)
		if (flow->forks[i].call == node)
			return i + 1;
	return 0;
}

struct world flow__forked(struct flow *flow, const struct node *node, const struct world *world)
{
	int number = fork_number(flow, node);

	name_list__add(&flow->children, node->places->shown.path);
	if (!number) {
		flow->forks = xgrow(flow->forks, flow->fork_count, sizeof(*flow->forks));
		flow->forks[flow->fork_count++] = (struct fork_call){ .call = node };
		number = flow->fork_count;
	}
	if (!flow->is_unseen)
		flow->forks[number - 1].makers |= ends__set_of(world->fork);
	return (struct world){ .fork = number,
			       .beside = world->beside & HANDLER_PRINTS,
			       .known = world->known };
}

void flow__note_guess(struct flow *flow, const struct node *node, const char *name)
{
	for (int i = 0; i < flow->guess_count; i++)
		if (flow->guesses[i].name == name)
			return;
	flow->guesses = xgrow(flow->guesses, flow->guess_count, sizeof(*flow->guesses));
	flow->guesses[flow->guess_count++] = (struct guess){ name, node->places->shown };
}

void flow__note_exit(struct flow *flow, const struct frame *frame, const struct node *node,
		     const struct world *world, const char *name)
{
	struct exit_call *found = NULL;

	for (int i = 0; i < flow->exit_count && !found; i++)
		if (flow->exits[i].call == node && flow->exits[i].fork == world->fork)
			found = &flow->exits[i];
	if (!found) {
		flow->exits = xgrow(flow->exits, flow->exit_count, sizeof(*flow->exits));
		found = &flow->exits[flow->exit_count++];
		*found = (struct exit_call){
			.call = node, frame->function, name, .fork = world->fork
		};
	}
	if (!world->fork) {
		found->reached |= BY_PARENT;
		return;
	}
	if (flow->is_unseen)
		found->reached |= BY_CHILD_UNSEEN;
	else
		found->reached |= world->exec_failed ? BY_CHILD_AFTER_EXEC : BY_CHILD;
	if (world->printed || world->beside & (HANDLER_PRINTS | THREAD_PRINTS))
		found->reached |= AFTER_OUTPUT;
	if (world->beside & SETS_AT_EXIT)
		found->reached |= WITH_OWN_HANDLER;
}

/* Joins the entries of each call. A daemon's is as good as the parent's. */
static void settle_exits(struct flow *flow)
{
	struct exit_call *kept = NULL;
	int count = 0;

	for (int i = 0; i < flow->exit_count; i++) {
		struct exit_call *from = &flow->exits[i], *to = NULL;

		if (from->fork && ends__is_daemon(flow, from->fork, false)) {
			from->fork = 0;
			from->reached = BY_PARENT;
		} else if (from->fork && flow->handler_prints) {
			from->reached |= AFTER_OUTPUT;
		}
		for (int j = 0; j < count && !to; j++)
			if (kept[j].call == from->call)
				to = &kept[j];
		if (to) {
			to->reached |= from->reached;
			to->fork = to->fork ?: from->fork;
			continue;
		}
		kept = xgrow(kept, count, sizeof(*kept));
		kept[count++] = *from;
	}
	flow->exits = kept;
	flow->exit_count = count;
}

/* A function that is only named to be called by others, such as a test's by its framework. */
static bool is_callback(const struct function *function)
{
	return !function->is_called && function->references > 0;
}

/* Returns whether a caller of @function sees the child that returns from it, and may end it. */
static bool has_caller(const struct flow *flow, const struct function *function)
{
	return !strcmp(function->name, "main") || is_callback(function) ||
	       (!function->is_static && index__has_callers(function->name, flow->unit->main_path));
}

static void note_fall(struct flow *flow, int fork)
{
	for (int i = 0; i < flow->fall_count; i++)
		if (flow->falls[i].fork == fork)
			return;
	for (int i = 0; i < flow->leave_count; i++) {
		if (flow->leaves[i].fork != fork)
			continue;
		flow->falls = xgrow(flow->falls, flow->fall_count, sizeof(*flow->falls));
		flow->falls[flow->fall_count++] = flow->leaves[i];
		return;
	}
}

/* If the parent does not return, as in daemon(3), the child is meant to. */
static void note_falls(struct flow *flow, const struct paths *returned)
{
	unsigned long made = 0;

	for (int i = 0; i < returned->count; i++)
		if (!returned->at[i].world.fork)
			made |= returned->at[i].world.made;
	for (int i = 0; i < returned->count && made; i++)
		if (returned->at[i].world.fork && !returned->at[i].world.is_doubtful)
			note_fall(flow, returned->at[i].world.fork);
}

/* Runs @function as somebody in another file would call it. */
static void run_entry(struct flow *flow, const struct function *function)
{
	struct value arguments[ARGUMENTS];
	struct paths returned;
	unsigned int ends;

	for (int i = 0; i < ARGUMENTS; i++)
		arguments[i] = anything;
	flow->steps = 0;
	flow->gave_up = false;
	flow->is_in_main = !strcmp(function->name, "main") && !flow->is_unseen;
	returned = function__run(flow, NULL, function, &(struct world){}, arguments, &ends);
	if (flow->gave_up)
		name_list__add(&flow->cut, function->name);
	if (!flow->is_unseen && !has_caller(flow, function))
		note_falls(flow, &returned);
	free(returned.at);
	if (world__size() > WORLD_LIMIT / 4) {
		function__forget(flow);
		world__free_all();
	}
}

/*
 * Who is called by whom is best seen from outside: first the functions that other files can call,
 * then those called through pointers that nobody here follows, then the rest.
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

/* Returns whether @node, of a function that was run, has a call of fork() that was not reached. */
static bool has_unreached_fork(const struct flow *flow, const struct node *node)
{
	const struct function *callee;

	if (!node)
		return false;
	for (int i = 0; i < node->children; i++)
		if (has_unreached_fork(flow, node->child[i]))
			return true;
	callee = node->kind == NODE_CALL ? program__callee(flow->program, node) : NULL;
	if (!callee || !calls__may_fork(callee->name) ||
	    calls__rule(callee->name)->effect == EFFECT_UNKNOWN)
		return false;
	return !fork_number(flow, node);
}

/* A static function that all its callers keep from forking is run for other callers to come. */
static void run_unreached(struct flow *flow, const struct function *function)
{
	if (!function->in_main_file || !has_unreached_fork(flow, body__of(function)))
		return;
	flow->is_unseen = true;
	run_entry(flow, function);
	flow->is_unseen = false;
}

struct flow *flow__run(const struct program *program, const struct unit *unit)
{
	struct flow *flow = xcalloc(1, sizeof(*flow));

	flow->program = program;
	flow->unit = unit;
	flow->seen = xcalloc(program->declaration_count, sizeof(*flow->seen));
	flow->memos = xcalloc(program->declaration_count, sizeof(*flow->memos));
	flow->prints = xcalloc(program->declaration_count, sizeof(*flow->prints));
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < unit->function_count; i++) {
			const struct function *function = unit->functions[i];

			if (is_entry(function, round) && (!round || !flow->seen[function->id]))
				run_entry(flow, function);
		}
	}
	for (int i = 0; i < unit->function_count; i++)
		run_unreached(flow, unit->functions[i]);
	settle_exits(flow);
	main_return__settle(flow);
	return flow;
}
