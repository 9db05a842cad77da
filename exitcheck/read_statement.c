// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdlib.h>

#include "cursor.h"
#include "names.h"
#include "read.h"

static bool is_step(const struct node *node)
{
	return node->kind == NODE_CHANGE ||
	       (node->kind == NODE_COMMA && is_step(node->child[node->children - 1]));
}

/* libclang does not say which of the three expressions of a for are missing. */
static struct node *read_for(struct unit *unit, CXCursor cursor)
{
	struct node *parts = read__children(unit, NODE_OTHER, cursor), *node = node__new(NODE_FOR);
	struct node *part[3] = {};

	for (int i = 0; i < parts->children - 1; i++) {
		struct node *child = parts->child[i];

		if (parts->children == 4)
			part[i] = child;
		else if (!i && (child->kind == NODE_ASSIGN || child->kind == NODE_COMMA ||
				child->kind == NODE_DECLARATIONS))
			part[0] = child;
		else if (is_step(child) || part[1] || child->kind == NODE_ASSIGN)
			part[2] = child;
		else
			part[1] = child;
	}
	for (int i = 0; i < 3; i++)
		node__add(node, part[i]);
	node__add(node,
		  parts->children ? parts->child[parts->children - 1] : node__new(NODE_BLOCK));
	free(parts->child);
	free(parts);
	return node;
}

static struct node *read_while(struct unit *unit, CXCursor cursor)
{
	struct node *parts = read__children(unit, NODE_OTHER, cursor), *node = node__new(NODE_FOR);

	node__add(node, NULL);
	node__add(node, parts->children > 1 ? parts->child[0] : node__new(NODE_OTHER));
	node__add(node, NULL);
	node__add(node,
		  parts->children ? parts->child[parts->children - 1] : node__new(NODE_BLOCK));
	return node;
}

/* If clang lost the condition of a statement, keep the rest of it. */
static struct node *with_parts(struct node *node, int count)
{
	if (node->children < count)
		node->kind = NODE_BLOCK;
	return node;
}

static struct node *read_case(struct unit *unit, CXCursor cursor)
{
	struct node *parts = read__children(unit, NODE_CASE, cursor), *node = node__new(NODE_CASE);

	with_parts(parts, 2);
	if (parts->kind != NODE_CASE)
		return parts;
	node__add(node, parts->child[0]);
	node__add(node, parts->children > 2 ? parts->child[1] : NULL);
	node__add(node, parts->child[parts->children - 1]);
	node->is_target = true;
	return node;
}

static struct node *read_goto(CXCursor cursor)
{
	struct cursors list = cursor__children(cursor);
	struct node *node = node__new(NODE_GOTO);

	node->label = list.count ? names__intern(clang_getCursorSpelling(list.at[0])) :
				   names__copy(ANY_LABEL);
	free(list.at);
	return node;
}

/* "goto *address": which labels have their address taken is not looked at. */
static struct node *read_computed_goto(struct unit *unit, CXCursor cursor)
{
	struct node *node = read__children(unit, NODE_GOTO, cursor);

	node->label = names__copy(ANY_LABEL);
	return node;
}

static struct node *read_target(struct unit *unit, CXCursor cursor, enum node_kind kind)
{
	struct node *node = read__children(unit, kind, cursor);

	if (kind == NODE_LABEL)
		node->label = names__intern(clang_getCursorSpelling(cursor));
	node->is_target = true;
	return node;
}

static struct node *read_return(struct unit *unit, CXCursor cursor)
{
	struct node *node = read__children(unit, NODE_RETURN, cursor);

	node->places = cursor__places(cursor);
	return node;
}

struct node *read__statement(struct unit *unit, CXCursor cursor)
{
	switch (clang_getCursorKind(cursor)) {
	case CXCursor_IfStmt:
		return with_parts(read__children(unit, NODE_IF, cursor), 2);
	case CXCursor_ForStmt:
		return read_for(unit, cursor);
	case CXCursor_WhileStmt:
		return read_while(unit, cursor);
	case CXCursor_DoStmt:
		return with_parts(read__children(unit, NODE_DO, cursor), 2);
	case CXCursor_SwitchStmt:
		return with_parts(read__children(unit, NODE_SWITCH, cursor), 2);
	case CXCursor_CaseStmt:
		return read_case(unit, cursor);
	case CXCursor_DefaultStmt:
		return read_target(unit, cursor, NODE_DEFAULT);
	case CXCursor_LabelStmt:
		return read_target(unit, cursor, NODE_LABEL);
	case CXCursor_GotoStmt:
		return read_goto(cursor);
	case CXCursor_IndirectGotoStmt:
		return read_computed_goto(unit, cursor);
	case CXCursor_BreakStmt:
		return node__new(NODE_BREAK);
	case CXCursor_ContinueStmt:
		return node__new(NODE_CONTINUE);
	case CXCursor_ReturnStmt:
		return read_return(unit, cursor);
	case CXCursor_DeclStmt:
		return read__children(unit, NODE_DECLARATIONS, cursor);
	default:
		return read__children(unit, NODE_BLOCK, cursor);
	}
}
