// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "cursor.h"
#include "names.h"
#include "read.h"
#include "source.h"

/* Returns what @cursor names. */
static struct node *read_reference(struct unit *unit, CXCursor cursor)
{
	CXCursor target = clang_getCursorReferenced(cursor);
	struct function *function;
	struct node *node;

	switch (clang_getCursorKind(target)) {
	case CXCursor_EnumConstantDecl:
		if (!strcmp(cursor__place(target).path, SOURCE_UNDECLARED))
			return node__new(NODE_OTHER);
		return node__number(clang_getEnumConstantDeclValue(target));
	case CXCursor_FunctionDecl:
		node = node__new(NODE_FUNCTION);
		function = unit__function(unit, target);
		function->is_used = true;
		function->references++;
		node->id = function->id;
		return node;
	case CXCursor_VarDecl:
	case CXCursor_ParmDecl:
		node = node__new(NODE_VARIABLE);
		node->id = unit__object(unit, target);
		return node;
	default:
		return node__new(NODE_OTHER);
	}
}

static struct node *read_number(CXCursor cursor)
{
	CXEvalResult result = clang_Cursor_Evaluate(cursor);
	struct node *node = node__new(NODE_OTHER);

	if (result && clang_EvalResult_getKind(result) == CXEval_Int)
		node = node__number(clang_EvalResult_getAsLongLong(result));
	clang_EvalResult_dispose(result);
	return node;
}

/* The expression that a cast, parentheses or a compound literal is about: their last child. */
static struct node *read_last(struct unit *unit, CXCursor cursor)
{
	struct cursors list = cursor__children(cursor);
	struct node *node = list.count ? read__node(unit, list.at[list.count - 1]) :
					 node__new(NODE_OTHER);

	free(list.at);
	return node;
}

/* A cast begins where its operand does: va_arg(), which has an operand too, does not. */
static bool is_implicit_cast(CXCursor cursor, const struct cursors *list)
{
	return list->count == 1 && clang_equalLocations(clang_getCursorLocation(cursor),
							clang_getCursorLocation(list->at[0]));
}

/* "a ?: b" has a three times, and libclang has no name for it. */
static bool is_short_choice(const struct cursors *list)
{
	return list->count == 4 && clang_equalCursors(list->at[0], list->at[1]) &&
	       clang_equalCursors(list->at[0], list->at[2]);
}

/* An implicit cast, or something that libclang has no name for. */
static struct node *read_unexposed(struct unit *unit, CXCursor cursor)
{
	struct cursors list = cursor__children(cursor);
	struct node *node;

	/* The type "dependent" marks what clang did not understand: its value is not known. */
	if (is_implicit_cast(cursor, &list) &&
	    clang_getCursorType(cursor).kind != CXType_Dependent) {
		node = read__node(unit, list.at[0]);
	} else if (is_short_choice(&list)) {
		node = node__of(NODE_CHOICE, read__node(unit, list.at[0]),
				read__node(unit, list.at[3]));
	} else {
		node = node__new(NODE_OTHER);
		for (int i = 0; i < list.count; i++)
			node__add(node, read__node(unit, list.at[i]));
	}
	free(list.at);
	return node;
}

static struct node *read_member(struct unit *unit, CXCursor cursor)
{
	struct cursors list = cursor__children(cursor);
	CXCursor field = clang_getCursorReferenced(cursor);
	struct node *node = node__new(NODE_MEMBER);

	if (!list.count || clang_getCursorKind(field) != CXCursor_FieldDecl) {
		node->kind = NODE_OTHER;
	} else {
		CXType type = clang_getCanonicalType(clang_getCursorType(list.at[0]));

		node->id = unit__object(unit, field);
		node->arrow = type.kind == CXType_Pointer;
	}
	if (list.count)
		node__add(node, read__node(unit, list.at[0]));
	free(list.at);
	return node;
}

/* "++" and "--" are "+= 1" and "-= 1". */
static struct node *read_step(struct node *object, enum CXBinaryOperatorKind op, bool is_postfix)
{
	struct node *node = node__of(NODE_CHANGE, object, node__number(1));

	node->op = op;
	node->is_postfix = is_postfix;
	return node;
}

static struct node *read_unary(struct unit *unit, CXCursor cursor)
{
	struct node *operand = read_last(unit, cursor);

