// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "compile.h"
#include "names.h"
#include "source.h"
#include "words.h"

/* Not even a missing header keeps the rest of a file from being read. */
#define PARSE_FLAGS (CXTranslationUnit_KeepGoing | CXTranslationUnit_DetailedPreprocessingRecord)

static CXTranslationUnit parse(const char *path, const struct arguments *arguments)
{
	CXIndex index = clang_createIndex(0, 0);
	CXTranslationUnit tu = NULL;

	if (clang_parseTranslationUnit2(index, path, arguments->at, arguments->count, NULL, 0,
					PARSE_FLAGS, &tu) != CXError_Success)
		return NULL;
	return tu;
}

/* What kept clang from reading all of it. */
static void read_diagnostics(struct source *source)
{
	unsigned int count = clang_getNumDiagnostics(source->tu);

	source->missing_headers = 0;
	source->broken = NULL;
	for (unsigned int i = 0; i < count; i++) {
		CXDiagnostic diagnostic = clang_getDiagnostic(source->tu, i);
		const char *text = names__intern(clang_getDiagnosticSpelling(diagnostic));

		if (strstr(text, "file not found"))
			source->missing_headers++;
		else if (clang_getDiagnosticSeverity(diagnostic) == CXDiagnostic_Fatal)
			source->broken = source->broken ?: text;
	}
}

/* The end of the directive that starts at @offset: the first line end without a backslash. */
static size_t directive_end(const char *text, size_t offset)
{
	for (; text[offset]; offset++)
		if (text[offset] == '\n' && text[offset - 1] != '\\' &&
		    !(text[offset - 1] == '\r' && text[offset - 2] == '\\'))
			break;
	return offset;
}

static unsigned int offset_of(CXSourceLocation location)
{
	unsigned int offset;

	clang_getFileLocation(location, NULL, NULL, NULL, &offset);
	return offset;
}

/* Makes what clang has left out by #if blank. */
static void blank_skipped(CXTranslationUnit tu, CXFile file, char *text, size_t size)
{
	CXSourceRangeList *skipped = clang_getSkippedRanges(tu, file);

	for (unsigned int i = 0; i < skipped->count; i++) {
		size_t at = offset_of(clang_getRangeStart(skipped->ranges[i]));
		size_t end = offset_of(clang_getRangeEnd(skipped->ranges[i]));

		for (; at < end && at < size; at++)
			if (text[at] != '\n')
				text[at] = ' ';
	}
	clang_disposeSourceRangeList(skipped);
}

static void add_token(struct source *source, const char *text, size_t size, struct token token)
{
	char *copy = xstrndup(text, size);

	source->tokens = xgrow(source->tokens, source->token_count, sizeof(*source->tokens));
	token.text = names__copy(copy);
	free(copy);
	source->tokens[source->token_count++] = token;
}

static size_t token_size(const char *text)
{
	size_t size = 0;

	while (isalnum((unsigned char)text[size]) || text[size] == '_')
		size++;
	if (!size)
		size = !strncmp(text, "->", 2) ? 2 : 1;
	return size;
}

/* Words, "->" and single characters, without comments, literals and directives. */
static void split(struct source *source, char *text)
{
	struct token token = { .line = 1 };
	size_t line_start = 0, at = 0, size;
	bool line_is_empty = true;

	while (text[at]) {
		if (text[at] == '#' && line_is_empty) {
			/* Its lines still count. */
			size_t end = directive_end(text, at);

			for (; at < end; at++)
				if (text[at] == '\n')
					token.line++;
			continue;
		}
		if (isspace((unsigned char)text[at])) {
			if (text[at++] == '\n') {
				token.line++;
				line_start = at;
				line_is_empty = true;
			}
			continue;
		}
		line_is_empty = false;
		size = token_size(text + at);
		token.offset = at;
		token.column = at - line_start + 1;
		add_token(source, text + at, size, token);
		at += size;
	}
}

static void read_tokens(struct source *source)
{
	const char *contents;
	size_t size;
	char *text;

	contents = clang_getFileContents(source->tu, source->file, &size);
	if (!contents)
		return;
	text = xcalloc(size + 1, 1);
	for (size_t i = 0; i < size; i++)
		text[i] = contents[i] ?: ' ';
	words__blank(text);
	blank_skipped(source->tu, source->file, text, size);
	split(source, text);
	free(text);
}

struct source *source__read(const char *path, const char *const *arguments)
{
	struct arguments found = compile__arguments(path, arguments);
	struct arguments database = compile__database(path);
	struct source *source = xcalloc(1, sizeof(*source));
	bool database_told = false;

	if (database.count) {
		/* Its paths are relative to a directory of its own. */
		path = realpath(path, NULL) ?: path;
		source->tu = parse(path, &database);
		if (source->tu)
			read_diagnostics(source);
		database_told = source->tu && !source->missing_headers && !source->broken;
		source->database_lied = !database_told;
	}
	if (!database_told) {
		source->tu = parse(path, &found);
		if (!source->tu)
			return NULL;
		read_diagnostics(source);
	}
	source->file = clang_getFile(source->tu, path);
	read_tokens(source);
	return source;
}
