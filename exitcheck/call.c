// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "body.h"
#include "call.h"
#include "callees.h"
#include "calls.h"
#include "elsewhere.h"
#include "ends.h"
#include "expression.h"
#include "handlers.h"
#include "index.h"
#include "names.h"
#include "object.h"
#include "output.h"
#include "unread.h"

struct prepared_list {
	struct prepared *at;
	int count;
};

/*
 * Argument @index of the call @node; 0: the callee. A structure that is passed by value is assigned
 * to the parameter.
 */
static struct paths eval_argument(struct flow *flow, struct frame *frame, const struct node *node,
				  int index, const struct world *world)
{
	const struct function *callee = program__callee(flow->program, node);
	int parameter;

	if (!index || !callee || !callee->stored || index > callee->param_count ||
	    function__is_running(frame, callee))
		return expression__eval(flow, frame, node->child[index], world);
	parameter = callee->params[index - 1];
	if (flow->program->declarations[parameter].is_scalar)
		return expression__eval(flow, frame, node->child[index], world);
	return expression__assign(flow, frame, NULL, key__variable(parameter), node->child[index],
				  world);
}

/* @value of argument @node. If that leads to an object that has no other name, it is that one. */
static struct value value_of_argument(struct flow *flow, const struct node *node,
				      const struct world *world, struct value value)
{
	int key = NO_KEY;

	if (value.object == NO_KEY && (node->kind == NODE_VARIABLE || node->kind == NODE_MEMBER))
		key = object__key(flow, node, world);
	if (key != NO_KEY && world__knows(world, key__step(key, STEP_POINTEE)))
		value.object = key__step(key, STEP_POINTEE);
	return value;
}

static void prepare(struct flow *flow, struct frame *frame, const struct node *node, int index,
		    struct prepared so_far, struct prepared_list *list)
{
	struct paths paths;

	if (index == node->children) {
		list->at = xrealloc(list->at, list->count + 1, sizeof(*list->at));
		list->at[list->count++] = so_far;
		return;
	}
	paths = eval_argument(flow, frame, node, index, &so_far.world);
	for (int i = 0; i < paths.count; i++) {
		so_far.world = paths.at[i].world;
		if (!index)
			so_far.callee = paths.at[i].value;
		else if (index <= ARGUMENTS)
			so_far.arguments[index - 1] = value_of_argument(flow, node->child[index],
									&so_far.world,
									paths.at[i].value);
		prepare(flow, frame, node, index + 1, so_far, list);
	}
	free(paths.at);
}

static struct value argument(const struct prepared *call, int index)
{
	return index >= 0 && index < ARGUMENTS ? call->arguments[index] : anything;
}

/* A child runs @callee: where that is a parameter, callers have a function run in a child. */
static void note_parameter(struct flow *flow, const struct frame *frame, const struct node *callee,
			   int fork)
{
	while (callee->kind == NODE_DEREF)
		callee = callee->child[0];
	if (callee->kind != NODE_VARIABLE ||
	    flow->program->declarations[callee->id].owner != frame->function->id)
		return;
	for (; frame && frame->fork != fork; frame = frame->caller)
		if (!frame->function->is_static)
			name_list__add(&flow->wrappers, frame->function->name);
}

/* Notes the call, in a child, of what a variable or field points to. */
static void note_pointer(struct flow *flow, const struct node *call, bool is_known)
{
	int id = node__slot(call->child[0]);
	const struct declaration *slot = id < 0 ? NULL : &flow->program->declarations[id];

	if (!slot || slot->owner >= 0 || (is_known && !slot->setters.count))
		return;
	for (int i = 0; i < flow->pointer_count; i++)
		if (flow->pointers[i].slot == id)
			return;
	flow->pointers = xgrow(flow->pointers, flow->pointer_count, sizeof(*flow->pointers));
	flow->pointers[flow->pointer_count++] = (struct pointer_call){ id, call->places->shown };
}

static void call_unknown(struct flow *flow, struct frame *frame, const struct node *node,
			 const struct prepared *call, struct paths *out)
{
	const struct function *callee = program__callee(flow->program, node);

	if (!callee && call->world.fork)
		note_parameter(flow, frame, node->child[0], call->world.fork);
	unread__call(flow, frame, node,
		     unread__is_doubtful(callee) ? REACHES_OUTPUT | REACHES_END : 0, call, out);
}