	switch (clang_getCursorUnaryOperatorKind(cursor)) {
	case CXUnaryOperator_AddrOf:
		return operand->kind == NODE_FUNCTION ? operand :
							node__of(NODE_ADDRESS, operand, NULL);
	case CXUnaryOperator_Deref:
		return node__of(NODE_DEREF, operand, NULL);
	case CXUnaryOperator_LNot:
		return node__of(NODE_NOT, operand, NULL);
	case CXUnaryOperator_Minus:
		return operand->kind == NODE_NUMBER ? node__number(-operand->value) :
						      node__of(NODE_OTHER, operand, NULL);
	case CXUnaryOperator_Not:
		return operand->kind == NODE_NUMBER ? node__number(~operand->value) :
						      node__of(NODE_OTHER, operand, NULL);
	case CXUnaryOperator_Plus:
	case CXUnaryOperator_Extension:
		return operand;
	case CXUnaryOperator_PostInc:
		return read_step(operand, CXBinaryOperator_Add, true);
	case CXUnaryOperator_PostDec:
		return read_step(operand, CXBinaryOperator_Sub, true);
	case CXUnaryOperator_PreInc:
		return read_step(operand, CXBinaryOperator_Add, false);
	case CXUnaryOperator_PreDec:
		return read_step(operand, CXBinaryOperator_Sub, false);
	default:
		return node__of(NODE_OTHER, operand, NULL);
	}
}

static struct node *read_binary(struct unit *unit, CXCursor cursor)
{
	struct node *node = read__children(unit, NODE_BINARY, cursor);

	if (node->children != 2) {
		node->kind = NODE_OTHER;
		return node;
	}
	node->op = clang_getCursorBinaryOperatorKind(cursor);
	switch (node->op) {
	case CXBinaryOperator_Assign:
		node->kind = NODE_ASSIGN;
		unit__note_targets(unit, node->child[0], node->child[1]);
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

/* "+=" and its like */
static struct node *read_change(struct unit *unit, CXCursor cursor)
{
	struct node *node = read__children(unit, NODE_CHANGE, cursor);

	if (node->children != 2)
		node->kind = NODE_OTHER;
	switch (clang_getCursorBinaryOperatorKind(cursor)) {
	case CXBinaryOperator_OrAssign:
		node->op = CXBinaryOperator_Or;
		break;
	case CXBinaryOperator_AndAssign:
		node->op = CXBinaryOperator_And;
		break;
	case CXBinaryOperator_AddAssign:
		node->op = CXBinaryOperator_Add;
		break;
	case CXBinaryOperator_SubAssign:
		node->op = CXBinaryOperator_Sub;
		break;
	default:
		node->op = CXBinaryOperator_Invalid;
		break;
	}
	return node;
}

/* The function that @callee names: also one whose type clang does not know. */
static CXCursor named_by(CXCursor callee)
{
	struct cursors list = {};

	if (clang_getCursorKind(callee) == CXCursor_UnexposedExpr)
		list = cursor__children(callee);
	if (is_implicit_cast(callee, &list))
		callee = list.at[0];
	free(list.at);
	return callee;
}

static struct node *read_call(struct unit *unit, CXCursor cursor)
{
	struct cursors list = cursor__children(cursor);
	struct node *node = node__new(NODE_CALL);
	struct function *callee;
	CXCursor named;

	if (list.count)
		list.at[0] = named_by(list.at[0]);
	for (int i = 0; i < list.count; i++)
		node__add(node, read__node(unit, list.at[i]));
	if (!list.count) {
		node->kind = NODE_OTHER;
		return node;
	}
	/* A call stands where its function's name does. */
	named = list.at[0];
	node->places = cursor__places(named);
	node->foreign = node->places->spelled.path != node->places->shown.path;
	callee = unit__callee(unit, node);
	if (callee) {
		callee->is_called = true;
		callee->references--;
	}
	unit->calls = xgrow(unit->calls, unit->call_count, sizeof(*unit->calls));
	unit->calls[unit->call_count++] = node;
	free(list.at);
	return node;
}

struct node *read__expression(struct unit *unit, CXCursor cursor)
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
	case CXCursor_StringLiteral:
		return node__new(NODE_STRING);
	case CXCursor_UnaryExpr: /* sizeof and its like do not evaluate */
		return node__new(NODE_OTHER);
	case CXCursor_ParenExpr:
	case CXCursor_CStyleCastExpr:
		return read_last(unit, cursor);
	case CXCursor_CompoundLiteralExpr:
		return read__initializer(unit, cursor, clang_getCursorType(cursor));
	case CXCursor_UnexposedExpr:
		return read_unexposed(unit, cursor);
	case CXCursor_UnaryOperator:
		return read_unary(unit, cursor);
	case CXCursor_BinaryOperator:
		return read_binary(unit, cursor);
	case CXCursor_CompoundAssignOperator:
		return read_change(unit, cursor);
	case CXCursor_ArraySubscriptExpr:
		node = read__children(unit, NODE_INDEX, cursor);
		return node->children == 2 ? node : (node->kind = NODE_OTHER, node);
	case CXCursor_ConditionalOperator:
		node = read__children(unit, NODE_CHOICE, cursor);
		return node->children == 3 ? node : (node->kind = NODE_OTHER, node);
	case CXCursor_StmtExpr:
		return read__children(unit, NODE_STATEMENTS, cursor);
	default:
		return read__children(unit, NODE_OTHER, cursor);
	}
}
