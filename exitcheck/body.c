// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdlib.h>

#include "../lib/xalloc.h"
#include "body.h"

enum {
	IS_ARROW = 1,
	IS_TARGET = 2,
	IS_FOREIGN = 4,
	IS_PLACED = 8,
	IS_SPELLED_ELSEWHERE = 16,
	IS_POSTFIX = 32
};

static int flags_of(const struct node *node)
{
	int flags = (node->arrow ? IS_ARROW : 0) | (node->is_target ? IS_TARGET : 0) |
		    (node->foreign ? IS_FOREIGN : 0) | (node->is_postfix ? IS_POSTFIX : 0);

	if (!node->places)
		return flags;
	flags |= IS_PLACED;
	if (!place__is_same(node->places->shown, node->places->spelled))
		flags |= IS_SPELLED_ELSEWHERE;
	return flags;
}

static bool has_label(const struct node *node)
{
	return node->kind == NODE_LABEL || node->kind == NODE_GOTO;
}

void body__put(struct buffer *buffer, const struct node *node)
{
	int flags = node ? flags_of(node) : 0;

	if (!node) {
		buffer__put(buffer, -1);
		return;
	}
	buffer__put(buffer, node->kind);
	buffer__put(buffer, node->op);
	buffer__put(buffer, node->id);
	buffer__put(buffer, node->value);
	buffer__put(buffer, flags);
	if (has_label(node))
		buffer__put_text(buffer, node->label);
	if (flags & IS_PLACED)
		buffer__put_place(buffer, node->places->shown);
	if (flags & IS_SPELLED_ELSEWHERE)
		buffer__put_place(buffer, node->places->spelled);
	buffer__put(buffer, node->children);
	for (int i = 0; i < node->children; i++)
		body__put(buffer, node->child[i]);
}

static int get_id(const struct bodies *bodies, struct buffer *buffer)
{
	long long id = buffer__get(buffer);

	return id >= 0 && id < bodies->id_count ? bodies->ids[id] : -1;
}

static struct places *get_places(struct buffer *buffer, int flags)
{
	struct places *places;

	if (!(flags & IS_PLACED))
		return NULL;
	places = xcalloc(1, sizeof(*places));
	places->shown = buffer__get_place(buffer);
	places->spelled = flags & IS_SPELLED_ELSEWHERE ? buffer__get_place(buffer) : places->shown;
	return places;
}

static struct node *get_node(const struct bodies *bodies, struct buffer *buffer)
{
	long long kind = buffer__get(buffer);
	struct node *node;
	int flags;

	if (kind < 0 || buffer->is_broken)
		return NULL;
	node = node__new(kind);
	node->op = buffer__get(buffer);
	node->id = get_id(bodies, buffer);
	node->value = buffer__get(buffer);
	flags = buffer__get(buffer);
	node->arrow = flags & IS_ARROW;
	node->is_target = flags & IS_TARGET;
	node->foreign = flags & IS_FOREIGN;
	node->is_postfix = flags & IS_POSTFIX;
	if (has_label(node))
		node->label = buffer__get_text(buffer);
	node->places = get_places(buffer, flags);
	node->children = buffer__get(buffer);
	node->child = node->children ? xcalloc(node->children, sizeof(*node->child)) : NULL;
	for (int i = 0; i < node->children; i++)
		node->child[i] = get_node(bodies, buffer);
	return node;
}

struct node *body__copy(const struct body *body)
{
	struct buffer buffer = body->bodies->buffer;

	buffer.next = body->at;
	return get_node(body->bodies, &buffer);
}

const struct node *body__of(const struct function *function)
{
	struct body *body = function->stored;

	if (body && !body->node)
		body->node = body__copy(body);
	return body ? body->node : NULL;
}
