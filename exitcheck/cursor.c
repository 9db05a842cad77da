// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdlib.h>

#include "../lib/xalloc.h"
#include "cursor.h"
#include "names.h"

enum CXChildVisitResult cursors__add(CXCursor cursor, CXCursor parent, CXClientData data)
{
	struct cursors *list = data;

	(void)parent;
	list->at = xgrow(list->at, list->count, sizeof(*list->at));
	list->at[list->count++] = cursor;
	return CXChildVisit_Continue;
}

struct cursors cursor__children(CXCursor cursor)
{
	struct cursors list = {};

	clang_visitChildren(cursor, cursors__add, &list);
	return list;
}

struct place cursor__place_at(CXSourceLocation location, bool spelled)
{
	struct place place = {};
	CXFile file = NULL;

	(spelled ? clang_getSpellingLocation :
		   clang_getExpansionLocation)(location, &file, &place.line, &place.column,
					       &place.offset);
	place.path = file ? names__path(file) : "";
	return place;
}

struct place cursor__place(CXCursor cursor)
{
	return cursor__place_at(clang_getCursorLocation(cursor), false);
}

struct places *cursor__places(CXCursor cursor)
{
	struct places *places = xcalloc(1, sizeof(*places));

	places->shown = cursor__place(cursor);
	places->spelled = cursor__place_at(clang_getCursorLocation(cursor), true);
	return places;
}
