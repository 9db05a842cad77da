// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "names.h"
#include "tree.h"

static struct node *read_node(struct unit *unit, CXCursor cursor);

/* --- cursors --- */

struct cursors {
	CXCursor *at;
	int count;
};

static enum CXChildVisitResult add_cursor(CXCursor cursor, CXCursor parent, CXClientData data)
{
	struct cursors *list = data;

	(void)parent;
	list->at = xgrow(list->at, list->count, sizeof(*list->at));
	list->at[list->count++] = cursor;
	return CXChildVisit_Continue;
}

static struct cursors children_of(CXCursor cursor)
{
	struct cursors list = {};

	clang_visitChildren(cursor, add_cursor, &list);
	return list;
}

static struct place place_of(CXSourceLocation location, bool spelled)
{
	struct place place = {};
	CXFile file = NULL;

	(spelled ? clang_getSpellingLocation :
		   clang_getExpansionLocation)(location, &file, &place.line, &place.column,
					       &place.offset);
	place.path = file ? names__path(file) : "";
	return place;
}

struct place tree__place(CXCursor cursor, struct place *spelled)
{
	CXSourceLocation location = clang_getCursorLocation(cursor);

	if (spelled)
		*spelled = place_of(location, true);
	return place_of(location, false);
}

/* --- declarations --- */

static void rehash(struct unit *unit)
{
	unit->bucket_count = unit->bucket_count ? 2 * unit->bucket_count : 1024;
	free(unit->buckets);
	unit->buckets = xcalloc(unit->bucket_count, sizeof(*unit->buckets));
	memset(unit->buckets, -1, unit->bucket_count * sizeof(*unit->buckets));
	for (int id = 0; id < unit->declaration_count; id++) {
		unsigned int at = clang_hashCursor(unit->declarations[id].cursor);

		while (unit->buckets[at % unit->bucket_count] >= 0)
			at++;
		unit->buckets[at % unit->bucket_count] = id;
	}
}

static int declaration_id(struct unit *unit, CXCursor cursor)
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
		if (clang_equalCursors(unit->declarations[id].cursor, canonical))
			return id;
	}
	id = unit->declaration_count++;
	unit->buckets[at % unit->bucket_count] = id;
	unit->declarations =
		xrealloc(unit->declarations, unit->declaration_count, sizeof(*unit->declarations));
	unit->declarations[id] = (struct declaration){ .cursor = canonical, .owner = -1 };
	return id;
}

/* Of a variable or a field. */
static int object_id(struct unit *unit, CXCursor cursor)
{
	int id = declaration_id(unit, cursor);
	enum CXTypeKind type = clang_getCanonicalType(clang_getCursorType(cursor)).kind;

	unit->declarations[id].is_scalar =
		type == CXType_Pointer || type == CXType_Enum ||
		(type >= CXType_FirstBuiltin && type <= CXType_LastBuiltin);

	unit->declarations[id].is_volatile =
		clang_isVolatileQualifiedType(clang_getCursorType(cursor));
	unit->declarations[id].is_extern = clang_Cursor_getStorageClass(cursor) != CX_SC_Static;
	unit->declarations[id].is_array = type == CXType_ConstantArray ||
					  type == CXType_IncompleteArray ||
					  type == CXType_VariableArray;
	return id;
}

/* Not by clang_Location_isFromMainFile(): a name that comes out of a macro has no such location. */
static bool is_in_header(const struct unit *unit, CXCursor cursor)
{
	return tree__place(cursor, NULL).path != unit->main_path;
}

static bool has_attribute_noreturn(CXCursor cursor)
{
	CXString spelling = clang_getTypeSpelling(clang_getCursorType(cursor));
	bool found = strstr(clang_getCString(spelling), "noreturn");

	clang_disposeString(spelling);
	return found;
}

/* A wrapper of fork() in another file, as far as its type and its name tell. */
static bool is_fork_elsewhere(CXCursor cursor, const char *name)
{
	const char *type = names__intern(clang_getTypeSpelling(clang_getCursorResultType(cursor)));

	return !strcmp(type, "pid_t") && (strstr(name, "fork") || strstr(name, "clone"));
}

/* The function that @cursor declares, made known if it was not. */
static struct function *function_of(struct unit *unit, CXCursor cursor)
{
	int id = declaration_id(unit, cursor);
	struct function *function = unit->declarations[id].function;