/* The parent's number of the @child, or -1 and no child. */
static void add_parent(struct flow *flow, struct frame *frame, const struct prepared *call,
		       const struct world *child, struct paths *out)
{
	struct world parent = call->world;

	ends__note(flow, frame, &parent, END_NEVER);
	paths__add_world(out, &parent, value__of_error());
	parent.made |= ends__set_of(child->fork);
	paths__add_world(out, &parent, value__of_pid());
}

/* fork(2): zero in the child. */
static void call_fork(struct flow *flow, struct frame *frame, const struct node *node,
		      const struct call_rule *rule, const struct prepared *call, struct paths *out)
{
	struct value flags = argument(call, rule->flags);
	struct world child = flow__forked(flow, node, &call->world);

	add_parent(flow, frame, call, &child, out);
	if (!flags.is_number || !(flags.number & CLONE_THREAD))
		paths__add_world(out, &child, value__of_number(0));
}

/* clone(2) and threads: the child runs a function, and ends with it. */
static void call_clone(struct flow *flow, struct frame *frame, const struct node *node,
		       const struct call_rule *rule, const struct prepared *call, struct paths *out)
{
	struct value flags = argument(call, rule->flags);
	bool is_thread = rule->effect == EFFECT_THREAD ||
			 (flags.is_number && flags.number & CLONE_THREAD);
	struct world child = call->world, parent = call->world;
	struct callees functions;

	if (node->children <= rule->argument + 1)
		return;
	if (!is_thread)
		child = flow__forked(flow, node, &call->world);
	parent.has_threads |= is_thread;
	child.has_threads = is_thread;
	functions =
		callees__of(flow, node->child[rule->argument + 1], argument(call, rule->argument));
	for (int i = 0; i < functions.count; i++) {
		unread__run_callback(flow, frame, functions.at[i], &child,
				     argument(call, rule->passed));
		if (parent.fork && is_thread && output__may_come_from(flow, functions.at[i]))
			parent.beside |= THREAD_PRINTS;
	}
	if (!functions.count && !is_thread)
		note_parameter(flow, frame, node->child[rule->argument + 1], child.fork);
	if (!is_thread) {
		add_parent(flow, frame, call, &child, out);
		return;
	}
	paths__add_world(out, &parent, anything);
}

static bool is_deadly(struct value signal)
{
	if (!signal.is_number)
		return false;
	switch (signal.number) {
	case SIGKILL:
	case SIGTERM:
	case SIGABRT:
	case SIGSEGV:
	case SIGINT:
	case SIGQUIT:
		return true;
	default:
		return false;
	}
}

/* The result of setjmp() after longjmp() with @value: never zero. */
static struct value jump_value(struct value value)
{
	if (value.is_number)
		return value__of_number(value.number ?: 1);
	return value__of_signs(NEGATIVE | POSITIVE);
}

/* waitpid(2) */
static void call_wait(struct flow *flow, struct frame *frame, const struct node *node,
		      const struct prepared *call, struct paths *out)
{
	struct paths after = {};

	call_unknown(flow, frame, node, call, &after);
	for (int i = 0; i < after.count; i++) {
		after.at[i].world.acted = call->world.acted;
		after.at[i].world.waited |= call->world.made;
	}
	paths__take_all(out, &after);
}

/* The rules of functions that do not return. Returns whether @rule is one, for this call. */
static bool apply_end(struct flow *flow, struct frame *frame, const struct node *node,
		      const struct call_rule *rule, const struct prepared *call)
{
	const struct world *world = &call->world;
	enum end end = END_ABORT;
	bool runs_handlers = false;

	switch (rule->effect) {
	case EFFECT_EXIT:
	case EFFECT_ENDS_BY_EXIT:
		runs_handlers = true;
		end = END_LOUD;
		break;
	case EFFECT_THREAD_EXIT:
		/* The last thread of a process calls exit(0). */
		runs_handlers = world->fork && !world->has_threads;
		end = world->has_threads ? END_NEVER : END_LOUD;
		break;
	case EFFECT_END:
		end = END_QUIET;
		break;
	case EFFECT_ABORT:
		break;
	case EFFECT_SIGNAL:
		if (argument(call, 0).process != world->fork + 1 || !is_deadly(argument(call, 1)))
			return false;
		break;
	case EFFECT_RAISE:
		if (!is_deadly(argument(call, 0)))
			return false;
		break;
	default:
		return false;
	}
	ends__note(flow, frame, world, end);
	if (runs_handlers)
		flow__note_exit(flow, frame, node, world, rule->name);
	return true;
}

