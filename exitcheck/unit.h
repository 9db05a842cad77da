/* SPDX-License-Identifier: GPL-2.0 */
/*
 * unit: a translation unit, that is its functions, variables and fields.
 *
 * A process reads one file and ends: nothing is freed.
 */
#ifndef EXITCHECK_UNIT_H
#define EXITCHECK_UNIT_H

#include <stdbool.h>

#include "cursor.h"
#include "names.h"
#include "node.h"

struct function {
	const char *name;
	int id;
	struct node *parsed; /* NULL: not in this unit; only while the file is being read */
	struct body *stored; /* the same in a program: see body.h */
	int *params;	     /* ids */
	int param_count;
	bool returns_void;
	bool never_returns; /* declared so */
	bool returns_pid;
	bool of_system; /* declared in a header that is not the project's */
	bool is_static;
	bool in_header;		 /* declared in one: other files may call it */
	bool in_main_file;	 /* or in a part of it, such as a .inc */
	bool is_called, is_used; /* by its name; or named at all: in this unit */
	int references;		 /* names of it other than to call it */
	struct place place, end;
	int last_slot; /* that it was stored in; only while the file is being read */
};

/* A variable, field or function. Its id is its index. */
struct declaration {
	const char *name;
	struct place place;	   /* of the first declaration */
	struct function *function; /* if it is one */
	int owner;		   /* of a local variable: id of its function; else -1 */
	int target_count;
	bool is_array;
	bool is_scalar;		  /* a number or a pointer */
	bool is_callable;	  /* a pointer to a function */
	bool is_volatile;	  /* others change it, */
	bool points_to_volatile;  /* or what it points to */
	bool is_uncertain;	  /* it stands in a statement that clang could not read */
	bool is_extern;		  /* where it is not local: other files can change it */
	int *targets;		  /* ids of functions that are stored in it somewhere, */
	const char **storers;	  /* and the files that do; only of a program */
	struct name_list setters; /* functions that store in it what they are given */
};

struct unit {
	const char *main_path;
	struct declaration *declarations;
	CXCursor *cursors; /* of each declaration: canonical */
	int declaration_count;
	int *buckets; /* of a hash table of declarations, -1: empty */
	int bucket_count;
	struct function **functions; /* all that have a body, in their order */
	int function_count;
	struct node **calls; /* all, in their order */
	int call_count;
	struct name_list invalid; /* functions that clang does not know the type of */
	unsigned int *declared;	  /* offsets of the names of functions declared in the file */
	int declared_count;
	int owner;	    /* the function that is being read, or -1 */
	struct cursors top; /* all declarations that are not in a function */
};

/* The id of what @cursor declares. */
int unit__declaration(struct unit *unit, CXCursor cursor);
/* The same of a variable or a field. */
int unit__object(struct unit *unit, CXCursor cursor);
/* The function that @cursor declares, made known if it was not. */
struct function *unit__function(struct unit *unit, CXCursor cursor);
/* The function called @name, if a declaration is there; else NULL. */
struct function *unit__function_of_name(struct unit *unit, const char *name);
/* Notes that the functions in @value are stored in what @object names. */
void unit__note_targets(struct unit *unit, const struct node *object, const struct node *value);
bool unit__is_in_header(const struct unit *unit, CXCursor cursor);
/* Notes that a function's name is declared in the unit's file. */
void unit__add_declared(struct unit *unit, CXCursor cursor);
/* Returns whether a declaration of a function has its name at @offset of the unit's file. */
bool unit__declares(const struct unit *unit, unsigned int offset);
/* The function called by @call if that is said by name, or NULL. */
struct function *unit__callee(const struct unit *unit, const struct node *call);

#endif