	if (!function) {
		CXCursor first = unit->declarations[id].cursor;

		function = xcalloc(1, sizeof(*function));
		function->id = id;
		function->last_slot = -1;
		function->name = names__intern(clang_getCursorSpelling(first));
		function->never_returns = has_attribute_noreturn(first);
		function->in_header = is_in_header(unit, first);
		function->is_static = clang_Cursor_getStorageClass(first) == CX_SC_Static;
		function->returns_void = clang_getCursorResultType(first).kind == CXType_Void;
		function->is_fork = is_fork_elsewhere(first, function->name);
		function->of_system =
			clang_Location_isInSystemHeader(clang_getCursorLocation(first));
		unit->declarations[id].function = function;
	}
	return function;
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
static void note_targets(struct unit *unit, const struct node *object, const struct node *value)
{
	switch (value->kind) {
	case NODE_FUNCTION:
		while (object->kind == NODE_INDEX || object->kind == NODE_DEREF)
			object = object->child[0];
		if (object->kind == NODE_VARIABLE || object->kind == NODE_MEMBER ||
		    object->kind == NODE_INIT_FIELD)
			add_target(unit, object->id, value->id);
		break;
	case NODE_CHOICE:
		note_targets(unit, object, value->child[1]);
		note_targets(unit, object, value->child[2]);
		break;
	case NODE_INIT:
		for (int i = 0; i < value->children; i++)
			note_targets(unit, object, value->child[i]);
		break;
	case NODE_INIT_FIELD:
		note_targets(unit, value, value->child[0]);
		break;
	default:
		break;
	}
}

static void add_declared(struct unit *unit, CXCursor cursor)
{
	unit->declared =
		xrealloc(unit->declared, unit->declared_count + 1, sizeof(*unit->declared));
	unit->declared[unit->declared_count++] = tree__place(cursor, NULL).offset;
}

/* --- nodes --- */

static struct node *new_node(enum node_kind kind)
{
	struct node *node = xcalloc(1, sizeof(*node));

	node->kind = kind;
	node->id = -1;
	return node;
}

static void add_child(struct node *node, struct node *child)
{
	node->child = xrealloc(node->child, node->children + 1, sizeof(*node->child));
	node->child[node->children++] = child;
	if (child && child->is_target)
		node->is_target = true;
}

static struct node *node_of(enum node_kind kind, struct node *first, struct node *second)
{
	struct node *node = new_node(kind);

	add_child(node, first);
	if (second)
		add_child(node, second);
	return node;
}

static void add_children(struct unit *unit, struct node *node, CXCursor cursor)
{
	struct cursors list = children_of(cursor);

	for (int i = 0; i < list.count; i++)
		add_child(node, read_node(unit, list.at[i]));
	free(list.at);
}

static struct node *read_children(struct unit *unit, enum node_kind kind, CXCursor cursor)
{
	struct node *node = new_node(kind);

	add_children(unit, node, cursor);
	return node;
}

static struct node *number(long long value)
{
	struct node *node = new_node(NODE_NUMBER);

	node->value = value;
	return node;
}

/* What is named by @cursor. */
static struct node *read_reference(struct unit *unit, CXCursor cursor)
{
	CXCursor target = clang_getCursorReferenced(cursor);
	struct function *function;
	struct node *node;

	switch (clang_getCursorKind(target)) {
	case CXCursor_EnumConstantDecl:
		return number(clang_getEnumConstantDeclValue(target));
	case CXCursor_FunctionDecl:
		node = new_node(NODE_FUNCTION);
		function = function_of(unit, target);
		function->is_used = true;
		node->id = function->id;
		return node;
	case CXCursor_VarDecl:
	case CXCursor_ParmDecl:
		node = new_node(NODE_VARIABLE);
		node->id = object_id(unit, target);
		return node;
	default:
		return new_node(NODE_OTHER);
	}
}

static struct node *read_number(CXCursor cursor)
{
	CXEvalResult result = clang_Cursor_Evaluate(cursor);
	struct node *node = new_node(NODE_OTHER);

	if (result && clang_EvalResult_getKind(result) == CXEval_Int)
		node = number(clang_EvalResult_getAsLongLong(result));
	clang_EvalResult_dispose(result);
	return node;
}

/* The expression that a cast, parentheses or a compound literal is about: their last child. */
static struct node *read_last(struct unit *unit, CXCursor cursor)
{
	struct cursors list = children_of(cursor);
	struct node *node = list.count ? read_node(unit, list.at[list.count - 1]) :
					 new_node(NODE_OTHER);