/* error(3): ends the process if its first argument is not zero. */
static void call_error(struct flow *flow, struct frame *frame, const struct node *node,
		       const struct call_rule *rule, const struct prepared *call, struct paths *out)
{
	int signs = argument(call, 0).signs;

	if (signs & ~ZERO) {
		ends__note(flow, frame, &call->world, END_LOUD);
		flow__note_exit(flow, frame, node, &call->world, rule->name);
	}
	if (signs & ZERO)
		paths__add_world(out, &call->world, anything);
}

/* memcpy(3): the sizes are not looked at. */
static void copy_object(struct world *world, int to, int from)
{
	struct world old = *world;

	if (to == NO_KEY)
		return;
	world__set(world, to, from == NO_KEY ? anything : world__get(&old, from));
	if (from != NO_KEY)
		world__copy_fields(world, to, &old, from);
}

/* Makes @call, of a function that is not in this unit and is known by @rule. */
static void apply_rule(struct flow *flow, struct frame *frame, const struct node *node,
		       const struct call_rule *rule, const struct prepared *call, struct paths *out)
{
	struct world world = call->world;

	if (apply_end(flow, frame, node, rule, call))
		return;
	switch (rule->effect) {
	case EFFECT_SYSCALL:
		if (argument(call, 0).is_number)
			rule = calls__system_call(argument(call, 0).number);
		if (rule->effect == EFFECT_SYSCALL)
			call_unknown(flow, frame, node, call, out);
		else
			apply_rule(flow, frame, node, rule, call, out);
		return;
	case EFFECT_FORK:
		call_fork(flow, frame, node, rule, call, out);
		return;
	case EFFECT_CLONE:
	case EFFECT_THREAD:
		call_clone(flow, frame, node, rule, call, out);
		return;
	case EFFECT_EXEC:
		ends__note(flow, frame, &world, END_EXEC);
		world.exec_failed = true;
		paths__add_world(out, &world, value__of_number(-1));
		return;
	case EFFECT_WAIT:
		call_wait(flow, frame, node, call, out);
		return;
	case EFFECT_SETJMP:
		frame->has_setjmp = true;
		paths__add_world(out, &world, value__of_number(0));
		if (handlers__jump(flow))
			paths__add_world(out, &world, value__of_signs(NEGATIVE | POSITIVE));
		paths__add_all(out, &frame->landed);
		return;
	case EFFECT_LONGJMP:
		ends__note(flow, frame, &world, END_NEVER);
		function__jump(frame, &(struct path){ world, jump_value(argument(call, 1)) });
		return;
	case EFFECT_SESSION:
		if (world.fork)
			flow->forks[world.fork - 1].has_session = true;
		break;
	case EFFECT_HANDLER:
	case EFFECT_AT_EXIT:
		unread__call(flow, frame, node, calls__reach(rule->name), call, out);
		return;
	case EFFECT_OUTPUT:
		output__note(flow, node, rule, &world);
		paths__add_world(out, &world, anything);
		return;
	case EFFECT_FLUSH:
		output__note_flush(flow, node, argument(call, 0), &world);
		paths__add_world(out, &world, anything);
		return;
	case EFFECT_ERROR:
		call_error(flow, frame, node, rule, call, out);
		return;
	case EFFECT_SHARED:
		paths__add_world(out, &world, value__of_shared());
		return;
	case EFFECT_NONE:
		paths__add_world(out, &world, anything);
		return;
	case EFFECT_COPY:
		copy_object(&world, argument(call, 0).object,
			    argument(call, rule->argument).object);
		paths__add_world(out, &world, argument(call, 0));
		return;
	case EFFECT_SAME:
		paths__add_world(out, &world, argument(call, 0));
		return;
	case EFFECT_PID:
		paths__add_world(out, &world, value__of_process(world.fork));
		return;
	default:
		break;
	}
	call_unknown(flow, frame, node, call, out);
}

/* A function without a rule that no file defines: its name and type may say that it forks. */
static bool call_guessed(struct flow *flow, struct frame *frame, const struct node *node,
			 const struct function *function, const struct prepared *call,
			 struct paths *out)
{
	bool is_sure = function->returns_pid;

