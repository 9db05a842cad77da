/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cursor: what libclang's cursors are asked for.
 */
#ifndef EXITCHECK_CURSOR_H
#define EXITCHECK_CURSOR_H

#include "node.h"

struct cursors {
	CXCursor *at;
	int count;
};

/* For clang_visitChildren(): adds @cursor to the struct cursors that @list is. */
enum CXChildVisitResult cursors__add(CXCursor cursor, CXCursor parent, CXClientData list);
/* The children of @cursor; the caller frees the array. */
struct cursors cursor__children(CXCursor cursor);
/* The place in a file that @cursor comes from. */
struct place cursor__place(CXCursor cursor);
/* The same, and where it stands in a macro. */
struct places *cursor__places(CXCursor cursor);
/* The place of @location: where the reader sees it, or with @spelled where it is written. */
struct place cursor__place_at(CXSourceLocation location, bool spelled);

#endif
