// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <string.h>

#include "../lib/xalloc.h"
#include "names.h"
#include "source.h"
#include "trial.h"

static CXTranslationUnit parse(CXIndex index, const char *path, const struct arguments *arguments,
			       struct CXUnsavedFile *text)
{
	CXTranslationUnit tu = NULL;

	clang_parseTranslationUnit2(index, path, arguments->at, arguments->count, text, !!text,
				    SOURCE_FLAGS, &tu);
	return tu;
}

static struct name_list errors_of(CXTranslationUnit tu)
{
	struct name_list errors = {};

	for (unsigned int i = 0; i < clang_getNumDiagnostics(tu); i++) {
		CXDiagnostic diagnostic = clang_getDiagnostic(tu, i);

		if (clang_getDiagnosticSeverity(diagnostic) >= CXDiagnostic_Error)
			name_list__add(&errors,
				       names__intern(clang_getDiagnosticSpelling(diagnostic)));
		clang_disposeDiagnostic(diagnostic);
	}
	return errors;
}

/* Returns the first of @errors that @known does not have, or NULL. */
static const char *first_new(const struct name_list *errors, const struct name_list *known)
{
	for (int i = 0; i < errors->count; i++)
		if (!name_list__has(known, errors->at[i]))
			return errors->at[i];
	return NULL;
}

/* Most errors are due to missing headers, and are there without the change, too. */
static const char *new_error(CXIndex index, const char *path, const struct arguments *arguments,
			     const struct name_list *errors)
{
	struct name_list known;
	CXTranslationUnit tu;

	if (!errors->count)
		return NULL;
	tu = parse(index, path, arguments, NULL);
	known = tu ? errors_of(tu) : (struct name_list){};
	clang_disposeTranslationUnit(tu);
	return first_new(errors, &known);
}

struct own_name {
	bool calls_fflush;
	const char *found;
};

/* Looks for a name that the rewritten code uses, and that means something of the file's own. */
static enum CXChildVisitResult find_own(CXCursor cursor, CXCursor parent, CXClientData data)
{
	CXCursor meant = clang_getCursorReferenced(cursor);
	enum CXCursorKind kind = clang_getCursorKind(cursor);
	struct own_name *own = data;
	const char *name;

	(void)parent;
	if (clang_Location_isInSystemHeader(clang_getCursorLocation(cursor)))
		return CXChildVisit_Continue;
	if (kind != CXCursor_DeclRefExpr && kind != CXCursor_MacroDefinition)
		return CXChildVisit_Recurse;
	name = names__intern(clang_getCursorSpelling(cursor));
	if (strcmp(name, "_exit") && !(own->calls_fflush && !strcmp(name, "fflush")))
		return CXChildVisit_Recurse;
	if (kind == CXCursor_DeclRefExpr && clang_getCursorKind(meant) == CXCursor_FunctionDecl &&
	    clang_Cursor_isNull(clang_getCursorDefinition(meant)))
		return CXChildVisit_Continue;
	own->found = name;
	return CXChildVisit_Break;
}

const char *trial__failure(struct CXUnsavedFile changed, const struct arguments *arguments,
			   bool calls_fflush)
{
	CXIndex index = clang_createIndex(0, 0);
	CXTranslationUnit tu = parse(index, changed.Filename, arguments, &changed);
	const char *failure = "clang cannot read the result";
	struct own_name own = { .calls_fflush = calls_fflush };
	struct name_list errors;

	if (tu) {
		errors = errors_of(tu);
		failure = new_error(index, changed.Filename, arguments, &errors);
		clang_visitChildren(clang_getTranslationUnitCursor(tu), find_own, &own);
		clang_disposeTranslationUnit(tu);
	}
	clang_disposeIndex(index);
	return own.found ? xasprintf("%s has another meaning there", own.found) : failure;
}
