/* SPDX-License-Identifier: GPL-2.0 */
/*
 * source: one C file as libclang reads it without anything having been built.
 */
#ifndef EXITCHECK_SOURCE_H
#define EXITCHECK_SOURCE_H

#include <stdbool.h>

#include "arguments.h"
#include "cursor.h"
#include "names.h"
#include "text.h"

/* The tokens of a file: no comments, no directives, nothing that #if leaves out. */
struct code {
	const char *path;
	struct tokens tokens;
};

struct source {
	CXIndex index;
	CXTranslationUnit tu;
	CXFile file;
	struct code main;	/* the file; its path is the unit's */
	struct tokens left_out; /* what #if leaves out of it */
	struct code *headers;	/* those of the project in which clang met errors */
	int header_count;
	const char *code;	     /* the text without comments and the contents of literals, */
	bool *is_left_out;	     /* and what of it #if leaves out */
	struct name_list missing;    /* headers */
	struct name_list undeclared; /* functions that are called, */
	struct name_list unknown;    /* and other names that are not declared, or just by us */
	struct place *errors;	     /* where clang lost a statement or declaration */
	int error_count;
	const char *broken; /* why clang could not go on, or NULL */
};

/*
 * Reads @path, with variables of the names @declared declared. Returns NULL if libclang cannot read
 * it at all.
 */
struct source *source__read(const char *path, const struct arguments *arguments,
			    const struct name_list *declared);

/* Frees libclang's part of @source. Cursors of it are not valid any more. */
void source__close(struct source *source);

#endif
