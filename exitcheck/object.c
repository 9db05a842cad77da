// SPDX-License-Identifier: GPL-2.0
#include "object.h"

bool object__is_array(struct flow *flow, const struct node *node)
{
	return (node->kind == NODE_VARIABLE || node->kind == NODE_MEMBER) &&
	       flow->program->declarations[node->id].is_array;
}

/* A volatile local variable is changed by its function, whatever jumps out of it. */
static bool is_changed_by_others(const struct declaration *declaration)
{
	return declaration->is_uncertain || (declaration->is_volatile && declaration->owner < 0);
}

/* The object that the value of @node points to. */
static int pointee(struct flow *flow, const struct node *node, const struct world *world)
{
	int key, object;

	if (node->kind == NODE_ADDRESS)
		return object__key(flow, node->child[0], world);
	if ((node->kind == NODE_VARIABLE || node->kind == NODE_MEMBER) &&
	    flow->program->declarations[node->id].points_to_volatile)
		return NO_KEY;
	key = object__key(flow, node, world);
	if (key == NO_KEY || world__get(world, key).is_shared)
		return NO_KEY;
	if (object__is_array(flow, node))
		return key__step(key, STEP_ELEMENT);
	object = world__get(world, key).object;
	return object != NO_KEY ? object : key__step(key, STEP_POINTEE);
}

/* The element with @index of the array whose first element is @key. */
static int element(struct flow *flow, const struct node *index, int key)
{
	const struct declaration *variable;

	if (key == NO_KEY)
		return NO_KEY;
	if (index->kind == NODE_NUMBER)
		return key__numbered_element(key, index->value);
	if (index->kind != NODE_VARIABLE)
		return key__step(key, STEP_UNKNOWN_INDEX);
	variable = &flow->program->declarations[index->id];
	if (!variable->is_scalar || variable->owner < 0 || is_changed_by_others(variable))
		return key__step(key, STEP_UNKNOWN_INDEX);
	return key__element_at(key, index->id);
}

int object__source(struct flow *flow, const struct node *node, const struct world *world)
{
	const struct function *callee;

	if (node->kind != NODE_CALL)
		return object__key(flow, node, world);
	callee = program__callee(flow->program, node);
	return callee && callee->stored ? key__variable(callee->id) : NO_KEY;
}

int object__key(struct flow *flow, const struct node *node, const struct world *world)
{
	int key;

	switch (node->kind) {
	case NODE_VARIABLE:
		if (is_changed_by_others(&flow->program->declarations[node->id]))
			return NO_KEY;
		return key__variable(node->id);
	case NODE_MEMBER:
		if (is_changed_by_others(&flow->program->declarations[node->id]))
			return NO_KEY;
		key = (node->arrow ? pointee : object__source)(flow, node->child[0], world);
		return key == NO_KEY ? NO_KEY : key__step(key, node->id);
	case NODE_INDEX:
		return element(flow, node->child[1], pointee(flow, node->child[0], world));
	case NODE_DEREF:
		return pointee(flow, node->child[0], world);
	case NODE_ASSIGN:
		return object__key(flow, node->child[0], world);
	case NODE_COMMA:
		return object__key(flow, node->child[1], world);
	default:
		return NO_KEY;
	}
}

struct world object__refined(struct flow *flow, const struct node *node, const struct world *world,
			     int signs)
{
	int key = object__key(flow, node, world);
	struct world result = *world;
	struct value value;

	if (key == NO_KEY || object__is_array(flow, node) || key__has_unknown_index(key))
		return result;
	value = world__get(world, key);
	if (!value.signs)
		value = anything;
	if (value.signs & ~signs) {
		value.signs &= signs;
		if (value.signs == ZERO)
			value = value__of_number(0);
		world__refine(&result, key, value);
	}
	return result;
}
