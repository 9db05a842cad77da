// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "names.h"
#include "source.h"

/* Not even a missing header keeps the rest of a file from being read. */
#define PARSE_FLAGS (CXTranslationUnit_KeepGoing | CXTranslationUnit_DetailedPreprocessingRecord)

/* Adds the name in quotes in @text, once. */
static void add_quoted(struct name_list *list, const char *text)
{
	const char *from = strchr(text, '\''), *to = from ? strchr(from + 1, '\'') : NULL;

	if (to)
		name_list__add(list, names__copy_part(from + 1, to - from - 1));
}

static void add_error(struct source *source, struct place place)
{
	source->errors = xgrow(source->errors, source->error_count, sizeof(*source->errors));
	source->errors[source->error_count++] = place;
}

static void read_diagnostics(struct source *source)
{
	unsigned int count = clang_getNumDiagnostics(source->tu);

	for (unsigned int i = 0; i < count; i++) {
		CXDiagnostic diagnostic = clang_getDiagnostic(source->tu, i);
		enum CXDiagnosticSeverity severity = clang_getDiagnosticSeverity(diagnostic);
		const char *text = names__intern(clang_getDiagnosticSpelling(diagnostic));
		struct place place =
			cursor__place_at(clang_getDiagnosticLocation(diagnostic), false);

		if (strstr(text, "file not found")) {
			add_quoted(&source->missing, text);
		} else if (strstr(text, "call to undeclared function")) {
			add_quoted(&source->undeclared, text);
		} else if (strstr(text, "use of undeclared identifier")) {
			add_quoted(&source->unknown, text);
			add_error(source, place);
		} else if (strstr(text, "nesting level exceeded")) {
			source->broken =
				xasprintf("line %u: nested too deeply for clang", place.line);
		} else if (severity == CXDiagnostic_Fatal) {
			source->broken = source->broken ?: text;
		} else if (severity == CXDiagnostic_Error) {
			add_error(source, place);
		}
	}
}

static unsigned int offset_of(CXSourceLocation location)
{
	unsigned int offset;

	clang_getFileLocation(location, NULL, NULL, NULL, &offset);
	return offset;
}

static void mark_left_out(struct source *source, size_t size)
{
	CXSourceRangeList *skipped = clang_getSkippedRanges(source->tu, source->file);

	source->is_left_out = xcalloc(size + 1, sizeof(*source->is_left_out));
	for (unsigned int i = 0; i < skipped->count; i++) {
		size_t at = offset_of(clang_getRangeStart(skipped->ranges[i]));
		size_t end = offset_of(clang_getRangeEnd(skipped->ranges[i]));

		for (; at < end && at < size; at++)
			source->is_left_out[at] = true;
	}
	clang_disposeSourceRangeList(skipped);
}

/* The tokens of the code that clang has left out, or of the rest. */
static struct tokens split(const struct source *source, size_t size, bool left_out)
{
	char *text = xstrdup(source->code);
	struct tokens tokens;

	for (size_t i = 0; i < size; i++)
		if (source->is_left_out[i] != left_out && text[i] != '\n')
			text[i] = ' ';
	tokens = text__split(text);
	free(text);
	return tokens;
}

static void read_tokens(struct source *source)
{
	const char *contents;
	size_t size;
	char *code;

	contents = clang_getFileContents(source->tu, source->file, &size);
	if (!contents)
		return;
	code = xcalloc(size + 1, 1);
	for (size_t i = 0; i < size; i++)
		code[i] = contents[i] ?: ' ';
	text__blank(code);
	source->code = code;
	mark_left_out(source, size);
	source->tokens = split(source, size, false);
	source->left_out = split(source, size, true);
}

/* A header that declares a variable for each of @names. */
static struct CXUnsavedFile header_of(const struct name_list *names)
{
	struct CXUnsavedFile header = { .Filename = "/undeclared.h", .Contents = "" };

	for (int i = 0; i < names->count; i++)
		header.Contents = xasprintf("%sextern int %s;\n", header.Contents, names->at[i]);
	header.Length = strlen(header.Contents);
	return header;
}

struct source *source__read(const char *path, const struct arguments *arguments,
			    const struct name_list *declared)
{
	struct CXUnsavedFile header = header_of(declared);
	struct source *source = xcalloc(1, sizeof(*source));
	CXIndex index = clang_createIndex(0, 0);
	struct arguments all = {};

	arguments__add_all(&all, arguments);
	if (declared->count) {
		arguments__add(&all, "-include");
		arguments__add(&all, header.Filename);
	}
	if (clang_parseTranslationUnit2(index, path, all.at, all.count, &header, 1, PARSE_FLAGS,
					&source->tu) != CXError_Success)
		return NULL;
	source->index = index;
	for (int i = 0; i < declared->count; i++)
		name_list__add(&source->unknown, declared->at[i]);
	source->file = clang_getFile(source->tu, path);
	read_diagnostics(source);
	read_tokens(source);
	return source;
}

void source__close(struct source *source)
{
	clang_disposeTranslationUnit(source->tu);
	clang_disposeIndex(source->index);
}
