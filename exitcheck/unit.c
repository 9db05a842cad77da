// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "cursor.h"
#include "names.h"
#include "unit.h"

static void rehash(struct unit *unit)
{
	unit->bucket_count = unit->bucket_count ? 2 * unit->bucket_count : 1024;
	free(unit->buckets);
	unit->buckets = xcalloc(unit->bucket_count, sizeof(*unit->buckets));
	memset(unit->buckets, -1, unit->bucket_count * sizeof(*unit->buckets));
	for (int id = 0; id < unit->declaration_count; id++) {
		unsigned int at = clang_hashCursor(unit->cursors[id]);

		while (unit->buckets[at % unit->bucket_count] >= 0)
			at++;
		unit->buckets[at % unit->bucket_count] = id;
	}
}

int unit__declaration(struct unit *unit, CXCursor cursor)
{
	CXCursor canonical = clang_getCanonicalCursor(cursor);
	unsigned int at;
	int id;

	if (2 * (unit->declaration_count + 1) > unit->bucket_count)
		rehash(unit);
	for (at = clang_hashCursor(canonical);; at++) {
		id = unit->buckets[at % unit->bucket_count];
		if (id < 0)
			break;
		if (clang_equalCursors(unit->cursors[id], canonical))
			return id;
	}
	id = unit->declaration_count++;
	unit->buckets[at % unit->bucket_count] = id;
	unit->declarations =
		xrealloc(unit->declarations, unit->declaration_count, sizeof(*unit->declarations));
	unit->cursors = xrealloc(unit->cursors, unit->declaration_count, sizeof(*unit->cursors));
	unit->cursors[id] = canonical;
	unit->declarations[id] = (struct declaration){
		.name = names__intern(clang_getCursorSpelling(canonical)),
		.place = cursor__place(canonical),
		.owner = -1,
	};
	return id;
}

/* For a variable or a field. */
int unit__object(struct unit *unit, CXCursor cursor)
{
	int id = unit__declaration(unit, cursor);
	CXType type_of_pointee;
	enum CXTypeKind type = clang_getCanonicalType(clang_getCursorType(cursor)).kind;

	unit->declarations[id].is_scalar =
		type == CXType_Pointer || type == CXType_Enum ||
		(type >= CXType_FirstBuiltin && type <= CXType_LastBuiltin);

	unit->declarations[id].is_volatile =
		clang_isVolatileQualifiedType(clang_getCursorType(cursor));
	type_of_pointee = clang_getPointeeType(clang_getCanonicalType(clang_getCursorType(cursor)));
	unit->declarations[id].points_to_volatile = clang_isVolatileQualifiedType(type_of_pointee);
	unit->declarations[id].is_callable = type_of_pointee.kind == CXType_FunctionProto ||
					     type_of_pointee.kind == CXType_FunctionNoProto;
	unit->declarations[id].is_extern = clang_Cursor_getStorageClass(cursor) != CX_SC_Static;
	/* optind and its like change in functions that are not read. */
	unit->declarations[id].is_uncertain |=
		clang_getCursorKind(cursor) == CXCursor_VarDecl &&
		clang_Location_isInSystemHeader(clang_getCursorLocation(cursor));
	unit->declarations[id].is_array = type == CXType_ConstantArray ||
					  type == CXType_IncompleteArray ||
					  type == CXType_VariableArray;
	return id;
}

/* Not by clang_Location_isFromMainFile(): a name that comes out of a macro has no such location. */
bool unit__is_in_header(const struct unit *unit, CXCursor cursor)
{
	return cursor__place(cursor).path != unit->main_path;
}

static bool has_attribute_noreturn(CXCursor cursor)
{
	CXString spelling = clang_getTypeSpelling(clang_getCursorType(cursor));
	bool found = strstr(clang_getCString(spelling), "noreturn");

	clang_disposeString(spelling);
	return found;
}

static bool returns_pid(CXCursor cursor)
{
	const char *type = names__intern(clang_getTypeSpelling(clang_getCursorResultType(cursor)));

	return !strcmp(type, "pid_t") || !strcmp(type, "__pid_t");
}

