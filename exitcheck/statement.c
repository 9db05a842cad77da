// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdlib.h>

#include "../lib/xalloc.h"
#include "call.h"
#include "condition.h"
#include "expression.h"
#include "object.h"
#include "scope.h"
#include "statement.h"

/* A label and what has jumped to it. */
struct jump {
	const char *label;
	struct paths paths;
};

/* Adds the worlds of @in in which condition @node is true to @yes, the others to @no. */
static void split(struct flow *flow, struct frame *frame, const struct node *node,
		  const struct paths *in, struct branches *out)
{
	for (int i = 0; i < in->count; i++) {
		struct branches more = condition__branch(flow, frame, node, &in->at[i].world);

		branches__take(out, &more);
	}
}

static void exec_if(struct flow *flow, struct frame *frame, const struct node *node,
		    struct paths *in)
{
	struct branches branches = {};

	split(flow, frame, node->child[0], in, &branches);
	frame->branches++;
	statement__exec(flow, frame, node->child[1], &branches.yes);
	if (node->children > 2)
		statement__exec(flow, frame, node->child[2], &branches.no);
	frame->branches--;
	paths__take_all(&branches.yes, &branches.no);
	free(in->at);
	*in = branches.yes;
}

/* Returns whether nothing new came to a loop since @before, which is freed. */
static bool has_settled(const struct flow *flow, const struct paths *in, struct paths *before)
{
	bool same = paths__equal(in, before);

	free(before->at);
	return same || flow->gave_up;
}

/* for and while: around until nothing new is known at the condition. */
static void exec_for(struct flow *flow, struct frame *frame, const struct node *node,
		     struct paths *in)
{
	const struct node *condition = node->child[1], *step = node->child[2];
	struct target *breaks = frame->breaks, *continues = frame->continues;
	struct target left = { .scope = frame->scope };

	if (node->child[0])
		statement__exec(flow, frame, node->child[0], in);
	frame->breaks = &left;
	for (;;) {
		struct target again = { .scope = frame->scope };
		struct paths before = paths__copy(in);
		struct branches branches = {};

		if (condition)
			split(flow, frame, condition, in, &branches);
		else
			branches.yes = paths__copy(in);
		paths__take_all(&left.paths, &branches.no);
		frame->continues = &again;
		statement__exec(flow, frame, node->child[3], &branches.yes);
		paths__take_all(&again.paths, &branches.yes);
		if (step)
			statement__exec(flow, frame, step, &again.paths);
		paths__take_all(in, &again.paths);
		if (has_settled(flow, in, &before))
			break;
	}
	frame->breaks = breaks;
	frame->continues = continues;
	free(in->at);
	*in = left.paths;
}

static void exec_do(struct flow *flow, struct frame *frame, const struct node *node,
		    struct paths *in)
{
	struct target *breaks = frame->breaks, *continues = frame->continues;
	struct target left = { .scope = frame->scope };

	frame->breaks = &left;
	for (;;) {
		struct target again = { .scope = frame->scope };
		struct paths before = paths__copy(in), body = paths__copy(in);
		struct branches branches = {};

		frame->continues = &again;
		statement__exec(flow, frame, node->child[0], &body);
		paths__take_all(&again.paths, &body);
		split(flow, frame, node->child[1], &again.paths, &branches);
		free(again.paths.at);
		paths__take_all(&left.paths, &branches.no);
		paths__take_all(in, &branches.yes);
		if (has_settled(flow, in, &before))
			break;
	}
	frame->breaks = breaks;
	frame->continues = continues;
	free(in->at);
	*in = left.paths;
}

/* Returns whether @body, of a switch, has a case for @number; with @number NULL, a default. */
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

/* Values of the subject that no case is for. */
static void add_other_cases(struct flow *flow, const struct subject *subject, struct paths *out)
{
	bool zero = has_case(subject->body, &(long long){ 0 });

	for (int i = 0; i < subject->paths.count; i++) {
		const struct path *path = &subject->paths.at[i];
		struct world world;

		if (path->value.is_number && has_case(subject->body, &path->value.number))
			continue;
		world = zero ? object__refined(flow, subject->object, &path->world, ~ZERO) :
			       path->world;
		paths__add_world(out, &world, anything);
	}
}

static void exec_switch(struct flow *flow, struct frame *frame, const struct node *node,
			struct paths *in)
{
	struct subject subject = { .object = node->child[0], .body = node->child[1] };
	struct target *breaks = frame->breaks, left = { .scope = frame->scope };
	struct subject *outer = frame->subject;
	struct paths body = {};

	subject.paths = expression__eval_all(flow, frame, node->child[0], in);
	frame->breaks = &left;
	frame->subject = &subject;
	frame->branches++;
	statement__exec(flow, frame, subject.body, &body);
	frame->branches--;
	paths__take_all(&left.paths, &body);
	if (!has_case(subject.body, NULL))
		add_other_cases(flow, &subject, &left.paths);
	frame->breaks = breaks;
	frame->subject = outer;
	free(subject.paths.at);
	*in = left.paths;
}

/* The value that brings control to a case, of one number or of several. */
static struct value case_value(const struct node *node)
{
	const struct node *first = node->child[0], *last = node->child[1] ?: first;

	if (first->kind != NODE_NUMBER || last->kind != NODE_NUMBER)
		return anything;
	if (first->value == last->value)
		return value__of_number(first->value);
	if (first->value > 0 || last->value < 0)
		return value__of_signs(first->value > 0 ? POSITIVE : NEGATIVE);
	return anything;
}

