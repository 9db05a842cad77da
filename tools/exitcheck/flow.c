// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "../../runner/xalloc.h"
#include "calls.h"
#include "flow.h"
#include "names.h"
#include "world.h"

#define STEP_LIMIT 20000000
#define DEPTH_LIMIT 64
#define ARGUMENTS 8		/* whose values are known to the function called */

/* What a switch is about: its cases take from these what may come to them. */
struct subject {
	struct paths paths;
	const struct node *object;
	const struct node *body;
};

/* A label and what has jumped to it. */
struct jump {
	const char *label;
	struct paths paths;
};

/* A call of a function that is being run. */
struct frame {
	const struct function *function;
	struct frame *caller;
	int depth;
	bool is_entry;		/* called by somebody who is not seen */
	struct paths returned;
	struct paths *breaks, *continues;
	struct subject *subject;
	struct jump *jumps;
	int jump_count;
	bool again;		/* something new has jumped to a label */
};

/* What came of a function for one world and these arguments. */
struct memo {
	struct memo *next;
	struct world world;
	struct value arguments[ARGUMENTS];
	struct paths returned;
};

static struct paths eval(struct flow *flow, struct frame *frame, const struct node *node,
			 const struct world *world);
static void exec(struct flow *flow, struct frame *frame, const struct node *node,
		 struct paths *in);
static struct paths run_function(struct flow *flow, struct frame *caller,
				 const struct function *function, const struct world *world,
				 const struct value *arguments);

static void add(struct paths *paths, const struct world *world, struct value value)
{
	paths__add(paths, &(struct path){ *world, value });
}

/* --- objects --- */

static int key_of(struct flow *flow, const struct node *node, const struct world *world);

static bool is_array(struct flow *flow, const struct node *node)
{
	return (node->kind == NODE_VARIABLE || node->kind == NODE_MEMBER) &&
	       flow->unit->declarations[node->id].is_array;
}

/* The object that the value of @node points to. */
static int pointee(struct flow *flow, const struct node *node, const struct world *world)
{
	int key, object;

	if (node->kind == NODE_ADDRESS)
		return key_of(flow, node->child[0], world);
	key = key_of(flow, node, world);
	if (key == NO_KEY)
		return NO_KEY;
	if (is_array(flow, node))
		return key__step(key, STEP_ELEMENT);
	object = world__get(world, key).object;
	return object != NO_KEY ? object : key__step(key, STEP_POINTEE);
}

static int key_of(struct flow *flow, const struct node *node, const struct world *world)
{
	int key;

	switch (node->kind) {
	case NODE_VARIABLE:
		if (flow->unit->declarations[node->id].is_volatile)
			return NO_KEY;
		return key__variable(node->id);
	case NODE_MEMBER:
		key = (node->arrow ? pointee : key_of)(flow, node->child[0], world);
		return key == NO_KEY ? NO_KEY : key__step(key, node->id);
	case NODE_INDEX:
	case NODE_DEREF:
		return pointee(flow, node->child[0], world);
	case NODE_ASSIGN:
		return key_of(flow, node->child[0], world);
	case NODE_COMMA:
		return key_of(flow, node->child[1], world);
	default:
		return NO_KEY;
	}
}

/* @world in which @node has only @signs of those it may have. */
static struct world refined(struct flow *flow, const struct node *node, const struct world *world,
			    int signs)
{
	int key = key_of(flow, node, world);
	struct world result = *world;
	struct value value;

	if (key == NO_KEY || is_array(flow, node))
		return result;
	value = world__get(world, key);
	if (value.signs & ~signs) {
		value.signs &= signs;
		if (value.signs == ZERO)
			value = value__of_number(0);
		world__set(&result, key, value);
	}
	return result;
}

/* --- conditions --- */

struct branches {
	struct paths yes, no;
};

static void take_branches(struct branches *all, struct branches *more)
{
	paths__take_all(&all->yes, &more->yes);
	paths__take_all(&all->no, &more->no);
}

static struct branches branch(struct flow *flow, struct frame *frame, const struct node *node,
			      const struct world *world);

/* Whether the value of @node is zero. */
static struct branches branch_on_value(struct flow *flow, struct frame *frame,
				       const struct node *node, const struct world *world)
{
	struct paths paths = eval(flow, frame, node, world);
	struct branches result = {};

	for (int i = 0; i < paths.count; i++) {
		const struct world *at = &paths.at[i].world;
		int signs = paths.at[i].value.signs;
		struct world next;

		if (signs & ~ZERO) {
			next = refined(flow, node, at, ~ZERO);
			add(&result.yes, &next, anything);
		}
		if (signs & ZERO) {
			next = refined(flow, node, at, ZERO);
			add(&result.no, &next, anything);
		}
	}
	free(paths.at);
	return result;
}

static bool is_comparison(const struct node *node)
{
	return node->kind == NODE_BINARY &&
	       node->op >= CXBinaryOperator_LT && node->op <= CXBinaryOperator_NE;
}

