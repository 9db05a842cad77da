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

/* Not even a missing header keeps the rest of a file from being read. */
#define SOURCE_FLAGS (CXTranslationUnit_KeepGoing | CXTranslationUnit_DetailedPreprocessingRecord)

/* The tokens of a file: no comments, no directives, nothing that #if leaves out. */
struct code {
	const char *path;
	struct tokens tokens;
};

/* Names that nobody declares, by what they must be. */
struct undeclared {
	struct name_list values, types,
		specifiers; /* the last: macros before a type: "STATIC int" */
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
	struct undeclared unknown;   /* and other names that are not declared, or just by us */
	struct place *errors;	     /* where clang lost a statement or declaration */
	int error_count;
	const char *broken; /* why clang could not go on, or NULL */
};

/* The file in which they are declared. The values of constants in it are not known. */
#define SOURCE_UNDECLARED "/undeclared.h"

/* Reads @path, with @declared declared. Returns NULL if libclang cannot read it at all. */
struct source *source__read(const char *path, const struct arguments *arguments,
			    const struct undeclared *declared);

/* Adds the names of @more to @names. */
void undeclared__add(struct undeclared *names, const struct undeclared *more);
int undeclared__count(const struct undeclared *names);

/* Frees libclang's part of @source. Cursors of it are not valid any more. */
void source__close(struct source *source);

#endif
