/* SPDX-License-Identifier: GPL-2.0 */
/*
 * source: one C file as libclang reads it without anything having been built.
 */
#ifndef EXITCHECK_SOURCE_H
#define EXITCHECK_SOURCE_H

#include <clang-c/Index.h>
#include <stdbool.h>
#include <stddef.h>

struct token {
	const char *text; /* interned */
	unsigned int offset, line, column;
};

struct source {
	CXTranslationUnit tu;
	CXFile file;
	struct token *tokens; /* of the file: no comments, no directives, nothing skipped */
	size_t token_count;
	int missing_headers;
	const char *broken; /* what clang could not go on from, or NULL */
	bool database_lied; /* compile_commands.json has the file, but not as it can be read */
};

/*
 * Reads @path with @arguments, a NULL-terminated list of clang's, more of which are found by
 * compile__arguments(). Returns NULL if libclang cannot read it at all.
 */
struct source *source__read(const char *path, const char *const *arguments);

#endif