	free(list.at);
	return node;
}

/* An implicit cast, or something that libclang has no name for. */
static struct node *read_unexposed(struct unit *unit, CXCursor cursor)
{
	struct cursors list = children_of(cursor);
	struct node *node;

	/* What clang could not make sense of has the type "dependent": its value is not known. */
	if (list.count == 1 && clang_getCursorType(cursor).kind != CXType_Dependent) {
		node = read_node(unit, list.at[0]);
	} else {
		node = new_node(NODE_OTHER);
		for (int i = 0; i < list.count; i++)
			add_child(node, read_node(unit, list.at[i]));
	}
	free(list.at);
	return node;
}

static struct node *read_member(struct unit *unit, CXCursor cursor)
{
	struct cursors list = children_of(cursor);
	CXCursor field = clang_getCursorReferenced(cursor);
	struct node *node = new_node(NODE_MEMBER);

	if (!list.count || clang_getCursorKind(field) != CXCursor_FieldDecl) {
		node->kind = NODE_OTHER;
	} else {
		CXType type = clang_getCanonicalType(clang_getCursorType(list.at[0]));

		node->id = object_id(unit, field);
		node->arrow = type.kind == CXType_Pointer;
	}
	if (list.count)
		add_child(node, read_node(unit, list.at[0]));
	free(list.at);
	return node;
}

static struct node *read_unary(struct unit *unit, CXCursor cursor)
{
	struct node *operand = read_last(unit, cursor);

	switch (clang_getCursorUnaryOperatorKind(cursor)) {
	case CXUnaryOperator_AddrOf:
		return operand->kind == NODE_FUNCTION ? operand :
							node_of(NODE_ADDRESS, operand, NULL);
	case CXUnaryOperator_Deref:
		return node_of(NODE_DEREF, operand, NULL);
	case CXUnaryOperator_LNot:
		return node_of(NODE_NOT, operand, NULL);
	case CXUnaryOperator_Minus:
		return operand->kind == NODE_NUMBER ? number(-operand->value) :
						      node_of(NODE_OTHER, operand, NULL);
	case CXUnaryOperator_Not:
		return operand->kind == NODE_NUMBER ? number(~operand->value) :
						      node_of(NODE_OTHER, operand, NULL);
	case CXUnaryOperator_Plus:
	case CXUnaryOperator_Extension:
		return operand;
	case CXUnaryOperator_PostInc:
	case CXUnaryOperator_PostDec:
	case CXUnaryOperator_PreInc:
	case CXUnaryOperator_PreDec:
		return node_of(NODE_CHANGE, operand, NULL);
	default:
		return node_of(NODE_OTHER, operand, NULL);
	}
}

static struct node *read_binary(struct unit *unit, CXCursor cursor)
{
	struct node *node = read_children(unit, NODE_BINARY, cursor);

	if (node->children != 2) {
		node->kind = NODE_OTHER;
		return node;
	}
	node->op = clang_getCursorBinaryOperatorKind(cursor);
	switch (node->op) {
	case CXBinaryOperator_Assign:
		node->kind = NODE_ASSIGN;
		note_targets(unit, node->child[0], node->child[1]);
		break;
	case CXBinaryOperator_LAnd:
		node->kind = NODE_AND;
		break;
	case CXBinaryOperator_LOr:
		node->kind = NODE_OR;
		break;
	case CXBinaryOperator_Comma:
		node->kind = NODE_COMMA;
		break;
	case CXBinaryOperator_Invalid:
		node->kind = NODE_OTHER;
		break;
	default:
		break;
	}
	return node;
}

static struct node *read_call(struct unit *unit, CXCursor cursor)
{
	struct cursors list = children_of(cursor);
	struct node *node = new_node(NODE_CALL);
	struct function *callee;
	CXCursor named;

