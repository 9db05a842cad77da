/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tree: a translation unit as far as the flow of control and of a few values goes, made from
 * libclang's cursors. Implicit casts, parentheses and types are gone; what has no meaning here is
 * NODE_OTHER, whose children are evaluated in order.
 *
 * A process parses one file and ends: nothing is freed.
 */
#ifndef EXITCHECK_TREE_H
#define EXITCHECK_TREE_H

#include <clang-c/Index.h>
#include <stdbool.h>
#include <stddef.h>

struct place {
	const char *path; /* interned by the unit: equal paths are equal pointers */
	unsigned int line, column;
	unsigned int offset; /* bytes from the start of the file */
};

enum node_kind {
	/* Expressions. */
	NODE_OTHER,	 /* any children */
	NODE_NUMBER,	 /* value */
	NODE_VARIABLE,	 /* id */
	NODE_FUNCTION,	 /* id */
	NODE_MEMBER,	 /* id of the field; object, or pointer to it (arrow) */
	NODE_INDEX,	 /* array or pointer, index */
	NODE_DEREF,	 /* pointer */
	NODE_ADDRESS,	 /* object */
	NODE_NOT,	 /* condition */
	NODE_CHANGE,	 /* object that gets an unknown value: ++, +=; operand */
	NODE_ASSIGN,	 /* object, value */
	NODE_BINARY,	 /* op; left, right */
	NODE_AND,	 /* condition, condition */
	NODE_OR,	 /* condition, condition */
	NODE_COMMA,	 /* left, right */
	NODE_CHOICE,	 /* condition, value, value */
	NODE_CALL,	 /* callee, arguments; place */
	NODE_INIT,	 /* members of an initializer */
	NODE_INIT_FIELD, /* id of the field; value */
	NODE_STATEMENTS, /* statement expression: block */
	/* Statements; an expression is one too. */
	NODE_BLOCK,
	NODE_DECLARE, /* id of the variable; initializer, if it has one */
	NODE_IF,      /* condition, then, else */
	NODE_FOR,     /* first, condition, step, body; each may be NULL */
	NODE_DO,      /* body, condition */
	NODE_SWITCH,  /* value, body */
	NODE_CASE,    /* value, last value or NULL, statement */
	NODE_DEFAULT, /* statement */
	NODE_LABEL,   /* label; statement */
	NODE_GOTO,    /* label */
	NODE_BREAK,
	NODE_CONTINUE,
	NODE_RETURN, /* value, or none; place */
};

struct node {
	enum node_kind kind;
	enum CXBinaryOperatorKind op;
	int id; /* of a declaration, see below */
	long long value;
	const char *label; /* interned; one function has it once */
	bool arrow;
	bool is_target;	      /* a label, case or default is in it: may be jumped into */
	bool foreign;	      /* comes out of a macro that another file defines */
	struct place place;   /* where the reader sees it */
	struct place spelled; /* where it stands: differs if it comes out of a macro */
	struct node **child;
	int children;
};

struct function {
	const char *name;
	int id;
	struct node *body; /* NULL: not in this unit */
	int *params;	   /* ids */
	int param_count;
	bool returns_void;
	bool never_returns; /* declared so */
	bool is_fork;	    /* where it has no body here: it is one by its name and type */
	bool of_system;	    /* declared in a header that is not the project's */
	bool is_static;
	bool in_header; /* declared in one: other files may call it */
	bool in_main_file;
	bool is_called, is_used; /* by its name; or named at all: in this unit */
	struct place place, end;
	int last_slot; /* that it was stored in */
};

/* A variable, field or function: index into the unit's declarations. */
struct declaration {
	CXCursor cursor;	   /* canonical */
	struct function *function; /* if it is one */
	int owner;		   /* of a local variable: id of its function; else -1 */
	bool is_array;
	bool is_scalar;	  /* a number or a pointer */
	bool is_volatile; /* others change it */
	bool is_extern;	  /* where it is not local: other files can change it */
	int *targets;	  /* ids of functions that are stored in it somewhere */
	int target_count;
};

struct unit {
	const char *main_path;
	struct declaration *declarations;
	int declaration_count;
	int *buckets; /* of a hash table of declarations, -1: empty */
	int bucket_count;
	struct function **functions; /* all that have a body, in their order */
	int function_count;
	struct node **calls; /* all, in their order */
	int call_count;
	unsigned int *declared; /* offsets of the names of functions declared in the file */
	int declared_count;
	int owner; /* the function that is being read, or -1 */
};

/* Reads all functions of @tu, whose file is @main_path. */
struct unit *tree__read(CXTranslationUnit tu, const char *main_path);

/* The function called by @call if that is said by name, or NULL. */
struct function *tree__callee(const struct unit *unit, const struct node *call);

/* Whether a declaration of a function has its name at @offset of the unit's file. */
bool tree__declares(const struct unit *unit, unsigned int offset);

/* The place in a file that @cursor comes from; *@spelled is where it stands in a macro. */
struct place tree__place(CXCursor cursor, struct place *spelled);

#endif