/* The function that @cursor declares, made known if it was not. */
struct function *unit__function(struct unit *unit, CXCursor cursor)
{
	int id = unit__declaration(unit, cursor);
	struct function *function = unit->declarations[id].function;

	if (!function) {
		CXCursor first = unit->cursors[id];

		function = xcalloc(1, sizeof(*function));
		function->id = id;
		function->last_slot = -1;
		function->name = names__intern(clang_getCursorSpelling(first));
		function->never_returns = has_attribute_noreturn(first);
		function->in_header = unit__is_in_header(unit, first);
		function->is_static = clang_Cursor_getStorageClass(first) == CX_SC_Static;
		function->returns_void = clang_getCursorResultType(first).kind == CXType_Void;
		function->returns_pid = returns_pid(first);
		function->of_system =
			clang_Location_isInSystemHeader(clang_getCursorLocation(first));
		unit->declarations[id].function = function;
	}
	return function;
}

struct function *unit__function_of_name(struct unit *unit, const char *name)
{
	for (int i = 0; i < unit->declaration_count; i++)
		if (unit->declarations[i].function && unit->declarations[i].name == name)
			return unit->declarations[i].function;
	for (int i = 0; i < unit->top.count; i++)
		if (clang_getCursorKind(unit->top.at[i]) == CXCursor_FunctionDecl &&
		    names__intern(clang_getCursorSpelling(unit->top.at[i])) == name)
			return unit__function(unit, unit->top.at[i]);
	return NULL;
}

static void add_target(struct unit *unit, int id, int function)
{
	struct declaration *slot = &unit->declarations[id];
	struct function *target = unit->declarations[function].function;

	/* Enough to keep most doubles out, and fast enough for tables of thousands. */
	if (target->last_slot == id)
		return;
	target->last_slot = id;
	slot->targets = xrealloc(slot->targets, slot->target_count + 1, sizeof(*slot->targets));
	slot->targets[slot->target_count++] = function;
}

/* Notes that the functions in @value are stored in what @object names. */
/* The function that is being read stores @value, if that is a parameter, in @slot. */
static void add_setter(struct unit *unit, int slot, const struct node *value)
{
	const struct function *function =
		unit->owner < 0 ? NULL : unit->declarations[unit->owner].function;

	for (int i = 0; function && i < function->param_count; i++)
		if (function->params[i] == value->id && unit->declarations[value->id].is_callable)
			name_list__add(&unit->declarations[slot].setters, function->name);
}

void unit__note_targets(struct unit *unit, const struct node *object, const struct node *value)
{
	int slot = node__slot(object);

	switch (value->kind) {
	case NODE_FUNCTION:
		if (slot >= 0)
			add_target(unit, slot, value->id);
		break;
	case NODE_VARIABLE:
		if (slot >= 0)
			add_setter(unit, slot, value);
		break;
	case NODE_CHOICE:
		for (int i = value->children - 2; i < value->children; i++)
			unit__note_targets(unit, object, value->child[i]);
		break;
	case NODE_INIT:
		for (int i = 0; i < value->children; i++)
			unit__note_targets(unit, object, value->child[i]);
		break;
	case NODE_INIT_FIELD:
		unit__note_targets(unit, value, value->child[0]);
		break;
	case NODE_ADDRESS:
		/* of a compound literal */
		if (value->child[0]->kind == NODE_INIT)
			unit__note_targets(unit, object, value->child[0]);
		break;
	default:
		break;
	}
}

void unit__add_declared(struct unit *unit, CXCursor cursor)
{
	unit->declared =
		xrealloc(unit->declared, unit->declared_count + 1, sizeof(*unit->declared));
	unit->declared[unit->declared_count++] = cursor__place(cursor).offset;
}

struct function *unit__callee(const struct unit *unit, const struct node *call)
{
	const struct node *callee = call->child[0];

	return callee->kind == NODE_FUNCTION ? unit->declarations[callee->id].function : NULL;
}

bool unit__declares(const struct unit *unit, unsigned int offset)
{
	for (int i = 0; i < unit->declared_count; i++)
		if (unit->declared[i] == offset)
			return true;
	return false;
}
