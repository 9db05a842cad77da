// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdlib.h>

#include "../lib/xalloc.h"
#include "expression.h"
#include "scope.h"

void scope__enter(struct frame *frame, const struct node *cleanup)
{
	struct scope *scope = xcalloc(1, sizeof(*scope));

	*scope = (struct scope){ frame->block, cleanup, frame->scope };
	frame->scope = scope;
}

void scope__clean(struct flow *flow, struct frame *frame, const struct scope *outer,
		  struct paths *in)
{
	for (const struct scope *scope = frame->scope; scope != outer; scope = scope->outer) {
		struct paths out = {};

		for (int i = 0; i < in->count; i++) {
			struct paths more =
				expression__eval(flow, frame, scope->cleanup, &in->at[i].world);

			for (int j = 0; j < more.count; j++)
				more.at[j].value = in->at[i].value;
			paths__take_all(&out, &more);
		}
		free(in->at);
		*in = out;
	}
}

void scope__leave(struct flow *flow, struct frame *frame, struct scope *outer, struct paths *in)
{
	scope__clean(flow, frame, outer, in);
	while (frame->scope != outer) {
		struct scope *ended = frame->scope;

		frame->scope = ended->outer;
		free(ended);
	}
}

static bool has_label(const struct node *node, const char *label)
{
	if (!node || !node->is_target)
		return false;
	if (node->kind == NODE_LABEL && node->label == label)
		return true;
	for (int i = 0; i < node->children; i++)
		if (has_label(node->child[i], label))
			return true;
	return false;
}

const struct scope *scope__around(const struct frame *frame, const char *label)
{
	const struct scope *scope = frame->scope;

	while (scope && !has_label(scope->block, label))
		scope = scope->outer;
	return scope;
}