	for (int i = 0; i < list.count; i++)
		add_child(node, read_node(unit, list.at[i]));
	if (!list.count) {
		node->kind = NODE_OTHER;
		return node;
	}
	/* A call stands where its function's name does. */
	named = list.at[0];
	node->place = tree__place(named, &node->spelled);
	node->foreign = node->spelled.path != node->place.path;
	callee = tree__callee(unit, node);
	if (callee)
		callee->is_called = true;
	unit->calls = xgrow(unit->calls, unit->call_count, sizeof(*unit->calls));
	unit->calls[unit->call_count++] = node;
	free(list.at);
	return node;
}

/* --- initializers --- */

static struct node *read_initializer(struct unit *unit, CXCursor cursor, CXType type);

static enum CXVisitorResult add_field(CXCursor field, CXClientData data)
{
	add_cursor(field, field, data);
	return CXVisit_Continue;
}

/* A designated member, "[1] = x" or ".field = x": its last child is the value. */
static struct node *read_designated(struct unit *unit, struct cursors parts, CXType type)
{
	CXCursor value = parts.at[parts.count - 1];
	struct node *inner, *node;

	if (clang_getCursorKind(parts.at[0]) != CXCursor_MemberRef)
		return read_initializer(unit, value, clang_getArrayElementType(type));
	/* ".a.b = x" is b's. */
	for (int i = parts.count - 2; i >= 0; i--) {
		CXCursor field = clang_getCursorReferenced(parts.at[i]);

		if (clang_getCursorKind(field) != CXCursor_FieldDecl)
			continue;
		inner = read_initializer(unit, value, clang_getCursorType(field));
		node = node_of(NODE_INIT_FIELD, inner, NULL);
		node->id = declaration_id(unit, field);
		return node;
	}
	return read_node(unit, value);
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
static struct node *read_initializer(struct unit *unit, CXCursor cursor, CXType type)
{
	struct cursors members, fields = {};
	struct node *node;
	int at = 0;

	if (clang_getCursorKind(cursor) == CXCursor_CompoundLiteralExpr) {
		members = children_of(cursor);
		if (members.count)
			return read_initializer(unit, members.at[members.count - 1], type);
	}
	if (clang_getCursorKind(cursor) != CXCursor_InitListExpr)
		return read_node(unit, cursor);
	type = clang_getCanonicalType(type);
	if (type.kind == CXType_Record)
		clang_Type_visitFields(type, add_field, &fields);
	members = children_of(cursor);
	node = new_node(NODE_INIT);
	for (int i = 0; i < members.count; i++) {
		struct cursors parts = children_of(members.at[i]);
		struct node *member;

		if (is_designated(members.at[i], parts)) {
			at = field_index(fields, parts, at);
			member = read_designated(unit, parts, type);
		} else if (at < fields.count) {
			member = read_initializer(unit, members.at[i],
						  clang_getCursorType(fields.at[at]));
			member = node_of(NODE_INIT_FIELD, member, NULL);
			member->id = declaration_id(unit, fields.at[at]);
		} else {
			member = read_initializer(unit, members.at[i],
						  clang_getArrayElementType(type));
		}
		add_child(node, member);
		at++;
		free(parts.at);
	}
	free(members.at);
	free(fields.at);
	return node;
}

static struct node *read_variable(struct unit *unit, CXCursor cursor)
{
	CXCursor init = clang_Cursor_getVarDeclInitializer(cursor);
	struct node *node = new_node(NODE_DECLARE);
	bool is_static = clang_Cursor_getStorageClass(cursor) == CX_SC_Static;

	node->id = object_id(unit, cursor);
	if (unit->owner >= 0 && !is_static)
		unit->declarations[node->id].owner = unit->owner;
	if (!clang_Cursor_isNull(init)) {
		struct node *value = read_initializer(unit, init, clang_getCursorType(cursor));

		note_targets(unit, &(struct node){ .kind = NODE_VARIABLE, .id = node->id }, value);
		add_child(node, value);
	}
	/* Whenever control comes by, a static variable has some value or other. */
	if (is_static)
		node->kind = NODE_OTHER, node->children = 0;
	return node;
}

/* --- statements --- */

static bool is_step(const struct node *node)
{
	return node->kind == NODE_CHANGE ||
	       (node->kind == NODE_COMMA && is_step(node->child[node->children - 1]));
}

/* libclang does not say which of the three expressions of a for are missing. */
static struct node *read_for(struct unit *unit, CXCursor cursor)
{
	struct node *parts = read_children(unit, NODE_OTHER, cursor), *node = new_node(NODE_FOR);
	struct node *part[3] = {};

