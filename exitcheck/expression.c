// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdlib.h>

#include "call.h"
#include "callees.h"
#include "condition.h"
#include "expression.h"
#include "functions.h"
#include "object.h"
#include "scope.h"
#include "statement.h"

/* A condition as a value, 1 or 0. */
static struct paths eval_condition(struct flow *flow, struct frame *frame, const struct node *node,
				   const struct world *world)
{
	struct branches branches = condition__branch(flow, frame, node, world);
	struct paths result = {};

	for (int i = 0; i < branches.yes.count; i++)
		paths__add_world(&result, &branches.yes.at[i].world, value__of_number(1));
	for (int i = 0; i < branches.no.count; i++)
		paths__add_world(&result, &branches.no.at[i].world, value__of_number(0));
	free(branches.yes.at);
	free(branches.no.at);
	return result;
}

struct paths expression__eval_all(struct flow *flow, struct frame *frame, const struct node *node,
				  struct paths *in)
{
	struct paths result = {};

	for (int i = 0; i < in->count; i++) {
		struct paths more = expression__eval(flow, frame, node, &in->at[i].world);

		paths__take_all(&result, &more);
	}
	free(in->at);
	*in = (struct paths){};
	return result;
}

struct paths expression__eval_children(struct flow *flow, struct frame *frame,
				       const struct node *node, const struct world *world)
{
	struct paths paths = {};

	paths__add_world(&paths, world, anything);
	for (int i = 0; i < node->children; i++)
		if (node->child[i])
			paths = expression__eval_all(flow, frame, node->child[i], &paths);
	for (int i = 0; i < paths.count; i++)
		paths.at[i].value = anything;
	return paths;
}

/* The value of the object @node, which is @key. */
static struct value value_of(struct flow *flow, const struct node *node, const struct world *world,
			     int key)
{
	struct value value;

	if (object__is_array(flow, node))
		return value__of_object(key__step(key, STEP_ELEMENT));
	value = world__get(world, key);
	if (!value.signs)
		value = anything;
	if (value.functions == ANY_FUNCTION)
		value.functions = callees__stored(flow, key__name(key));
	return value;
}

/* The value of an object, after what happens on the way to it. */
static struct paths eval_object(struct flow *flow, struct frame *frame, const struct node *node,
				const struct world *world)
{
	struct paths paths = expression__eval_children(flow, frame, node, world);

	for (int i = 0; i < paths.count; i++) {
		struct path *path = &paths.at[i];
		int key = object__key(flow, node, &path->world);

		if (key != NO_KEY)
			path->value = value_of(flow, node, &path->world, key);
	}
	return paths;
}

/* "*f" is f if that is a function. */
static struct paths eval_pointee(struct flow *flow, struct frame *frame, const struct node *node,
				 const struct world *world)
{
	struct paths paths = expression__eval(flow, frame, node->child[0], world);

	for (int i = 0; i < paths.count; i++) {
		struct path *path = &paths.at[i];
		int key = object__key(flow, node, &path->world);

		if (path->value.functions != ANY_FUNCTION)
			continue;
		path->value = key == NO_KEY ? anything : value_of(flow, node, &path->world, key);
	}
	return paths;
}

/* Evaluates initializer @value of the object @key, which may be NO_KEY, and stores its members. */
static struct paths initialize(struct flow *flow, struct frame *frame, int key,
			       const struct node *value, const struct world *world)
{
	struct paths paths = {};
	struct world inside = *world;

	if (key != NO_KEY)
		world__forget(&inside, key);
	paths__add_world(&paths, &inside, anything);
	for (int i = 0; i < value->children; i++) {
		const struct node *member = value->child[i];
		struct paths next = {};
		int part = NO_KEY;

		if (key != NO_KEY && member->kind == NODE_INIT_FIELD)
			part = key__step(key, member->id);
		/* The elements of an array are one object: with more than one it has no value. */
		else if (key != NO_KEY && value->children == 1)
			part = key__step(key, STEP_ELEMENT);
		if (member->kind == NODE_INIT_FIELD)
			member = member->child[0];
		for (int j = 0; j < paths.count; j++) {
			struct paths more = expression__assign(flow, frame, NULL, part, member,
							       &paths.at[j].world);

			paths__take_all(&next, &more);
		}
		free(paths.at);
		paths = next;
	}
	return paths;
}

