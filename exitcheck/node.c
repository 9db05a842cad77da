// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdlib.h>

#include "../lib/xalloc.h"
#include "node.h"

struct node *node__new(enum node_kind kind)
{
	struct node *node = xcalloc(1, sizeof(*node));

	node->kind = kind;
	node->id = -1;
	return node;
}

void node__free(struct node *node)
{
	if (!node)
		return;
	for (int i = 0; i < node->children; i++)
		node__free(node->child[i]);
	free(node->child);
	free(node->places);
	free(node);
}

void node__add(struct node *node, struct node *child)
{
	node->child = xrealloc(node->child, node->children + 1, sizeof(*node->child));
	node->child[node->children++] = child;
	if (child && child->is_target)
		node->is_target = true;
}

bool node__has_call(const struct node *node)
{
	if (!node || node->kind == NODE_CALL)
		return node;
	for (int i = 0; i < node->children; i++)
		if (node__has_call(node->child[i]))
			return true;
	return false;
}

struct node *node__of(enum node_kind kind, struct node *first, struct node *second)
{
	struct node *node = node__new(kind);

	node__add(node, first);
	if (second)
		node__add(node, second);
	return node;
}

struct node *node__number(long long value)
{
	struct node *node = node__new(NODE_NUMBER);

	node->value = value;
	return node;
}

int node__slot(const struct node *node)
{
	while (node->kind == NODE_INDEX || node->kind == NODE_DEREF)
		node = node->child[0];
	return node->kind == NODE_VARIABLE || node->kind == NODE_MEMBER ||
			       node->kind == NODE_INIT_FIELD ?
		       node->id :
		       -1;
}
