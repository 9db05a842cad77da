// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "hints.h"
#include "map.h"
#include "names.h"
#include "text.h"

#define NESTING 4 /* of variables in variables */

struct build_file {
	const char *text, *dir, *top;
};

/* --- variables of make --- */

/* The value of variable @name, assigned in @file, up to the end of its line; NULL if it is not. */
static const char *assigned(const struct build_file *file, const char *name)
{
	size_t size = strlen(name);

	for (const char *at = file->text; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (strncmp(at, name, size))
			continue;
		at += size;
		at += strspn(at, " \t");
		at += strspn(at, ":?");
		if (*at == '=')
			return at + 1 + strspn(at + 1, " \t");
	}
	return NULL;
}

static const char *directory_variable(const struct build_file *file, const char *name)
{
	static const char *const tops[] = { "top_srcdir",	"abs_top_srcdir", "top_builddir",
					    "abs_top_builddir", "TOPDIR",	  "TOP",
					    "srctree" };
	static const char *const heres[] = { "srcdir",	 "abs_srcdir",
					     "builddir", "CURDIR",
					     "src",	 "obj",
					     "PWD",	 "CMAKE_CURRENT_SOURCE_DIR" };

	for (size_t i = 0; i < sizeof(heres) / sizeof(*heres); i++)
		if (!strcmp(name, heres[i]))
			return file->dir;
	for (size_t i = 0; i < sizeof(tops) / sizeof(*tops); i++)
		if (!strcmp(name, tops[i]))
			return file->top;
	return strstr(name, "SOURCE_DIR") ? file->top : NULL;
}

/* The word at @at with its variables replaced, to be freed; NULL where one is not known. */
static char *expand(const struct build_file *file, const char *at, int nesting)
{
	char *result = xstrdup(""), *longer;

	while (*at && !isspace((unsigned char)*at) && !strchr("\"';,)\\", *at)) {
		const char *value, *end;
		char *name, *inner;

		if (*at != '$' || (at[1] != '(' && at[1] != '{')) {
			longer = xasprintf("%s%c", result, *at++);
			free(result);
			result = longer;
			continue;
		}
		end = strchr(at, at[1] == '(' ? ')' : '}');
		if (!end) {
			free(result);
			return NULL;
		}
		name = xstrndup(at + 2, end - at - 2);
		value = directory_variable(file, name);
		inner = value ? xstrdup(value) : NULL;
		value = value || nesting >= NESTING ? NULL : assigned(file, name);
		if (value)
			inner = expand(file, value, nesting + 1);
		longer = inner ? xasprintf("%s%s", result, inner) : NULL;
		free(name);
		free(inner);
		free(result);
		if (!longer)
			return NULL;
		result = longer;
		at = end + 1;
	}
	return result;
}

static void add_directory(struct arguments *arguments, const struct build_file *file,
			  const char *word)
{
	char *directory = expand(file, word, 0);
	size_t top = strlen(file->top);

	if (directory && !strncmp(directory, file->top, top) && directory[top] == '/')
		arguments__add_include(arguments, file->top, directory + top + 1);
	else if (directory && *directory == '/')
		arguments__add_include(arguments, directory, "");
	else if (directory && *directory)
		arguments__add_include(arguments, file->dir, directory);
	free(directory);
}

static void add_options(struct arguments *arguments, const struct build_file *file)
{
	for (const char *at = strstr(file->text, "-I"); at; at = strstr(at + 2, "-I")) {
		const char *word = at + 2 + strspn(at + 2, " \t\"'");

		if (at == file->text || strchr(" \t\"'=,(\n", at[-1]))
			add_directory(arguments, file, word);
	}
}

/* --- macros --- */

static bool begins_with_word(const char *line, const char *const *words)
{
	for (; *words; words++) {
		size_t size = strlen(*words);

		if (!strncmp(line, *words, size) && !isalnum((unsigned char)line[size]))
			return true;
	}
	return false;
}

/* Returns whether @line assigns flags of all programs. Automake's for one have its name before. */
static bool assigns_flags(const char *line)
{
	static const char *const flags[] = { "CFLAGS", "CPPFLAGS", "DEFS", "DEFINES", NULL };
	static const char *const modifiers[] = { "override", "export", NULL };
	const char *at = line;

	if (begins_with_word(at, modifiers)) {
		at += strcspn(at, " \t\n");
		at += strspn(at, " \t");
	}
	while (isupper((unsigned char)*at) || *at == '_') {
		if (begins_with_word(at, flags)) {
			at += strcspn(at, " \t:?+=\n");
			at += strspn(at, " \t:?+");
			return *at == '=';
		}
		at++;
	}
	return false;
}

static bool is_defined(const struct arguments *arguments, const char *name, size_t size)
{
	for (int i = 0; i < arguments->count; i++) {
		const char *at = arguments->at[i];

		if (!strncmp(at, "-D", 2) && !strncmp(at + 2, name, size) &&
		    (!at[2 + size] || at[2 + size] == '='))
			return true;
	}
	return false;
}