/* Stores @value, of @from, and what is known of the fields of @from, in the object @key. */
static void store(struct flow *flow, struct path *path, int key, const struct node *from,
		  struct value value)
{
	struct world old = path->world;
	int source = object__source(flow, from, &old);

	if (from->kind == NODE_CALL && source != NO_KEY)
		world__forget(&path->world, source);
	if (key == NO_KEY)
		return;
	world__set(&path->world, key, value);
	if (source != NO_KEY)
		world__copy_fields(&path->world, key, &old, source);
}

/* expression__assign(). With @is_result the object gets the fields, and no value of its own. */
static struct paths assign(struct flow *flow, struct frame *frame, const struct node *object,
			   int key, const struct node *value, const struct world *world,
			   bool is_result)
{
	struct paths paths, result = {};

	if (value->kind == NODE_INIT)
		return initialize(flow, frame, object ? object__key(flow, object, world) : key,
				  value, world);
	paths = expression__eval(flow, frame, value, world);
	for (int i = 0; i < paths.count; i++) {
		struct path path = paths.at[i];

		store(flow, &path, object ? object__key(flow, object, &path.world) : key, value,
		      is_result ? anything : path.value);
		paths__add(&result, &path);
	}
	free(paths.at);
	return result;
}

struct paths expression__assign(struct flow *flow, struct frame *frame, const struct node *object,
				int key, const struct node *value, const struct world *world)
{
	return assign(flow, frame, object, key, value, world, false);
}

struct paths expression__eval_result(struct flow *flow, struct frame *frame,
				     const struct node *node, struct paths *in)
{
	int key = key__variable(frame->function->id);
	struct paths result = {};

	for (int i = 0; i < in->count; i++) {
		struct paths paths = assign(flow, frame, NULL, key, node, &in->at[i].world, true);

		paths__take_all(&result, &paths);
	}
	free(in->at);
	*in = (struct paths){};
	return result;
}

static struct paths eval_assign(struct flow *flow, struct frame *frame, const struct node *node,
				const struct world *world)
{
	/* On the way to the object something may be called. */
	struct paths paths = expression__eval_children(flow, frame, node->child[0], world),
		     result = {};

	for (int i = 0; i < paths.count; i++) {
		struct paths more = expression__assign(flow, frame, node->child[0], NO_KEY,
						       node->child[1], &paths.at[i].world);

		paths__take_all(&result, &more);
	}
	free(paths.at);
	return result;
}

/* ++, +=: */
static struct paths eval_change(struct flow *flow, struct frame *frame, const struct node *node,
				const struct world *world)
{
	struct paths old = expression__eval(flow, frame, node->child[0], world), result = {};

	for (int i = 0; i < old.count; i++) {
		struct paths paths =
			expression__eval(flow, frame, node->child[1], &old.at[i].world);

		for (int j = 0; j < paths.count; j++) {
			struct path path = paths.at[j];
			int key = object__key(flow, node->child[0], &path.world);

			path.value = value__calculate(old.at[i].value, node->op, path.value);
			if (key != NO_KEY)
				world__set(&path.world, key, path.value);
			if (node->is_postfix)
				path.value = old.at[i].value;
			paths__add(&result, &path);
		}
		free(paths.at);
	}
	free(old.at);
	return result;
}

static struct paths eval_binary(struct flow *flow, struct frame *frame, const struct node *node,
				const struct world *world)
{
	struct paths left = expression__eval(flow, frame, node->child[0], world), result = {};

	for (int i = 0; i < left.count; i++) {
		struct paths right =
			expression__eval(flow, frame, node->child[1], &left.at[i].world);

		for (int j = 0; j < right.count; j++)
			paths__add_world(&result, &right.at[j].world,
					 value__calculate(left.at[i].value, node->op,
							  right.at[j].value));
		free(right.at);
	}
	free(left.at);
	return result;
}