static struct branches branch_on_comparison(struct flow *flow, struct frame *frame,
					    const struct node *node, const struct world *world)
{
	const struct node *left = node->child[0], *right = node->child[1];
	struct paths a = eval(flow, frame, left, world);
	struct branches result = {};

	for (int i = 0; i < a.count; i++) {
		struct paths b = eval(flow, frame, right, &a.at[i].world);

		for (int j = 0; j < b.count; j++) {
			struct comparison c = value__compare(a.at[i].value, node->op,
							     b.at[j].value);
			struct world next;

			if (c.left_true) {
				next = refined(flow, left, &b.at[j].world, c.left_true);
				next = refined(flow, right, &next, c.right_true);
				add(&result.yes, &next, anything);
			}
			if (c.left_false) {
				next = refined(flow, left, &b.at[j].world, c.left_false);
				next = refined(flow, right, &next, c.right_false);
				add(&result.no, &next, anything);
			}
		}
		free(b.at);
	}
	free(a.at);
	return result;
}

/* && and ||: the second condition is looked at where the first one does not decide. */
static struct branches branch_on_both(struct flow *flow, struct frame *frame,
				      const struct node *node, const struct world *world)
{
	struct branches first = branch(flow, frame, node->child[0], world), result = {};
	struct paths *undecided = node->kind == NODE_AND ? &first.yes : &first.no;

	for (int i = 0; i < undecided->count; i++) {
		struct branches second = branch(flow, frame, node->child[1],
						&undecided->at[i].world);

		take_branches(&result, &second);
	}
	undecided->count = 0;
	take_branches(&result, &first);
	return result;
}

static bool is_same_value_call(struct flow *flow, const struct node *node)
{
	const struct function *callee = node->kind == NODE_CALL ? tree__callee(flow->unit, node) :
					NULL;

	return callee && node->children > 1 && calls__rule(callee->name)->effect == EFFECT_SAME;
}

static struct branches branch(struct flow *flow, struct frame *frame, const struct node *node,
			      const struct world *world)
{
	struct branches result;

	if (is_same_value_call(flow, node))
		return branch(flow, frame, node->child[1], world);
	if (node->kind == NODE_NOT) {
		struct branches inner = branch(flow, frame, node->child[0], world);

		result.yes = inner.no;
		result.no = inner.yes;
		return result;
	}
	if (node->kind == NODE_AND || node->kind == NODE_OR)
		return branch_on_both(flow, frame, node, world);
	if (is_comparison(node))
		return branch_on_comparison(flow, frame, node, world);
	return branch_on_value(flow, frame, node, world);
}

/* A condition as a value, 1 or 0. */
static struct paths eval_condition(struct flow *flow, struct frame *frame, const struct node *node,
				   const struct world *world)
{
	struct branches branches = branch(flow, frame, node, world);
	struct paths result = {};

	for (int i = 0; i < branches.yes.count; i++)
		add(&result, &branches.yes.at[i].world, value__of_number(1));
	for (int i = 0; i < branches.no.count; i++)
		add(&result, &branches.no.at[i].world, value__of_number(0));
	free(branches.yes.at);
	free(branches.no.at);
	return result;
}

/* --- what is looked for --- */

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

static struct world forked_world(struct flow *flow, const struct node *node,
				 const struct world *world)
{
	struct world child = *world;

	child.fork = fork_number(flow, node);
	child.exec_failed = false;
	child.printed = NOTHING;
	return child;
}

