// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "cursor.h"
#include "read.h"
#include "tree.h"
#include "volatiles.h"

static void add_children(struct unit *unit, struct node *node, CXCursor cursor)
{
	struct cursors list = cursor__children(cursor);

	for (int i = 0; i < list.count; i++)
		node__add(node, read__node(unit, list.at[i]));
	free(list.at);
}

struct node *read__children(struct unit *unit, enum node_kind kind, CXCursor cursor)
{
	struct node *node = node__new(kind);

	add_children(unit, node, cursor);
	return node;
}

struct node *read__node(struct unit *unit, CXCursor cursor)
{
	enum CXCursorKind kind = clang_getCursorKind(cursor);

	if (kind == CXCursor_VarDecl)
		return read__variable(unit, cursor);
	if (kind == CXCursor_FunctionDecl && !unit__is_in_header(unit, cursor))
		unit__add_declared(unit, cursor);
	if (clang_isExpression(kind))
		return read__expression(unit, cursor);
	if (clang_isStatement(kind))
		return read__statement(unit, cursor);
	return node__new(NODE_OTHER); /* a type, or a reference to one */
}

/* Returns whether @cursor is in the unit's file or a part of it, included but no header. */
static bool is_in_main_file(const struct unit *unit, CXCursor cursor)
{
	const char *path = cursor__place(cursor).path, *suffix = strrchr(path, '.');

	return path == unit->main_path || (suffix && strcmp(suffix, ".h") && !strchr(suffix, '/'));
}

static void read_function(struct unit *unit, CXCursor cursor)
{
	CXSourceRange extent = clang_getCursorExtent(cursor);
	struct function *function = unit__function(unit, cursor);
	struct cursors list = cursor__children(cursor);

	function->place = cursor__place(cursor);
	function->end = cursor__place_at(clang_getRangeEnd(extent), false);
	function->in_main_file = is_in_main_file(unit, cursor);
	unit->owner = function->id;
	for (int i = 0; i < list.count; i++) {
		if (clang_getCursorKind(list.at[i]) == CXCursor_ParmDecl) {
			int count = function->param_count++;

			function->params = xrealloc(function->params, count + 1, sizeof(int));
			function->params[count] = unit__object(unit, list.at[i]);
			unit->declarations[function->params[count]].owner = function->id;
		} else if (clang_getCursorKind(list.at[i]) == CXCursor_CompoundStmt) {
			function->parsed = read__node(unit, list.at[i]);
		}
	}
	unit->owner = -1;
	free(list.at);
	unit->functions =
		xrealloc(unit->functions, unit->function_count + 1, sizeof(*unit->functions));
	unit->functions[unit->function_count++] = function;
}

static enum CXChildVisitResult find_body(CXCursor cursor, CXCursor parent, CXClientData data)
{
	(void)parent;
	*(bool *)data |= clang_getCursorKind(cursor) == CXCursor_CompoundStmt;
	return CXChildVisit_Continue;
}

static bool has_body(CXCursor cursor)
{
	bool found = false;

	clang_visitChildren(cursor, find_body, &found);
	return found;
}

struct unit *tree__read(CXTranslationUnit tu, const char *main_path)
{
	struct unit *unit = xcalloc(1, sizeof(*unit));

	unit->top = cursor__children(clang_getTranslationUnitCursor(tu));
	unit->main_path = main_path;
	unit->owner = -1;
	for (int i = 0; i < unit->top.count; i++) {
		CXCursor cursor = unit->top.at[i];

		if (clang_Location_isInSystemHeader(clang_getCursorLocation(cursor)))
			continue;
		if (clang_getCursorKind(cursor) == CXCursor_VarDecl)
			read__variable(unit, cursor);
		if (clang_getCursorKind(cursor) != CXCursor_FunctionDecl)
			continue;
		if (clang_isInvalidDeclaration(cursor))
			name_list__add(&unit->invalid,
				       names__intern(clang_getCursorSpelling(cursor)));
		if (!unit__is_in_header(unit, cursor))
			unit__add_declared(unit, cursor);
		/* clang_isCursorDefinition() would go through all declarations for each. */
		if (has_body(cursor))
			read_function(unit, cursor);
	}
	free(unit->top.at);
	volatiles__settle(unit);
	return unit;
}