/* "a ?: b" */
static struct paths eval_short_choice(struct flow *flow, struct frame *frame,
				      const struct node *node, const struct world *world)
{
	struct paths first = expression__eval(flow, frame, node->child[0], world), result = {},
		     undecided = {};

	for (int i = 0; i < first.count; i++) {
		struct path path = first.at[i];
		int signs = path.value.signs;

		if (signs & ZERO)
			paths__add_world(&undecided, &path.world, anything);
		path.value.signs &= ~ZERO;
		if (path.value.signs)
			paths__add(&result, &path);
	}
	free(first.at);
	undecided = expression__eval_all(flow, frame, node->child[1], &undecided);
	paths__take_all(&result, &undecided);
	return result;
}

static struct paths eval_choice(struct flow *flow, struct frame *frame, const struct node *node,
				const struct world *world)
{
	struct branches branches;
	struct paths result, other;

	if (node->children == 2)
		return eval_short_choice(flow, frame, node, world);
	branches = condition__branch(flow, frame, node->child[0], world);
	result = expression__eval_all(flow, frame, node->child[1], &branches.yes);
	other = expression__eval_all(flow, frame, node->child[2], &branches.no);
	paths__take_all(&result, &other);
	return result;
}

static struct paths eval_comma(struct flow *flow, struct frame *frame, const struct node *node,
			       const struct world *world)
{
	struct paths left = expression__eval(flow, frame, node->child[0], world);

	return expression__eval_all(flow, frame, node->child[1], &left);
}

static bool is_expression(const struct node *node)
{
	return node->kind < NODE_BLOCK;
}

/* A statement expression: its value is that of the last statement. */
static struct paths eval_statements(struct flow *flow, struct frame *frame, const struct node *node,
				    const struct world *world)
{
	const struct node *block = node->children ? node->child[0] : NULL, *outer = frame->block;
	struct scope *scope = frame->scope;
	struct paths paths = {};

	frame->block = block;
	paths__add_world(&paths, world, anything);
	for (int i = 0; block && i < block->children; i++) {
		const struct node *child = block->child[i];

		if (i == block->children - 1 && is_expression(child))
			paths = expression__eval_all(flow, frame, child, &paths);
		else
			statement__exec(flow, frame, child, &paths);
	}
	scope__leave(flow, frame, scope, &paths);
	frame->block = outer;
	return paths;
}

struct paths expression__eval(struct flow *flow, struct frame *frame, const struct node *node,
			      const struct world *world)
{
	struct paths result = {};

	if (flow->gave_up || flow__step(flow))
		return result;
	switch (node->kind) {
	case NODE_NUMBER:
		paths__add_world(&result, world, value__of_number(node->value));
		return result;
	case NODE_FUNCTION:
		paths__add_world(&result, world, value__of_function(node->id));
		return result;
	case NODE_VARIABLE:
	case NODE_MEMBER:
	case NODE_INDEX:
		return eval_object(flow, frame, node, world);
	case NODE_DEREF:
		return eval_pointee(flow, frame, node, world);
	case NODE_ADDRESS: {
		int key = object__key(flow, node->child[0], world);

		result = expression__eval_children(flow, frame, node->child[0], world);
		for (int i = 0; i < result.count && key != NO_KEY; i++)
			result.at[i].value = value__of_object(key);
		return result;
	}
	case NODE_NOT:
	case NODE_AND:
	case NODE_OR:
		return eval_condition(flow, frame, node, world);
	case NODE_BINARY:
		return condition__is_comparison(node) ? eval_condition(flow, frame, node, world) :
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
		return call__eval(flow, frame, node, world);
	case NODE_STATEMENTS:
		return eval_statements(flow, frame, node, world);
	default:
		return expression__eval_children(flow, frame, node, world);
	}
}