static void note_exit(struct flow *flow, const struct frame *frame, const struct node *node,
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

/* --- calls --- */

/* A call whose callee and arguments have been evaluated. */
struct prepared {
	struct world world;
	struct value callee;
	struct value arguments[ARGUMENTS];
};

struct prepared_list {
	struct prepared *at;
	int count;
};

static void prepare(struct flow *flow, struct frame *frame, const struct node *node, int index,
		    struct prepared so_far, struct prepared_list *list)
{
	struct paths paths;

	if (index == node->children) {
		list->at = xrealloc(list->at, list->count + 1, sizeof(*list->at));
		list->at[list->count++] = so_far;
		return;
	}
	paths = eval(flow, frame, node->child[index], &so_far.world);
	for (int i = 0; i < paths.count; i++) {
		so_far.world = paths.at[i].world;
		if (!index)
			so_far.callee = paths.at[i].value;
		else if (index <= ARGUMENTS)
			so_far.arguments[index - 1] = paths.at[i].value;
		prepare(flow, frame, node, index + 1, so_far, list);
	}
	free(paths.at);
}

static struct value argument(const struct prepared *call, int index)
{
	return index >= 0 && index < ARGUMENTS ? call->arguments[index] : anything;
}

/* Functions that an expression may mean. */
struct functions {
	const struct function **at;
	int count;
};

static void add_function(struct flow *flow, struct functions *functions, int id)
{
	const struct function *function = flow->unit->declarations[id].function;

	for (int i = 0; i < functions->count; i++)
		if (functions->at[i] == function)
			return;
	functions->at = xrealloc(functions->at, functions->count + 1, sizeof(*functions->at));
	functions->at[functions->count++] = function;
}

/* The one that is known, or all that are stored in that object anywhere in the unit. */
static struct functions functions_of(struct flow *flow, const struct node *node,
				     struct value value)
{
	struct functions result = {};

	if (value.function >= 0) {
		add_function(flow, &result, value.function);
		return result;
	}
	while (node->kind == NODE_DEREF || node->kind == NODE_INDEX || node->kind == NODE_ADDRESS)
		node = node->child[0];
	if (node->kind == NODE_CHOICE) {
		for (int i = 1; i <= 2; i++)
			if (node->child[i]->kind == NODE_FUNCTION)
				add_function(flow, &result, node->child[i]->id);
	} else if (node->kind == NODE_VARIABLE || node->kind == NODE_MEMBER) {
		const struct declaration *slot = &flow->unit->declarations[node->id];

		for (int i = 0; i < slot->target_count; i++)
			add_function(flow, &result, slot->targets[i]);
	}
	return result;
}

/* Runs @function, which somebody else is going to call; what it leaves behind is not followed. */
static void run_callback(struct flow *flow, struct frame *frame, const struct function *function,
			 const struct world *world, struct value passed)
{
	struct value arguments[ARGUMENTS];

	for (int i = 0; i < ARGUMENTS; i++)
		arguments[i] = anything;
	arguments[0] = passed;
	if (function->body)
		run_function(flow, frame, function, world, arguments);
}

struct callback {
	struct flow *flow;
	struct frame *frame;
	const struct world *world;
};

static void visit_callback(void *data, int id)
{
	struct callback *callback = data;

	run_callback(callback->flow, callback->frame,
		     callback->flow->unit->declarations[id].function, callback->world, anything);
}

/* The variables that a function can get at: those that it is given the way to, and globals. */
struct reach {
	const struct unit *unit;
	bool globals, statics;	/* all that other files know by name; the others of this file */
	int *ids;
	int count;
	bool grown;
};

static bool can_reach(void *data, int id)
{
	const struct reach *reach = data;
	const struct declaration *variable = &reach->unit->declarations[id];

	for (int i = 0; i < reach->count; i++)
		if (reach->ids[i] == id)
			return true;
	if (variable->owner >= 0)
		return false;
	return variable->is_extern ? reach->globals : reach->statics;
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

/* Forgets what a function of another file can change: what it was given the way to, and globals. */
static void forget_reachable(struct flow *flow, const struct function *callee,
			     const struct prepared *call, struct world *world)
{
	struct reach reach = { .unit = flow->unit, .globals = !callee || !callee->of_system };
	const struct known *kept;

	find_reach(&reach, world, call->arguments);
	kept = world__take_out(world, can_reach, &reach);
	/* What was taken out is what it cannot get at. */
	world->known = kept;
	free(reach.ids);
}

/*
 * A function that is not in this unit: it may call any function it can get hold of, and change any
 * object.
 */
static void call_unknown(struct flow *flow, struct frame *frame, const struct node *node,
			 const struct prepared *call, struct paths *out)
{
	const struct function *callee = tree__callee(flow->unit, node);
	struct callback callback = { flow, frame, &call->world };
	struct world after = call->world;

	for (int i = 0; i < ARGUMENTS && i < node->children - 1; i++) {
		struct value value = call->arguments[i];

		if (value.function >= 0)
			visit_callback(&callback, value.function);
		if (value.object != NO_KEY)
			world__each_function(&call->world, value.object, visit_callback, &callback);
	}
	forget_reachable(flow, callee, call, &after);
	/* What nobody here knows may have printed. */
	if (!callee && after.fork)
		after.printed = SEVERAL_STREAMS;
	add(out, &after, anything);
}

/* fork(2): zero in the child, in the parent the child's number, or -1 and no child. */
static void call_fork(struct flow *flow, const struct node *node, const struct call_rule *rule,
		      const struct prepared *call, struct paths *out)
{
	struct value flags = argument(call, rule->flags);
	struct world child = forked_world(flow, node, &call->world);

	add(out, &call->world, value__of_pid());
	if (!flags.is_number || !(flags.number & CLONE_THREAD))
		add(out, &child, value__of_number(0));
}

/* clone(2) and threads: the child runs a function, and ends with it. */
static void call_clone(struct flow *flow, struct frame *frame, const struct node *node,
		       const struct call_rule *rule, const struct prepared *call,
		       struct paths *out)
{
	struct value flags = rule->effect == EFFECT_THREAD ? value__of_number(CLONE_THREAD) :
			     argument(call, rule->flags);
	struct world child = call->world;
	struct functions functions;

	if (!flags.is_number || !(flags.number & CLONE_THREAD))
		child = forked_world(flow, node, &call->world);
	if (node->children <= rule->argument + 1)
		return;
	functions = functions_of(flow, node->child[rule->argument + 1],
				 argument(call, rule->argument));
	for (int i = 0; i < functions.count; i++)
		run_callback(flow, frame, functions.at[i], &child, argument(call, rule->passed));
	add(out, &call->world, rule->effect == EFFECT_THREAD ? anything : value__of_pid());
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

/* Whether argument 0 of the call is getpid(). */
static bool is_to_self(struct flow *flow, const struct node *node)
{
	const struct function *callee;

	if (node->children < 2 || node->child[1]->kind != NODE_CALL)
		return false;
	callee = tree__callee(flow->unit, node->child[1]);
	return callee && !strcmp(callee->name, "getpid");
}

/* The stream that @node, an argument, names: stderr, which is not buffered, is NOTHING. */
static int stream_of(struct flow *flow, const struct node *node)
{
	const char *name;

	if (node->kind != NODE_VARIABLE)
		return SEVERAL_STREAMS;
	name = names__intern(clang_getCursorSpelling(flow->unit->declarations[node->id].cursor));
	if (!strcmp(name, "stderr"))
		return NOTHING;
	return strcmp(name, "stdout") ? node->id + 1 : STDOUT;
}

/* Output that waits in a stream's buffer. */
static void note_output(struct flow *flow, const struct node *node, const struct call_rule *rule,
			struct world *world)
{
	int stream = STDOUT;

	/* Macros of a test's framework print too, but to where nobody reads after a fork. */
	if (node->foreign)
		return;
	if (rule->argument >= 0)
		stream = node->children > rule->argument + 1 ?
			 stream_of(flow, node->child[rule->argument + 1]) : NOTHING;
	if (stream != NOTHING)
		world->printed = world->printed == NOTHING || world->printed == stream ?
				 stream : SEVERAL_STREAMS;
}

static void note_flush(struct flow *flow, const struct node *node, const struct prepared *call,
		       struct world *world)
{
	struct value all = argument(call, 0);

	if (node->children < 2)
		return;
	if ((all.is_number && !all.number) ||
	    stream_of(flow, node->child[1]) == world->printed)
		world->printed = NOTHING;
}

/* Makes @call, of a function that is not in this unit and is known by @rule. */
static void apply_rule(struct flow *flow, struct frame *frame, const struct node *node,
		       const struct call_rule *rule, const struct prepared *call,
		       struct paths *out)
{
	struct world world = call->world;

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
		call_fork(flow, node, rule, call, out);
		return;
	case EFFECT_CLONE:
	case EFFECT_THREAD:
		call_clone(flow, frame, node, rule, call, out);
		return;
	case EFFECT_EXEC:
		world.exec_failed = true;
		add(out, &world, value__of_signs(NEGATIVE));
		return;
	case EFFECT_EXIT:
		note_exit(flow, frame, node, &world);
		return;
	case EFFECT_END:
		return;
	case EFFECT_SIGNAL:
		if (is_to_self(flow, node) && is_deadly(argument(call, 1)))
			return;
		break;
	case EFFECT_RAISE:
		if (is_deadly(argument(call, 0)))
			return;
		break;
	case EFFECT_OUTPUT:
		note_output(flow, node, rule, &world);
		add(out, &world, anything);
		return;
	case EFFECT_FLUSH:
		note_flush(flow, node, call, &world);
		add(out, &world, anything);
		return;
	case EFFECT_ERROR:
		if (argument(call, 0).signs & ZERO)
			add(out, &world, anything);
		return;
	case EFFECT_SAME:
		add(out, &world, argument(call, 0));
		return;
	case EFFECT_UNKNOWN:
		break;
	}
	call_unknown(flow, frame, node, call, out);
}

static struct paths eval_call(struct flow *flow, struct frame *frame, const struct node *node,
			      const struct world *world)
{
	struct prepared first = { .world = *world };
	struct prepared_list list = {};
	struct paths result = {};

	for (int i = 0; i < ARGUMENTS; i++)
		first.arguments[i] = anything;
	prepare(flow, frame, node, 0, first, &list);
	for (int i = 0; i < list.count; i++) {
		struct prepared *call = &list.at[i];
		struct functions functions = functions_of(flow, node->child[0], call->callee);

		if (!functions.count)
			call_unknown(flow, frame, node, call, &result);
		for (int j = 0; j < functions.count; j++) {
			const struct function *function = functions.at[j];
			const struct call_rule *rule = calls__rule(function->is_fork ? "fork" :
								   function->name);

			if (function->body && rule->effect != EFFECT_EXIT) {
				struct paths returned = run_function(flow, frame, function,
								     &call->world,
								     call->arguments);

				paths__take_all(&result, &returned);
			} else if (rule->effect != EFFECT_UNKNOWN || !function->never_returns) {
				apply_rule(flow, frame, node, rule, call, &result);
			}
		}
	}
	free(list.at);
	return result;
}

/* --- expressions --- */

static struct paths eval_children(struct flow *flow, struct frame *frame, const struct node *node,
				  const struct world *world)
{
	struct paths paths = {};

	add(&paths, world, anything);
	for (int i = 0; i < node->children; i++) {
		struct paths next = {};

		if (!node->child[i])
			continue;
		for (int j = 0; j < paths.count; j++) {
			struct paths more = eval(flow, frame, node->child[i], &paths.at[j].world);

			paths__take_all(&next, &more);
		}
		free(paths.at);
		paths = next;
	}
	for (int i = 0; i < paths.count; i++)
		paths.at[i].value = anything;
	return paths;
}

/* The value of an object, after what happens on the way to it. */
static struct paths eval_object(struct flow *flow, struct frame *frame, const struct node *node,
				const struct world *world)
{
	struct paths paths = eval_children(flow, frame, node, world);

	for (int i = 0; i < paths.count; i++) {
		struct path *path = &paths.at[i];
		int key = key_of(flow, node, &path->world);

		if (key == NO_KEY)
			continue;
		if (is_array(flow, node))
			path->value = value__of_object(key__step(key, STEP_ELEMENT));
		else
			path->value = world__get(&path->world, key);
	}
	return paths;
}

static void set_initializer(struct flow *flow, struct world *world, int key,
			    const struct node *value);

/* Stores a value that needs no evaluation. */
static void set_member(struct flow *flow, struct world *world, int key, const struct node *value)
{
	int object;

	switch (value->kind) {
	case NODE_FUNCTION:
		world__set(world, key, value__of_function(value->id));
		break;
	case NODE_NUMBER:
		world__set(world, key, value__of_number(value->value));
		break;
	case NODE_VARIABLE:
		if (!is_array(flow, value))
			world__set(world, key, world__get(world, key__variable(value->id)));
		break;
	case NODE_ADDRESS:
		object = key_of(flow, value->child[0], world);
		if (object != NO_KEY)
			world__set(world, key, value__of_object(object));
		break;
	case NODE_INIT:
		set_initializer(flow, world, key, value);
		break;
	default:
		break;
	}
}

static void set_initializer(struct flow *flow, struct world *world, int key,
			    const struct node *value)
{
	for (int i = 0; i < value->children; i++) {
		const struct node *member = value->child[i];

		if (member->kind == NODE_INIT_FIELD)
			set_member(flow, world, key__step(key, member->id), member->child[0]);
		/* The elements of an array are one object: with more than one it has no value. */
		else if (value->children == 1)
			set_member(flow, world, key__step(key, STEP_ELEMENT), member);
	}
}

/* Stores the value of @value in @object, which may be NULL for a variable's @key. */
static struct paths assign(struct flow *flow, struct frame *frame, const struct node *object,
			   int key, const struct node *value, const struct world *world)
{
	struct paths paths = eval(flow, frame, value, world), result = {};

	for (int i = 0; i < paths.count; i++) {
		struct path path = paths.at[i];

		if (object)
			key = key_of(flow, object, &path.world);
		if (key != NO_KEY) {
			world__set(&path.world, key, path.value);
			if (value->kind == NODE_INIT)
				set_initializer(flow, &path.world, key, value);
		}
		paths__add(&result, &path);
	}
	free(paths.at);
	return result;
}

static struct paths eval_assign(struct flow *flow, struct frame *frame, const struct node *node,
				const struct world *world)
{
	/* On the way to the object something may be called. */
	struct paths paths = eval_children(flow, frame, node->child[0], world), result = {};

	for (int i = 0; i < paths.count; i++) {
		struct paths more = assign(flow, frame, node->child[0], NO_KEY, node->child[1],
					   &paths.at[i].world);

		paths__take_all(&result, &more);
	}
	free(paths.at);
	return result;
}

static struct paths eval_change(struct flow *flow, struct frame *frame, const struct node *node,
				const struct world *world)
{
	struct paths paths = eval_children(flow, frame, node, world);

	for (int i = 0; i < paths.count; i++) {
		int key = key_of(flow, node->child[0], &paths.at[i].world);

		if (key != NO_KEY)
			world__forget(&paths.at[i].world, key);
	}
	return paths;
}

static struct value calculate(struct value a, enum CXBinaryOperatorKind op, struct value b)
{
	if (!a.is_number || !b.is_number)
		return anything;
	switch (op) {
	case CXBinaryOperator_Or:
		return value__of_number(a.number | b.number);
	case CXBinaryOperator_And:
		return value__of_number(a.number & b.number);
	case CXBinaryOperator_Shl:
		return b.number >= 0 && b.number < 63 && a.number >= 0 &&
		       a.number < 1LL << (62 - b.number) ?
		       value__of_number(a.number << b.number) : anything;
	default:
		return anything;
	}
}

static struct paths eval_binary(struct flow *flow, struct frame *frame, const struct node *node,
				const struct world *world)
{
	struct paths left = eval(flow, frame, node->child[0], world), result = {};

	for (int i = 0; i < left.count; i++) {
		struct paths right = eval(flow, frame, node->child[1], &left.at[i].world);

		for (int j = 0; j < right.count; j++)
			add(&result, &right.at[j].world,
			    calculate(left.at[i].value, node->op, right.at[j].value));
	}
	return result;
}

static struct paths eval_choice(struct flow *flow, struct frame *frame, const struct node *node,
				const struct world *world)
{
	struct branches branches = branch(flow, frame, node->child[0], world);
	struct paths result = {};

	for (int i = 0; i < branches.yes.count; i++) {
		struct paths more = eval(flow, frame, node->child[1], &branches.yes.at[i].world);

		paths__take_all(&result, &more);
	}
	for (int i = 0; i < branches.no.count; i++) {
		struct paths more = eval(flow, frame, node->child[2], &branches.no.at[i].world);

		paths__take_all(&result, &more);
	}
	return result;
}

static struct paths eval_comma(struct flow *flow, struct frame *frame, const struct node *node,
			       const struct world *world)
{
	struct paths left = eval(flow, frame, node->child[0], world), result = {};

	for (int i = 0; i < left.count; i++) {
		struct paths more = eval(flow, frame, node->child[1], &left.at[i].world);

		paths__take_all(&result, &more);
	}
	return result;
}

static bool is_expression(const struct node *node)
{
	return node->kind < NODE_BLOCK;
}

/* A statement expression: its value is that of the last statement. */
static struct paths eval_statements(struct flow *flow, struct frame *frame,
				    const struct node *node, const struct world *world)
{
	const struct node *block = node->children ? node->child[0] : NULL;
	struct paths paths = {}, result = {};

	add(&paths, world, anything);
	if (!block)
		return paths;
	for (int i = 0; i < block->children; i++) {
		const struct node *child = block->child[i];

		if (i < block->children - 1 || !is_expression(child)) {
			exec(flow, frame, child, &paths);
			continue;
		}
		for (int j = 0; j < paths.count; j++) {
			struct paths more = eval(flow, frame, child, &paths.at[j].world);

			paths__take_all(&result, &more);
		}
		return result;
	}
	return paths;
}

static struct paths eval(struct flow *flow, struct frame *frame, const struct node *node,
			 const struct world *world)
{
	struct paths result = {};

	if (flow->gave_up || ++flow->steps > STEP_LIMIT) {
		flow->gave_up = true;
		return result;
	}
	switch (node->kind) {
	case NODE_NUMBER:
		add(&result, world, value__of_number(node->value));
		return result;
	case NODE_FUNCTION:
		add(&result, world, value__of_function(node->id));
		return result;
	case NODE_VARIABLE:
	case NODE_MEMBER:
	case NODE_INDEX:
	case NODE_DEREF:
		return eval_object(flow, frame, node, world);
	case NODE_ADDRESS: {
		int key = key_of(flow, node->child[0], world);

		result = eval_children(flow, frame, node->child[0], world);
		for (int i = 0; i < result.count && key != NO_KEY; i++)
			result.at[i].value = value__of_object(key);
		return result;
	}
	case NODE_NOT:
	case NODE_AND:
	case NODE_OR:
		return eval_condition(flow, frame, node, world);
	case NODE_BINARY:
		return is_comparison(node) ? eval_condition(flow, frame, node, world) :
			eval_binary(flow, frame, node, world);
	case NODE_CHANGE:
		return eval_change(flow, frame, node, world);
	case NODE_ASSIGN:
		return eval_assign(flow, frame, node, world);
	case NODE_COMMA:
		return eval_comma(flow, frame, node, world);
	case NODE_CHOICE:
		return eval_choice(flow, frame, node, world);
	case NODE_CALL:
		return eval_call(flow, frame, node, world);
	case NODE_STATEMENTS:
		return eval_statements(flow, frame, node, world);
	default:
		return eval_children(flow, frame, node, world);
	}
}

/* --- statements --- */

/* What of @in makes condition @node true is added to @yes, the rest to @no. */
static void split(struct flow *flow, struct frame *frame, const struct node *node,
		  const struct paths *in, struct branches *out)
{
	for (int i = 0; i < in->count; i++) {
		struct branches more = branch(flow, frame, node, &in->at[i].world);

		take_branches(out, &more);
	}
}

static void exec_if(struct flow *flow, struct frame *frame, const struct node *node,
		    struct paths *in)
{
	struct branches branches = {};

	split(flow, frame, node->child[0], in, &branches);
	exec(flow, frame, node->child[1], &branches.yes);
	if (node->children > 2)
		exec(flow, frame, node->child[2], &branches.no);
	paths__add_all(&branches.yes, &branches.no);
	*in = branches.yes;
}

static struct paths copy_of(const struct paths *paths)
{
	struct paths copy = {};

	paths__add_all(&copy, paths);
	return copy;
}

/* for and while: around until nothing new is known at the condition. */
static void exec_for(struct flow *flow, struct frame *frame, const struct node *node,
		     struct paths *in)
{
	const struct node *condition = node->child[1], *step = node->child[2];
	struct paths *breaks = frame->breaks, *continues = frame->continues;
	struct paths left = {};

	if (node->child[0])
		exec(flow, frame, node->child[0], in);
	frame->breaks = &left;
	for (;;) {
		struct paths before = copy_of(in), again = {};
		struct branches branches = {};

		if (condition)
			split(flow, frame, condition, in, &branches);
		else
			branches.yes = copy_of(in);
		paths__add_all(&left, &branches.no);
		frame->continues = &again;
		exec(flow, frame, node->child[3], &branches.yes);
		paths__add_all(&again, &branches.yes);
		if (step)
			exec(flow, frame, step, &again);
		paths__add_all(in, &again);
		if (flow->gave_up || paths__equal(in, &before))
			break;
	}
	frame->breaks = breaks;
	frame->continues = continues;
	*in = left;
}

static void exec_do(struct flow *flow, struct frame *frame, const struct node *node,
		    struct paths *in)
{
	struct paths *breaks = frame->breaks, *continues = frame->continues;
	struct paths left = {};

	frame->breaks = &left;
	for (;;) {
		struct paths before = copy_of(in), again = {}, body = copy_of(in);
		struct branches branches = {};

		frame->continues = &again;
		exec(flow, frame, node->child[0], &body);
		paths__add_all(&again, &body);
		split(flow, frame, node->child[1], &again, &branches);
		paths__add_all(&left, &branches.no);
		paths__add_all(in, &branches.yes);
		if (flow->gave_up || paths__equal(in, &before))
			break;
	}
	frame->breaks = breaks;
	frame->continues = continues;
	*in = left;
}

/* Whether @body, of a switch, has a case for @number; with @number NULL, a default. */
static bool has_case(const struct node *body, const long long *number)
{
	if (!body || body->kind == NODE_SWITCH)
		return false;
	if (body->kind == NODE_DEFAULT && !number)
		return true;
	if (body->kind == NODE_CASE && number && body->child[0]->kind == NODE_NUMBER &&
	    body->child[0]->value == *number)
		return true;
	for (int i = 0; i < body->children; i++)
		if (has_case(body->child[i], number))
			return true;
	return false;
}

/* What of the subject no case is for. */
static void add_other_cases(struct flow *flow, const struct subject *subject, struct paths *out)
{
	bool zero = has_case(subject->body, &(long long){ 0 });

	for (int i = 0; i < subject->paths.count; i++) {
		const struct path *path = &subject->paths.at[i];
		struct world world;

		if (path->value.is_number && has_case(subject->body, &path->value.number))
			continue;
		world = zero ? refined(flow, subject->object, &path->world, ~ZERO) : path->world;
		add(out, &world, anything);
	}
}

static void exec_switch(struct flow *flow, struct frame *frame, const struct node *node,
			struct paths *in)
{
	struct subject subject = { .object = node->child[0], .body = node->child[1] };
	struct paths *breaks = frame->breaks, left = {}, body = {};
	struct subject *outer = frame->subject;

	for (int i = 0; i < in->count; i++) {
		struct paths more = eval(flow, frame, node->child[0], &in->at[i].world);

		paths__take_all(&subject.paths, &more);
	}
	frame->breaks = &left;
	frame->subject = &subject;
	exec(flow, frame, subject.body, &body);
	paths__add_all(&left, &body);
	if (!has_case(subject.body, NULL))
		add_other_cases(flow, &subject, &left);
	frame->breaks = breaks;
	frame->subject = outer;
	*in = left;
}

static void exec_case(struct flow *flow, struct frame *frame, const struct node *node,
		      struct paths *in)
{
	const struct node *number = node->child[0];

	for (int i = 0; frame->subject && i < frame->subject->paths.count; i++) {
		const struct path *path = &frame->subject->paths.at[i];
		struct value value = number->kind == NODE_NUMBER && !node->child[1] ?
				     value__of_number(number->value) : anything;
		struct comparison c = value__compare(path->value, CXBinaryOperator_EQ, value);
		struct world world;

		if (!c.left_true)
			continue;
		world = refined(flow, frame->subject->object, &path->world, c.left_true);
		add(in, &world, anything);
	}
	exec(flow, frame, node->child[2], in);
}

static struct jump *jump_to(struct frame *frame, const char *label)
{
	for (int i = 0; i < frame->jump_count; i++)
		if (frame->jumps[i].label == label)
			return &frame->jumps[i];
	frame->jumps = xrealloc(frame->jumps, frame->jump_count + 1, sizeof(*frame->jumps));
	frame->jumps[frame->jump_count] = (struct jump){ .label = label };
	return &frame->jumps[frame->jump_count++];
}

static void exec_goto(struct frame *frame, const struct node *node, struct paths *in)
{
	struct jump *jump = jump_to(frame, node->label);
	struct paths before = copy_of(&jump->paths);

	paths__add_all(&jump->paths, in);
	if (!paths__equal(&before, &jump->paths))
		frame->again = true;
	in->count = 0;
}

static void leave_function(struct flow *flow, struct frame *frame, const struct paths *paths,
			   struct place place)
{
	for (int i = 0; i < paths->count; i++)
		if (frame->is_entry && paths->at[i].world.fork)
			note_fall(flow, frame, place, paths->at[i].world.fork);
	paths__add_all(&frame->returned, paths);
}

static void exec_return(struct flow *flow, struct frame *frame, const struct node *node,
			struct paths *in)
{
	for (int i = 0; i < in->count; i++) {
		struct paths values = eval_children(flow, frame, &(struct node){},
						    &in->at[i].world);

		if (node->children)
			values = eval(flow, frame, node->child[0], &in->at[i].world);
		leave_function(flow, frame, &values, node->place);
	}
	in->count = 0;
}

static void exec_declare(struct flow *flow, struct frame *frame, const struct node *node,
			 struct paths *in)
{
	int key = key_of(flow, &(struct node){ .kind = NODE_VARIABLE, .id = node->id }, NULL);
	struct paths out = {};

	for (int i = 0; i < in->count; i++) {
		struct paths more = {};

		if (key != NO_KEY)
			world__forget(&in->at[i].world, key);
		if (node->children)
			more = assign(flow, frame, NULL, key, node->child[0], &in->at[i].world);
		else
			add(&more, &in->at[i].world, anything);
		paths__take_all(&out, &more);
	}
	free(in->at);
	*in = out;
}

/* Runs statement @node. @in becomes what is behind it. */
static void exec(struct flow *flow, struct frame *frame, const struct node *node,
		 struct paths *in)
{
	struct paths out = {};

	if (!in->count && !node->is_target)
		return;
	switch (node->kind) {
	case NODE_BLOCK:
		for (int i = 0; i < node->children; i++)
			exec(flow, frame, node->child[i], in);
		break;
	case NODE_DECLARE:
		exec_declare(flow, frame, node, in);
		break;
	case NODE_IF:
		exec_if(flow, frame, node, in);
		break;
	case NODE_FOR:
		exec_for(flow, frame, node, in);
		break;
	case NODE_DO:
		exec_do(flow, frame, node, in);
		break;
	case NODE_SWITCH:
		exec_switch(flow, frame, node, in);
		break;
	case NODE_CASE:
		exec_case(flow, frame, node, in);
		break;
	case NODE_DEFAULT:
		if (frame->subject)
			add_other_cases(flow, frame->subject, in);
		exec(flow, frame, node->child[0], in);
		break;
	case NODE_LABEL:
		paths__add_all(in, &jump_to(frame, node->label)->paths);
		for (int i = 0; i < node->children; i++)
			exec(flow, frame, node->child[i], in);
		break;
	case NODE_GOTO:
		exec_goto(frame, node, in);
		break;
	case NODE_BREAK:
	case NODE_CONTINUE:
		if (node->kind == NODE_BREAK ? frame->breaks : frame->continues)
			paths__add_all(node->kind == NODE_BREAK ? frame->breaks : frame->continues,
				       in);
		in->count = 0;
		break;
	case NODE_RETURN:
		exec_return(flow, frame, node, in);
		break;
	default:
		for (int i = 0; i < in->count; i++) {
			struct paths more = eval(flow, frame, node, &in->at[i].world);

			paths__take_all(&out, &more);
		}
		free(in->at);
		*in = out;
		break;
	}
}

/* --- functions --- */

/* Leaves in @world what a function called with @arguments can get at. Returns the rest. */
static const struct known *narrow(const struct unit *unit, struct world *world,
				  const struct value *arguments)
{
	struct reach reach = { .unit = unit, .globals = true, .statics = true };
	const struct known *taken;

	find_reach(&reach, world, arguments);
	taken = world__take_out(world, can_reach, &reach);
	free(reach.ids);
	return taken;
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
		add(&paths, world, anything);
		frame->again = false;
		exec(flow, frame, frame->function->body, &paths);
	} while (frame->again && !flow->gave_up);
	leave_function(flow, frame, &paths, frame->function->end);
}

/* Runs @function in @world, which has nothing that it cannot get at. */
static struct paths run_narrowed(struct flow *flow, struct frame *caller,
				 const struct function *function, const struct world *world,
				 const struct value *arguments)
{
	struct frame frame = { .function = function, .caller = caller, .is_entry = !caller,
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

/* Runs @function in @world. Returns what comes back. */
static struct paths run_function(struct flow *flow, struct frame *caller,
				 const struct function *function, const struct world *world,
				 const struct value *arguments)
{
	struct world inside = *world;
	const struct known *taken;
	struct paths returned, result = {};

	if (is_running(caller, function) || (caller && caller->depth > DEPTH_LIMIT)) {
		if (!function->never_returns)
			add(&result, world, anything);
		return result;
	}
	taken = narrow(flow->unit, &inside, arguments);
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
	returned = run_function(flow, NULL, function, &(struct world){}, arguments);
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