	for (int i = 0; i < parts->children - 1; i++) {
		struct node *child = parts->child[i];

		if (parts->children == 4)
			part[i] = child;
		else if (!i && (child->kind == NODE_ASSIGN || child->kind == NODE_BLOCK ||
				child->kind == NODE_DECLARE || child->kind == NODE_COMMA))
			part[0] = child;
		else if (is_step(child) || part[1] || child->kind == NODE_ASSIGN)
			part[2] = child;
		else
			part[1] = child;
	}
	for (int i = 0; i < 3; i++)
		add_child(node, part[i]);
	add_child(node, parts->children ? parts->child[parts->children - 1] : new_node(NODE_BLOCK));
	free(parts->child);
	free(parts);
	return node;
}

static struct node *read_while(struct unit *unit, CXCursor cursor)
{
	struct node *parts = read_children(unit, NODE_OTHER, cursor), *node = new_node(NODE_FOR);

	add_child(node, NULL);
	add_child(node, parts->children > 1 ? parts->child[0] : new_node(NODE_OTHER));
	add_child(node, NULL);
	add_child(node, parts->children ? parts->child[parts->children - 1] : new_node(NODE_BLOCK));
	return node;
}

/* Of a statement of which clang lost the condition the rest is kept. */
static struct node *with_parts(struct node *node, int count)
{
	if (node->children < count)
		node->kind = NODE_BLOCK;
	return node;
}

static struct node *read_case(struct unit *unit, CXCursor cursor)
{
	struct node *parts = read_children(unit, NODE_CASE, cursor), *node = new_node(NODE_CASE);

	with_parts(parts, 2);
	if (parts->kind != NODE_CASE)
		return parts;
	add_child(node, parts->child[0]);
	add_child(node, parts->children > 2 ? parts->child[1] : NULL);
	add_child(node, parts->child[parts->children - 1]);
	node->is_target = true;
	return node;
}

static struct node *read_goto(CXCursor cursor)
{
	struct cursors list = children_of(cursor);
	struct node *node = new_node(NODE_GOTO);

	if (list.count)
		node->label = names__intern(clang_getCursorSpelling(list.at[0]));
	free(list.at);
	return node;
}

static struct node *read_target(struct unit *unit, CXCursor cursor, enum node_kind kind)
{
	struct node *node = read_children(unit, kind, cursor);

	if (kind == NODE_LABEL)
		node->label = names__intern(clang_getCursorSpelling(cursor));
	node->is_target = true;
	return node;
}

static struct node *read_return(struct unit *unit, CXCursor cursor)
{
	struct node *node = read_children(unit, NODE_RETURN, cursor);

	node->place = tree__place(cursor, &node->spelled);
	return node;
}

static struct node *read_statement(struct unit *unit, CXCursor cursor)
{
	switch (clang_getCursorKind(cursor)) {
	case CXCursor_IfStmt:
		return with_parts(read_children(unit, NODE_IF, cursor), 2);
	case CXCursor_ForStmt:
		return read_for(unit, cursor);
	case CXCursor_WhileStmt:
		return read_while(unit, cursor);
	case CXCursor_DoStmt:
		return with_parts(read_children(unit, NODE_DO, cursor), 2);
	case CXCursor_SwitchStmt:
		return with_parts(read_children(unit, NODE_SWITCH, cursor), 2);
	case CXCursor_CaseStmt:
		return read_case(unit, cursor);
	case CXCursor_DefaultStmt:
		return read_target(unit, cursor, NODE_DEFAULT);
	case CXCursor_LabelStmt:
		return read_target(unit, cursor, NODE_LABEL);
	case CXCursor_GotoStmt:
		return read_goto(cursor);
	case CXCursor_BreakStmt:
		return new_node(NODE_BREAK);
	case CXCursor_ContinueStmt:
		return new_node(NODE_CONTINUE);
	case CXCursor_ReturnStmt:
		return read_return(unit, cursor);
	default:
		return read_children(unit, NODE_BLOCK, cursor);
	}
}

static struct node *read_expression(struct unit *unit, CXCursor cursor)
{
	struct node *node;