static void exec_case(struct flow *flow, struct frame *frame, const struct node *node,
		      struct paths *in)
{
	struct value value = case_value(node);

	for (int i = 0; frame->subject && i < frame->subject->paths.count; i++) {
		const struct path *path = &frame->subject->paths.at[i];
		struct comparison c = value__compare(path->value, CXBinaryOperator_EQ, value);
		struct world world;

		if (!c.left_true)
			continue;
		world = object__refined(flow, frame->subject->object, &path->world, c.left_true);
		paths__add_world(in, &world, anything);
	}
	statement__exec(flow, frame, node->child[2], in);
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

static void exec_goto(struct flow *flow, struct frame *frame, const struct node *node,
		      struct paths *in)
{
	struct jump *jump;
	struct paths before;

	scope__clean(flow, frame, scope__around(frame, node->label), in);
	jump = jump_to(frame, node->label);
	before = paths__copy(&jump->paths);
	paths__add_all(&jump->paths, in);
	if (!paths__equal(&before, &jump->paths))
		frame->again = true;
	free(before.at);
	in->count = 0;
}

/* break and continue; @target is NULL in code that has lost its loop. */
static void exec_jump(struct flow *flow, struct frame *frame, struct target *target,
		      struct paths *in)
{
	if (target) {
		scope__clean(flow, frame, target->scope, in);
		paths__add_all(&target->paths, in);
	}
	in->count = 0;
}

static void exec_return(struct flow *flow, struct frame *frame, const struct node *node,
			struct paths *in)
{
	if (node->children)
		*in = expression__eval_result(flow, frame, node->child[0], in);
	scope__clean(flow, frame, NULL, in);
	function__leave(flow, frame, in, node->places->shown);
	in->count = 0;
}

static void exec_declare(struct flow *flow, struct frame *frame, const struct node *node,
			 struct paths *in)
{
	int key = object__key(flow, &(struct node){ .kind = NODE_VARIABLE, .id = node->id }, NULL);
	bool is_scalar = flow->program->declarations[node->id].is_scalar;
	struct paths out = {};

	for (int i = 0; i < in->count; i++) {
		struct paths more = {};

		if (key != NO_KEY)
			world__set(&in->at[i].world, key, is_scalar ? undefined : anything);
		if (node->children && node->child[0])
			more = expression__assign(flow, frame, NULL, key, node->child[0],
						  &in->at[i].world);
		else
			paths__add_world(&more, &in->at[i].world, anything);
		paths__take_all(&out, &more);
	}
	free(in->at);
	*in = out;
	if (node->children > 1)
		scope__enter(frame, node->child[1]);
}

/*
 * An exit() behind a call of a function that ends the child by exit() is the child's second way
 * out: the child reaches it once that function is changed.
 */
static void note_unreached(struct flow *flow, const struct frame *frame, const struct node *ending,
			   const struct node *node, const struct paths *before)
{
	if (!before->count || !call__ends_by_exit(flow, ending))
		return;
	for (int i = 0; i < before->count; i++)
		if (!before->at[i].world.fork)
			return;
	call__note_unreached(flow, frame, node, &before->at[0].world);
}

static void exec_all(struct flow *flow, struct frame *frame, const struct node *node,
		     struct paths *in)
{
	for (int i = 0; i < node->children; i++) {
		const struct node *next = i + 1 < node->children ? node->child[i + 1] : NULL;
		struct paths before = next && next->kind == NODE_CALL ? paths__copy(in) :
									(struct paths){};

		statement__exec(flow, frame, node->child[i], in);
		if (!in->count)
			note_unreached(flow, frame, node->child[i], next, &before);
		free(before.at);
	}
}

static void exec_block(struct flow *flow, struct frame *frame, const struct node *node,
		       struct paths *in)
{
	const struct node *block = frame->block;
	struct scope *scope = frame->scope;

	frame->block = node;
	exec_all(flow, frame, node, in);
	scope__leave(flow, frame, scope, in);
	frame->block = block;
}

void statement__exec(struct flow *flow, struct frame *frame, const struct node *node,
		     struct paths *in)
{
	struct paths out = {};

	if (!in->count && !node->is_target)
		return;
	switch (node->kind) {
	case NODE_BLOCK:
		exec_block(flow, frame, node, in);
		break;
	case NODE_DECLARATIONS:
		exec_all(flow, frame, node, in);
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
		statement__exec(flow, frame, node->child[0], in);
		break;
	case NODE_LABEL:
		paths__add_all(in, &jump_to(frame, node->label)->paths);
		paths__add_all(in, &jump_to(frame, names__copy(ANY_LABEL))->paths);
		for (int i = 0; i < node->children; i++)
			statement__exec(flow, frame, node->child[i], in);
		break;
	case NODE_GOTO:
		exec_goto(flow, frame, node, in);
		break;
	case NODE_BREAK:
		exec_jump(flow, frame, frame->breaks, in);
		break;
	case NODE_CONTINUE:
		exec_jump(flow, frame, frame->continues, in);
		break;
	case NODE_RETURN:
		exec_return(flow, frame, node, in);
		break;
	default:
		for (int i = 0; i < in->count; i++) {
			struct paths more = expression__eval(flow, frame, node, &in->at[i].world);

			paths__take_all(&out, &more);
		}
		free(in->at);
		*in = out;
		break;
	}
}
