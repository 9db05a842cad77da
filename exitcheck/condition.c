// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdlib.h>

#include "calls.h"
#include "condition.h"
#include "expression.h"
#include "object.h"

void branches__take(struct branches *all, struct branches *more)
{
	paths__take_all(&all->yes, &more->yes);
	paths__take_all(&all->no, &more->no);
}

/* Returns whether the value of @node is zero. */
static struct branches branch_on_value(struct flow *flow, struct frame *frame,
				       const struct node *node, const struct world *world)
{
	struct paths paths = expression__eval(flow, frame, node, world);
	struct branches result = {};

	for (int i = 0; i < paths.count; i++) {
		const struct world *at = &paths.at[i].world;
		/* assert(!"text") */
		int signs = node->kind == NODE_STRING ? POSITIVE : paths.at[i].value.signs;
		struct world next;

		if (signs & ~ZERO) {
			next = object__refined(flow, node, at, ~ZERO);
			paths__add_world(&result.yes, &next, anything);
		}
		if (signs & ZERO) {
			next = object__refined(flow, node, at, ZERO);
			paths__add_world(&result.no, &next, anything);
		}
	}
	free(paths.at);
	return result;
}

bool condition__is_comparison(const struct node *node)
{
	return node->kind == NODE_BINARY && node->op >= CXBinaryOperator_LT &&
	       node->op <= CXBinaryOperator_NE;
}

static struct branches branch_on_comparison(struct flow *flow, struct frame *frame,
					    const struct node *node, const struct world *world)
{
	const struct node *left = node->child[0], *right = node->child[1];
	struct paths a = expression__eval(flow, frame, left, world);
	struct branches result = {};

	for (int i = 0; i < a.count; i++) {
		struct paths b = expression__eval(flow, frame, right, &a.at[i].world);

		for (int j = 0; j < b.count; j++) {
			struct comparison c =
				value__compare(a.at[i].value, node->op, b.at[j].value);
			struct world next;

			if (c.left_true) {
				next = object__refined(flow, left, &b.at[j].world, c.left_true);
				next = object__refined(flow, right, &next, c.right_true);
				paths__add_world(&result.yes, &next, anything);
			}
			if (c.left_false) {
				next = object__refined(flow, left, &b.at[j].world, c.left_false);
				next = object__refined(flow, right, &next, c.right_false);
				paths__add_world(&result.no, &next, anything);
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
	struct branches first = condition__branch(flow, frame, node->child[0], world), result = {};
	struct paths *undecided = node->kind == NODE_AND ? &first.yes : &first.no;

	for (int i = 0; i < undecided->count; i++) {
		struct branches second =
			condition__branch(flow, frame, node->child[1], &undecided->at[i].world);

		branches__take(&result, &second);
	}
	undecided->count = 0;
	branches__take(&result, &first);
	return result;
}

static bool is_same_value_call(struct flow *flow, const struct node *node)
{
	const struct function *callee =
		node->kind == NODE_CALL ? program__callee(flow->program, node) : NULL;

	return callee && node->children > 1 && calls__rule(callee->name)->effect == EFFECT_SAME;
}

struct branches condition__branch(struct flow *flow, struct frame *frame, const struct node *node,
				  const struct world *world)
{
	struct branches result;

	if (is_same_value_call(flow, node))
		return condition__branch(flow, frame, node->child[1], world);
	if (node->kind == NODE_NOT) {
		struct branches inner = condition__branch(flow, frame, node->child[0], world);

		result.yes = inner.no;
		result.no = inner.yes;
		return result;
	}
	if (node->kind == NODE_AND || node->kind == NODE_OR)
		return branch_on_both(flow, frame, node, world);
	if (condition__is_comparison(node))
		return branch_on_comparison(flow, frame, node, world);
	return branch_on_value(flow, frame, node, world);
}
