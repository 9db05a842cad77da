/* SPDX-License-Identifier: GPL-2.0 */
/*
 * index: the definitions of all files of a run and of the headers that they include, made of their
 * text, without a compiler. It says which file defines a function, and what that can reach.
 */
#ifndef EXITCHECK_INDEX_H
#define EXITCHECK_INDEX_H

#include "scan.h"

/* A number that no file or definition has as its visit. */
unsigned int index__new_visit(void);

/* Reads @path. */
struct scanned_file *index__add(const char *path);

/*
 * Finds the headers of @file in the include directories among clang's @arguments, and reads them.
 * Reads the C file beside each header that has its name, too: it may define what @file calls.
 * Reads the macros among @arguments, too.
 */
void index__add_headers(struct scanned_file *file, const char *const *arguments);

/* To be called once all files are added, and after index__add_fork(). */
void index__settle(void);

/* Notes that a call of @name forks. Returns whether that is new. */
bool index__add_fork(const char *name);

/*
 * The bits (see calls.h) that function @name of another file can reach; -1 if no file defines it.
 */
int index__reaches(const char *name);

/*
 * The bits that macro @name of file @path, or of a header, can reach. It forks if one of its
 * definitions does, and ends the process if all do: one for messages is often empty elsewhere. One
 * with parameters does nothing where no parenthesis is behind it, and it is no call.
 */
int index__macro_reaches(const char *name, const char *path, bool is_call);

/* The bits that static functions @name of file @path, or of headers, can reach. */
int index__static_reaches(const char *name, const char *path);

/*
 * Returns whether @word is a function, of @file unless that is NULL, that exits, and that nobody
 * calls by its name.
 */
bool index__is_callback(const struct word *word, const struct scanned_file *file);

/* The bits that a call of @name can reach: in the files that define it, else by its rule. */
int index__reach_of(const char *name);

/* Calls @visit for each file with a function @name that other files can call. */
void index__each_definition(const char *name,
			    void (*visit)(void *data, const struct scanned_file *file), void *data);

/* Returns whether a file other than @path, which defines function @name, mentions it. */
bool index__has_callers(const char *name, const char *path);

#endif
