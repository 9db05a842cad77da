/* SPDX-License-Identifier: GPL-2.0 */
/*
 * program: all units that have been read, linked: a call finds the functions of other files.
 */
#ifndef EXITCHECK_PROGRAM_H
#define EXITCHECK_PROGRAM_H

#include "map.h"
#include "names.h"
#include "unit.h"

struct program {
	struct declaration *declarations; /* of all units; ids are indices */
	int declaration_count;
	struct map shared;    /* declarations in headers: from their place and name to their id */
	struct map functions; /* from a name to the functions that other files can call */
};

struct function_list {
	const struct function **at;
	int count;
};

int program__add_declaration(struct program *program, const struct declaration *declaration);
/* Notes that the file @path stores the function of id @function in the object of id @slot. */
void program__add_target(struct program *program, int slot, int function, const char *path);
/* Makes the functions of @unit known to the others. */
void program__link(struct program *program, const struct unit *unit);
/*
 * The functions that a call of @function by another file can mean while @unit is run, which is in
 * one program with the files @linked: the one that @unit defines, else those of these files, else
 * those that lie nearest to it, programs in other directories last. The list is the caller's.
 */
struct function_list program__definitions(const struct program *program,
					  const struct function *function, const struct unit *unit,
					  const struct name_list *linked);
/* The function called by @call if that is said by name, or NULL. */
struct function *program__callee(const struct program *program, const struct node *call);

#endif
