/* SPDX-License-Identifier: GPL-2.0 */
/*
 * node: what a function does, as far as the flow of control and of a few values goes. Implicit
 * casts, parentheses and types are gone; what has no meaning here is NODE_OTHER, whose children are
 * evaluated in order.
 */
#ifndef EXITCHECK_NODE_H
#define EXITCHECK_NODE_H

#include <clang-c/Index.h>
#include <stdbool.h>

struct place {
	const char *path; /* interned by the unit: equal paths are equal pointers */
	unsigned int line, column;
	unsigned int offset; /* bytes from the start of the file */
};

static inline bool place__is_same(struct place a, struct place b)
{
	return a.offset == b.offset && a.path == b.path;
}

enum node_kind {
	/* Expressions. */
	NODE_OTHER,	 /* any children */
	NODE_NUMBER,	 /* value */
	NODE_STRING,	 /* a literal */
	NODE_VARIABLE,	 /* id */
	NODE_FUNCTION,	 /* id */
	NODE_MEMBER,	 /* id of the field; object, or pointer to it (arrow) */
	NODE_INDEX,	 /* array or pointer, index */
	NODE_DEREF,	 /* pointer */
	NODE_ADDRESS,	 /* object */
	NODE_NOT,	 /* condition */
	NODE_CHANGE,	 /* op; object, operand: ++, +=; is_postfix */
	NODE_ASSIGN,	 /* object, value */
	NODE_BINARY,	 /* op; left, right */
	NODE_AND,	 /* condition, condition */
	NODE_OR,	 /* condition, condition */
	NODE_COMMA,	 /* left, right */
	NODE_CHOICE,	 /* condition, value, value; or, for "?:", value, other value */
	NODE_CALL,	 /* callee, arguments; place */
	NODE_INIT,	 /* members of an initializer */
	NODE_INIT_FIELD, /* id of the field; value */
	NODE_STATEMENTS, /* statement expression: block */
	/* Statements; an expression is one too. */
	NODE_BLOCK,
	NODE_DECLARATIONS, /* a block that is no scope */
	NODE_DECLARE,	   /* id of the variable; initializer or NULL, call of its cleanup */
	NODE_IF,	   /* condition, then, else */
	NODE_FOR,	   /* first, condition, step, body; each may be NULL */
	NODE_DO,	   /* body, condition */
	NODE_SWITCH,	   /* value, body */
	NODE_CASE,	   /* value, last value or NULL, statement */
	NODE_DEFAULT,	   /* statement */
	NODE_LABEL,	   /* label; statement */
	NODE_GOTO,	   /* label */
	NODE_BREAK,
	NODE_CONTINUE,
	NODE_RETURN, /* value, or none; place */
};

#define ANY_LABEL "" /* of a computed goto */

struct places {
	struct place shown;   /* where the reader sees it */
	struct place spelled; /* where it stands: differs if it comes out of a macro */
};

/* Small: a kernel's selftests have millions of them. */
struct node {
	enum node_kind kind : 8;
	enum CXBinaryOperatorKind op : 8;
	bool arrow : 1;
	bool is_postfix : 1; /* the value is the one that the object had */
	bool is_target : 1;  /* a label, case or default is in it: may be jumped into */
	bool foreign : 1;    /* comes out of a macro that another file defines */
	int id;		     /* of a declaration, see below */
	long long value;
	const char *label;     /* interned; one function has it once */
	struct places *places; /* of a call or return; else NULL */
	struct node **child;
	int children;
};

struct node *node__new(enum node_kind kind);
struct node *node__number(long long value);
/* A node with one child, or two: @second may be NULL. */
struct node *node__of(enum node_kind kind, struct node *first, struct node *second);
/* @node may be NULL. */
void node__free(struct node *node);
/* The id of the variable or field that @node, or the array that it is of, is; -1: it has none. */
int node__slot(const struct node *node);
/* Returns whether @node, which may be NULL, is or has a call. */
bool node__has_call(const struct node *node);
/* @child may be NULL, for a part that is missing. */
void node__add(struct node *node, struct node *child);

#endif