	if (function->of_system || !calls__may_fork(function->name) ||
	    (!is_sure && !calls__is_like_fork(function->name)))
		return false;
	if (!is_sure)
		flow__note_guess(flow, node, function->name);
	call_fork(flow, frame, node, calls__rule("fork"), call, out);
	return true;
}

/* A function that does not return, and that no file defines, may call exit(). */
static void end_unknown(struct flow *flow, struct frame *frame, const struct function *function,
			const struct prepared *call)
{
	if (call->world.fork && !function->of_system)
		name_list__add(&flow->unknown_ends, function->name);
	ends__note(flow, frame, &call->world, END_LOUD);
}

static void call_function(struct flow *flow, struct frame *frame, const struct node *node,
			  const struct function *function, const struct prepared *call,
			  struct paths *out)
{
	const struct call_rule *rule = calls__rule(function->name);
	bool is_fixed = rule->effect == EFFECT_EXIT || calls__is_named(rule);

	ends__note_work(flow, &call->world, rule);
	if (function->stored && !is_fixed) {
		unsigned int ends;
		struct paths returned =
			function__run(flow, frame, function, &call->world, call->arguments, &ends);

		ends__note_called(flow, frame, &call->world, ends);
		paths__take_all(out, &returned);
		return;
	}
	if (rule->effect != EFFECT_FORK && !is_fixed &&
	    elsewhere__call(flow, frame, node, function, call, out))
		return;
	if (rule->effect == EFFECT_UNKNOWN && call_guessed(flow, frame, node, function, call, out))
		return;
	if (rule->effect == EFFECT_UNKNOWN && function->never_returns)
		end_unknown(flow, frame, function, call);
	else
		apply_rule(flow, frame, node, rule, call, out);
}

/* The bits, see calls.h, of the functions that @node itself calls. */
static int reach_of_calls(const struct flow *flow, const struct node *node)
{
	const struct function *callee;
	int bits = 0;

	for (int i = 0; node && i < node->children; i++)
		bits |= reach_of_calls(flow, node->child[i]);
	callee = node && node->kind == NODE_CALL ? program__callee(flow->program, node) : NULL;
	return bits | (callee ? calls__reach(callee->name) : 0);
}

bool call__ends_by_exit(const struct flow *flow, const struct node *node)
{
	const struct function *callee =
		node->kind == NODE_CALL ? program__callee(flow->program, node) : NULL;
	int bits = callee && callee->stored ? reach_of_calls(flow, body__of(callee)) : 0;

	return bits & REACHES_EXIT && !(bits & REACHES_END);
}

void call__note_unreached(struct flow *flow, const struct frame *frame, const struct node *node,
			  const struct world *world)
{
	const struct function *callee = program__callee(flow->program, node);
	const struct call_rule *rule = callee ? calls__rule(callee->name) : NULL;

	if (!rule || !world->fork || flow->gave_up)
		return;
	if (rule->effect == EFFECT_EXIT || (rule->effect == EFFECT_ENDS_BY_EXIT && !callee->stored))
		flow__note_exit(flow, frame, node, world, rule->name);
}

struct paths call__eval(struct flow *flow, struct frame *frame, const struct node *node,
			const struct world *world)
{
	struct prepared first = { .world = *world };
	struct prepared_list list = {};
	struct paths result = {};

	for (int i = 0; i < ARGUMENTS; i++)
		first.arguments[i] = anything;
	prepare(flow, frame, node, 0, first, &list);
	/* exit(run()), where run() calls exit() itself. */
	if (!list.count && node->children > 1 && call__ends_by_exit(flow, node->child[1]))
		call__note_unreached(flow, frame, node, world);
	for (int i = 0; i < list.count; i++) {
		struct prepared *call = &list.at[i];
		struct callees functions = callees__of(flow, node->child[0], call->callee);

		if (call->world.fork && !flow->is_unseen)
			note_pointer(flow, node, functions.count);
		if (!functions.count) {
			ends__note_work(flow, &call->world, calls__rule(""));
			call_unknown(flow, frame, node, call, &result);
		}
		for (int j = 0; j < functions.count; j++)
			call_function(flow, frame, node, functions.at[j], call, &result);
		free(functions.at);
	}
	free(list.at);
	return result;
}
