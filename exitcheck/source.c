// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "names.h"
#include "source.h"

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

void undeclared__add(struct undeclared *names, const struct undeclared *more)
{
	name_list__add_all(&names->values, &more->values);
	name_list__add_all(&names->types, &more->types);
	name_list__add_all(&names->specifiers, &more->specifiers);
}

int undeclared__count(const struct undeclared *names)
{
	return names->values.count + names->types.count + names->specifiers.count;
}

/* Returns whether a whole type is behind the name at @location: "STATIC void f(void)". */
static bool is_specifier(const struct source *source, CXSourceLocation location)
{
	const char *text;
	CXFile file;
	unsigned int offset;
	size_t size, at;

	clang_getExpansionLocation(location, &file, NULL, NULL, &offset);
	text = file ? clang_getFileContents(source->tu, file, &size) : NULL;
	if (!text)
		return false;
	at = text__behind_blanks(text, text__behind_word(text, offset));
	if (!text__is_word(text[at]))
		return false;
	at = text__behind_blanks(text, text__behind_word(text, at));
	return text__is_word(text[at]) || text[at] == '*';
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
			add_quoted(&source->unknown.values, text);
			add_error(source, place);
		} else if (strstr(text, "unknown type name")) {
			add_quoted(is_specifier(source, clang_getDiagnosticLocation(diagnostic)) ?
					   &source->unknown.specifiers :
					   &source->unknown.types,
				   text);
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

/* The text of @file without comments and the contents of literals; NULL if it cannot be had. */
static char *code_of(const struct source *source, CXFile file, size_t *size)
{
	const char *contents = clang_getFileContents(source->tu, file, size);
	char *code;

	if (!contents)
		return NULL;
	code = xcalloc(*size + 1, 1);
	for (size_t i = 0; i < *size; i++)
		code[i] = contents[i] ?: ' ';
	text__blank(code);
	return code;
}

/* Marks the part of @file that #if leaves out. */
static bool *left_out_of(const struct source *source, CXFile file, size_t size)
{
	CXSourceRangeList *skipped = clang_getSkippedRanges(source->tu, file);
	bool *is_left_out = xcalloc(size + 1, sizeof(*is_left_out));

	for (unsigned int i = 0; i < skipped->count; i++) {
		size_t at = offset_of(clang_getRangeStart(skipped->ranges[i]));
		size_t end = offset_of(clang_getRangeEnd(skipped->ranges[i]));

		for (; at < end && at < size; at++)
			is_left_out[at] = true;
	}
	clang_disposeSourceRangeList(skipped);
	return is_left_out;
}

/* The tokens of the part of @code that clang has left out, or of the rest. */
static struct tokens split(const char *code, const bool *is_left_out, size_t size, bool left_out)
{
	char *text = xstrdup(code);
	struct tokens tokens;

	for (size_t i = 0; i < size; i++)
		if (is_left_out[i] != left_out && text[i] != '\n')
			text[i] = ' ';
	tokens = text__split(text);
	free(text);
	return tokens;
}

static void read_main(struct source *source)
{
	size_t size;

	source->main.path = names__path(source->file);
	source->code = code_of(source, source->file, &size);
	if (!source->code)
		return;
	source->is_left_out = left_out_of(source, source->file, size);
	source->main.tokens = split(source->code, source->is_left_out, size, false);
	source->left_out = split(source->code, source->is_left_out, size, true);
}

static void read_header(struct source *source, CXFile file)
{
	struct code header = { .path = names__path(file) };
	bool *is_left_out;
	size_t size;
	char *code;

	for (int i = 0; i < source->header_count; i++)
		if (source->headers[i].path == header.path)
			return;
	code = code_of(source, file, &size);
	if (!code)
		return;
	is_left_out = left_out_of(source, file, size);
	header.tokens = split(code, is_left_out, size, false);
	source->headers = xgrow(source->headers, source->header_count, sizeof(*source->headers));
	source->headers[source->header_count++] = header;
	free(is_left_out);
	free(code);
}

static bool has_error(const struct source *source, const char *path)
{
	for (int i = 0; i < source->error_count; i++)
		if (source->errors[i].path == path)
			return true;
	return false;
}

static void read_headers(struct source *source)
{
	unsigned int count = clang_getNumDiagnostics(source->tu);

	for (unsigned int i = 0; i < count; i++) {
		CXDiagnostic diagnostic = clang_getDiagnostic(source->tu, i);
		CXSourceLocation location = clang_getDiagnosticLocation(diagnostic);
		CXFile file = NULL;

		clang_getExpansionLocation(location, &file, NULL, NULL, NULL);
		if (file && !clang_File_isEqual(file, source->file) &&
		    !clang_Location_isInSystemHeader(location) &&
		    has_error(source, names__path(file)))
			read_header(source, file);
	}
}

static void add_declarations(struct CXUnsavedFile *header, const struct name_list *names,
			     const char *before, const char *behind)
{
	for (int i = 0; i < names->count; i++)
		header->Contents =
			xasprintf("%s%s%s%s\n", header->Contents, before, names->at[i], behind);
	header->Length = strlen(header->Contents);
}

static bool is_system_call(const char *name)
{
	return !strncmp(name, "__NR_", 5) || !strncmp(name, "SYS_", 4);
}

/* Returns whether @name is written as those of constants are. */
static bool is_constant(const char *name)
{
	while (*name && !islower((unsigned char)*name))
		name++;
	return !*name;
}

static struct CXUnsavedFile header_of(const struct undeclared *names)
{
	struct CXUnsavedFile header = { .Filename = SOURCE_UNDECLARED, .Contents = "" };
	struct name_list constants = {}, variables = {};
	bool has_system_call = false;

	for (int i = 0; i < names->values.count; i++) {
		const char *name = names->values.at[i];

		if (is_system_call(name))
			has_system_call = true;
		else
			name_list__add(is_constant(name) ? &constants : &variables, name);
	}
	if (has_system_call)
		header.Contents = "#include <sys/syscall.h>\n";
	add_declarations(&header, &constants, "enum { ", " = __COUNTER__ };");
	add_declarations(&header, &variables, "extern int ", ";");
	add_declarations(&header, &names->types, "typedef int ", ";");
	add_declarations(&header, &names->specifiers, "#define ", "");
	return header;
}

struct source *source__read(const char *path, const struct arguments *arguments,
			    const struct undeclared *declared)
{
	struct CXUnsavedFile header = header_of(declared);
	struct source *source = xcalloc(1, sizeof(*source));
	CXIndex index = clang_createIndex(0, 0);
	struct arguments all = {};

	arguments__add_all(&all, arguments);
	if (undeclared__count(declared)) {
		arguments__add(&all, "-include");
		arguments__add(&all, header.Filename);
	}
	if (clang_parseTranslationUnit2(index, path, all.at, all.count, &header, 1, SOURCE_FLAGS,
					&source->tu) != CXError_Success)
		return NULL;
	source->index = index;
	undeclared__add(&source->unknown, declared);
	source->file = clang_getFile(source->tu, path);
	read_diagnostics(source);
	read_main(source);
	read_headers(source);
	return source;
}

void source__close(struct source *source)
{
	clang_disposeTranslationUnit(source->tu);
	clang_disposeIndex(source->index);
}