/* Adds the macro at @word, NAME or NAME=VALUE: an empty string for one, nothing for a variable. */
static void add_macro(struct arguments *arguments, const char *word)
{
	static const char config[] = "HAVE_CONFIG_H";
	size_t size = 0, value = 0;

	while (isalnum((unsigned char)word[size]) || word[size] == '_')
		size++;
	if (!size || is_defined(arguments, word, size) ||
	    (size == strlen(config) && !strncmp(word, config, size)))
		return;
	if (word[size] == '=') {
		const char *at = word + size + 1;

		if (strchr("\\\"'", *at)) {
			arguments__add(arguments, xasprintf("-D%.*s=\"\"", (int)size, word));
			return;
		}
		while (isalnum((unsigned char)at[value]) || at[value] == '_')
			value++;
		value++;
	}
	if (!word[size + value] || strchr(" \t\n", word[size + value]))
		arguments__add(arguments, xasprintf("-D%.*s", (int)(size + value), word));
}

/* -D in assignments of a Makefile that no condition surrounds. */
static void add_macros(struct arguments *arguments, const struct build_file *file)
{
	static const char *const conditions[] = { "if", "ifeq", "ifneq", "ifdef", "ifndef", NULL };
	static const char *const ends[] = { "endif", NULL };
	bool flags = false;
	int depth = 0;

	for (const char *line = file->text, *end; *line; line = *end ? end + 1 : end) {
		end = line + strcspn(line, "\n");
		if (!flags) {
			depth += begins_with_word(line, conditions);
			depth -= begins_with_word(line, ends);
			flags = !depth && assigns_flags(line);
		}
		for (const char *at = line; flags && at < end; at++)
			if (!strncmp(at, "-D", 2) && at > line && strchr(" \t=", at[-1]))
				add_macro(arguments, at + 2);
		flags = flags && end > line && end[-1] == '\\';
	}
}

/* include_directories('a', "b") of meson, include_directories(a b) of cmake. */
static void add_calls(struct arguments *arguments, const struct build_file *file)
{
	static const char name[] = "include_directories(";

	for (const char *at = strstr(file->text, name); at; at = strstr(at + 1, name)) {
		const char *word = at + strlen(name);

		while (*word && *word != ')') {
			size_t size = strcspn(word, " \t\n\"',)");

			if (size)
				add_directory(arguments, file, word);
			word += size;
			word += strspn(word, " \t\n\"',");
		}
	}
}

/* --- pkg-config --- */

static void ask_pkg_config(struct arguments *arguments, const char *package)
{
	char *command = xasprintf("pkg-config --cflags-only-I '%s' 2>/dev/null", package);
	FILE *answer = popen(command, "r");
	char line[4096] = "";

	free(command);
	if (!answer)
		return;
	if (fgets(line, sizeof(line), answer))
		for (char *word = strtok(line, "\n "); word; word = strtok(NULL, "\n "))
			if (!strncmp(word, "-I", 2))
				arguments__add_include(arguments, word + 2, "");
	pclose(answer);
}

static void add_package(struct arguments *arguments, const char *name, size_t size)
{
	static struct map known;
	struct arguments **found;
	const char *package = names__copy_part(name, size);

	for (size_t i = 0; i < size; i++)
		if (!isalnum((unsigned char)name[i]) && !strchr("+-._", name[i]))
			return;
	if (!size || *name == '-')
		return;
	found = (struct arguments **)map__slot(&known, package);
	if (!*found) {
		*found = xcalloc(1, sizeof(**found));
		ask_pkg_config(*found, package);
	}
	for (int i = 0; i < (*found)->count; i++)
		arguments__add_include(arguments, (*found)->at[i] + 2, "");
}

/* The packages named behind @word: of those that follow it up to @end, words without options. */
static void add_packages(struct arguments *arguments, const struct build_file *file,
			 const char *word, const char *end)
{
	for (const char *at = strstr(file->text, word); at; at = strstr(at + 1, word)) {
		const char *name = at + strlen(word);

		while (*name && !strchr(end, *name)) {
			size_t size = strcspn(name, " \t\n\"',)[]`");

			add_package(arguments, name, size);
			name += size;
			if (*name && !strchr(end, *name))
				name++;
		}
	}
}

void hints__add(struct arguments *arguments, const char *dir, const char *top)
{
	static const char *const names[] = { "Makefile",    "makefile",	      "GNUmakefile",
					     "Makefile.am", "Makefile.in",    "Kbuild",
					     "meson.build", "CMakeLists.txt", "configure.ac" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char *path = xasprintf("%s/%s", dir, names[i]), *text = text__read(path);
		struct build_file file = { text, dir, top };

		free(path);
		if (!text)
			continue;
		add_options(arguments, &file);
		if (strchr("MmGK", *names[i]) && strcmp(names[i], "meson.build"))
			add_macros(arguments, &file);
		add_calls(arguments, &file);
		add_packages(arguments, &file, "pkg-config", "\n)`|;&");
		add_packages(arguments, &file, "PKG_CONFIG)", "\n)`|;&");
		add_packages(arguments, &file, "PKG_CHECK_MODULES(", "\n)");
		add_packages(arguments, &file, "dependency('", "')");
		free(text);
	}
}