	switch (clang_getCursorKind(cursor)) {
	case CXCursor_DeclRefExpr:
		return read_reference(unit, cursor);
	case CXCursor_MemberRefExpr:
		return read_member(unit, cursor);
	case CXCursor_CallExpr:
		return read_call(unit, cursor);
	case CXCursor_IntegerLiteral:
	case CXCursor_CharacterLiteral:
		return read_number(cursor);
	case CXCursor_UnaryExpr: /* sizeof and its like do not evaluate */
		return new_node(NODE_OTHER);
	case CXCursor_ParenExpr:
	case CXCursor_CStyleCastExpr:
		return read_last(unit, cursor);
	case CXCursor_CompoundLiteralExpr:
		return read_initializer(unit, cursor, clang_getCursorType(cursor));
	case CXCursor_UnexposedExpr:
		return read_unexposed(unit, cursor);
	case CXCursor_UnaryOperator:
		return read_unary(unit, cursor);
	case CXCursor_BinaryOperator:
		return read_binary(unit, cursor);
	case CXCursor_CompoundAssignOperator:
		return read_children(unit, NODE_CHANGE, cursor);
	case CXCursor_ArraySubscriptExpr:
		node = read_children(unit, NODE_INDEX, cursor);
		return node->children == 2 ? node : (node->kind = NODE_OTHER, node);
	case CXCursor_ConditionalOperator:
		node = read_children(unit, NODE_CHOICE, cursor);
		return node->children == 3 ? node : (node->kind = NODE_OTHER, node);
	case CXCursor_StmtExpr:
		return read_children(unit, NODE_STATEMENTS, cursor);
	default:
		return read_children(unit, NODE_OTHER, cursor);
	}
}

static struct node *read_node(struct unit *unit, CXCursor cursor)
{
	enum CXCursorKind kind = clang_getCursorKind(cursor);

	if (kind == CXCursor_VarDecl)
		return read_variable(unit, cursor);
	if (kind == CXCursor_FunctionDecl && !is_in_header(unit, cursor))
		add_declared(unit, cursor);
	if (clang_isExpression(kind))
		return read_expression(unit, cursor);
	if (clang_isStatement(kind))
		return read_statement(unit, cursor);
	return new_node(NODE_OTHER); /* a type, or a reference to one */
}

struct function *tree__callee(const struct unit *unit, const struct node *call)
{
	const struct node *callee = call->child[0];

	return callee->kind == NODE_FUNCTION ? unit->declarations[callee->id].function : NULL;
}

/* --- the unit --- */

static void read_function(struct unit *unit, CXCursor cursor)
{
	CXSourceRange extent = clang_getCursorExtent(cursor);
	struct function *function = function_of(unit, cursor);
	struct cursors list = children_of(cursor);

	function->place = tree__place(cursor, NULL);
	function->end = place_of(clang_getRangeEnd(extent), false);
	function->in_main_file = !is_in_header(unit, cursor);
	unit->owner = function->id;
	for (int i = 0; i < list.count; i++) {
		if (clang_getCursorKind(list.at[i]) == CXCursor_ParmDecl) {
			int count = function->param_count++;

			function->params = xrealloc(function->params, count + 1, sizeof(int));
			function->params[count] = object_id(unit, list.at[i]);
			unit->declarations[function->params[count]].owner = function->id;
		} else if (clang_getCursorKind(list.at[i]) == CXCursor_CompoundStmt) {
			function->body = read_node(unit, list.at[i]);
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

bool tree__declares(const struct unit *unit, unsigned int offset)
{
	for (int i = 0; i < unit->declared_count; i++)
		if (unit->declared[i] == offset)
			return true;
	return false;
}

struct unit *tree__read(CXTranslationUnit tu, const char *main_path)
{
	struct cursors list = children_of(clang_getTranslationUnitCursor(tu));
	struct unit *unit = xcalloc(1, sizeof(*unit));

	unit->main_path = main_path;
	unit->owner = -1;
	for (int i = 0; i < list.count; i++) {
		CXCursor cursor = list.at[i];

		if (clang_Location_isInSystemHeader(clang_getCursorLocation(cursor)))
			continue;
		if (clang_getCursorKind(cursor) == CXCursor_VarDecl)
			read_variable(unit, cursor);
		if (clang_getCursorKind(cursor) != CXCursor_FunctionDecl)
			continue;
		if (!is_in_header(unit, cursor))
			add_declared(unit, cursor);
		/* clang_isCursorDefinition() would go through all declarations for each. */
		if (has_body(cursor))
			read_function(unit, cursor);
	}
	free(list.at);
	return unit;
}
