// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "cursor.h"
#include "names.h"
#include "read.h"

static enum CXVisitorResult add_field(CXCursor field, CXClientData data)
{
	cursors__add(field, field, data);
	return CXVisit_Continue;
}

/* A designated member, "[1] = x" or ".field = x": its last child is the value. */
static struct node *read_designated(struct unit *unit, struct cursors parts, CXType type)
{
	CXCursor value = parts.at[parts.count - 1];
	struct node *inner, *node;

	if (clang_getCursorKind(parts.at[0]) != CXCursor_MemberRef)
		return read__initializer(unit, value, clang_getArrayElementType(type));
	/* ".a.b = x" is b's. */
	for (int i = parts.count - 2; i >= 0; i--) {
		CXCursor field = clang_getCursorReferenced(parts.at[i]);

		if (clang_getCursorKind(field) != CXCursor_FieldDecl)
			continue;
		inner = read__initializer(unit, value, clang_getCursorType(field));
		node = node__of(NODE_INIT_FIELD, inner, NULL);
		node->id = unit__declaration(unit, field);
		return node;
	}
	return read__node(unit, value);
}

/* The field of @fields that @designated is about, or @otherwise. */
static int field_index(struct cursors fields, struct cursors designated, int otherwise)
{
	CXCursor field = clang_getCursorReferenced(designated.at[0]);

	for (int i = 0; i < fields.count; i++)
		if (clang_equalCursors(fields.at[i], field))
			return i;
	return otherwise;
}

static bool is_designated(CXCursor cursor, struct cursors parts)
{
	return clang_getCursorKind(cursor) == CXCursor_UnexposedExpr && parts.count > 1;
}

/* An initializer of an object of type @type: with braces, the functions in it find their fields. */
struct node *read__initializer(struct unit *unit, CXCursor cursor, CXType type)
{
	struct cursors members, fields = {};
	struct node *node;
	int at = 0;

	if (clang_getCursorKind(cursor) == CXCursor_CompoundLiteralExpr) {
		members = cursor__children(cursor);
		if (members.count)
			return read__initializer(unit, members.at[members.count - 1], type);
	}
	if (clang_getCursorKind(cursor) != CXCursor_InitListExpr)
		return read__node(unit, cursor);
	type = clang_getCanonicalType(type);
	if (type.kind == CXType_Record)
		clang_Type_visitFields(type, add_field, &fields);
	members = cursor__children(cursor);
	node = node__new(NODE_INIT);
	for (int i = 0; i < members.count; i++) {
		struct cursors parts = cursor__children(members.at[i]);
		struct node *member;

		if (is_designated(members.at[i], parts)) {
			at = field_index(fields, parts, at);
			member = read_designated(unit, parts, type);
		} else if (fields.at && at < fields.count) {
			member = read__initializer(unit, members.at[i],
						   clang_getCursorType(fields.at[at]));
			member = node__of(NODE_INIT_FIELD, member, NULL);
			member->id = unit__declaration(unit, fields.at[at]);
		} else {
			member = read__initializer(unit, members.at[i],
						   clang_getArrayElementType(type));
		}
		node__add(node, member);
		at++;
		free(parts.at);
	}
	free(members.at);
	free(fields.at);
	return node;
}

/* The name of f in __attribute__((cleanup(f))) of the variable at @cursor; NULL if it has none. */
static const char *cleanup_of(CXCursor cursor)
{
	static const char opening[] = "cleanup(";
	CXPrintingPolicy policy = clang_getCursorPrintingPolicy(cursor);
	const char *text, *at, *end;

	clang_PrintingPolicy_setProperty(policy, CXPrintingPolicy_SuppressInitializers, 1);
	text = names__intern(clang_getCursorPrettyPrinted(cursor, policy));
	clang_PrintingPolicy_dispose(policy);
	at = strstr(text, opening);
	end = at ? strchr(at, ')') : NULL;
	at += strlen(opening);
	return end ? names__copy_part(at, end - at) : NULL;
}

static bool has_attribute(CXCursor cursor)
{
	struct cursors list = cursor__children(cursor);
	bool found = false;

	for (int i = 0; i < list.count; i++)
		found |= clang_isAttribute(clang_getCursorKind(list.at[i]));
	free(list.at);
	return found;
}

/* Adds the call f(&variable) to @node, the declaration of the variable at @cursor. */
static void add_cleanup(struct unit *unit, CXCursor cursor, struct node *node)
{
	const char *name = has_attribute(cursor) ? cleanup_of(cursor) : NULL;
	struct function *function = name ? unit__function_of_name(unit, name) : NULL;
	struct node *call, *callee, *variable;

	if (!function)
		return;
	function->is_called = true;
	function->is_used = true;
	callee = node__new(NODE_FUNCTION);
	callee->id = function->id;
	variable = node__new(NODE_VARIABLE);
	variable->id = node->id;
	call = node__of(NODE_CALL, callee, node__of(NODE_ADDRESS, variable, NULL));
	call->places = cursor__places(cursor);
	if (!node->children)
		node__add(node, NULL);
	node__add(node, call);
}

struct node *read__variable(struct unit *unit, CXCursor cursor)
{
	CXCursor init = clang_Cursor_getVarDeclInitializer(cursor);
	struct node *node = node__new(NODE_DECLARE);
	enum CX_StorageClass storage = clang_Cursor_getStorageClass(cursor);

	node->id = unit__object(unit, cursor);
	if (unit->owner >= 0 && storage != CX_SC_Static && storage != CX_SC_Extern)
		unit->declarations[node->id].owner = unit->owner;
	if (!clang_Cursor_isNull(init)) {
		struct node *value = read__initializer(unit, init, clang_getCursorType(cursor));

		unit__note_targets(unit, &(struct node){ .kind = NODE_VARIABLE, .id = node->id },
				   value);
		node__add(node, value);
	}
	/* A static's value is unknown on entry, so ignore its initializer. */
	if (storage == CX_SC_Static) {
		node->kind = NODE_OTHER;
		node->children = 0;
	} else {
		add_cleanup(unit, cursor, node);
	}
	return node;
}
