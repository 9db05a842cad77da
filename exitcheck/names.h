/* SPDX-License-Identifier: GPL-2.0 */
/*
 * names: one copy of every string, so that equal ones are equal pointers, and the paths that the
 * reader knows files by.
 */
#ifndef EXITCHECK_NAMES_H
#define EXITCHECK_NAMES_H

#include <clang-c/Index.h>
#include <stdbool.h>
#include <stddef.h>

/* The one copy of @text; or of its first @size bytes, of which none is NUL. */
const char *names__copy(const char *text);
const char *names__copy_part(const char *text, size_t size);

/* The same of libclang's @string, which is disposed of. */
const char *names__intern(CXString string);

/*
 * Sets the names of files below directory @real, an absolute path: with @shown in its place.
 * Files below no such directory are called by their absolute path.
 */
void names__add_root(const char *real, const char *shown);
/* Returns whether the file that @path leads to is there or below. */
bool names__is_below_root(const char *path);

/* The name that the reader knows @file, or the file at @path, by. */
const char *names__path(CXFile file);
const char *names__shown(const char *path);

struct name_list {
	const char **at; /* interned, each once */
	int count;
};

void name_list__add(struct name_list *list, const char *name);
void name_list__add_all(struct name_list *list, const struct name_list *more);
bool name_list__has(const struct name_list *list, const char *name);

#endif
