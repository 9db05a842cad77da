/* SPDX-License-Identifier: GPL-2.0 */
/*
 * names: one copy of every string, so that equal ones are equal pointers, and the paths that the
 * reader knows files by.
 */
#ifndef EXITCHECK_NAMES_H
#define EXITCHECK_NAMES_H

#include <clang-c/Index.h>

/* The one copy of @text. */
const char *names__copy(const char *text);

/* The same of libclang's @string, which is disposed of. */
const char *names__intern(CXString string);

/*
 * How files below directory @real, an absolute path, are to be called: with @shown in its place.
 * Files below no such directory are called by their absolute path.
 */
void names__add_root(const char *real, const char *shown);

/* What the reader knows @file by. */
const char *names__path(CXFile file);

#endif
