// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/xalloc.h"
#include "calls.h"
#include "headers.h"
#include "index.h"
#include "map.h"
#include "names.h"

static struct scanned_file **all;
static size_t all_count;

static unsigned int new_visit(void)
{
	static unsigned int visit;

	return ++visit;
}

static void add(struct scanned_file *file)
{
	file->shown = names__shown(file->path);
	all = xgrow(all, all_count, sizeof(*all));
	all[all_count++] = file;
}

static struct scanned_file *new_file(const char *path)
{
	struct scanned_file *file = xcalloc(1, sizeof(*file));

	file->path = path;
	scan__read(file);
	if (file->is_there)
		add(file);
	return file;
}

/* One file has one name, the first that it was found by. */
struct scanned_file *index__add(const char *path)
{
	static struct map by_name, by_real_path;
	const char *name = names__copy(path);
	void **by_given = map__slot(&by_name, name), **by_real;
	struct scanned_file *known = *by_given;
	char *real;

	if (known)
		return known;
	real = access(path, F_OK) ? NULL : realpath(path, NULL);
	if (!real) {
		*by_given = new_file(name);
		return *by_given;
	}
	by_real = map__slot(&by_real_path, names__copy(real));
	free(real);
	if (!*by_real)
		*by_real = new_file(name);
	*by_given = *by_real;
	return *by_given;
}

/* --- headers --- */

/* The C file that says what the functions of @header do is often its neighbour. */
static void add_neighbour(const struct scanned_file *header)
{
	size_t size = strlen(header->path);
	char *path;

	if (size < 2 || strcmp(header->path + size - 2, ".h"))
		return;
	path = xasprintf("%.*s.c", (int)size - 2, header->path);
	if (!access(path, R_OK))
		index__add(path);
	free(path);
}

static void visit_to_read(void *data, struct scanned_file *header, const struct include *include)
{
	(void)data;
	(void)include;
	if (header)
		add_neighbour(header);
}

/* Reads a macro of the command line as if a header had it. */
static void add_macro(const char *argument)
{
	static struct map known;
	void **macro = map__slot(&known, names__copy(argument));
	const char *value = strchr(argument, '=');
	struct scanned_file *file;
	char *text;

	if (*macro)
		return;
	text = xasprintf("#define %.*s %s\n", (int)(value ? value - argument : INT_MAX), argument,
			 value ? value + 1 : "1");
	file = xcalloc(1, sizeof(*file));
	file->path = "command line";
	file->is_header = true;
	scan__text(file, text);
	add(file);
	free(text);
	*macro = file;
}

void index__add_headers(struct scanned_file *file, const char *const *arguments)
{
	headers__each(file, arguments, new_visit(), visit_to_read, NULL);
	for (; *arguments; arguments++)
		if (!strncmp(*arguments, "-D", 2) && (*arguments)[2])
			add_macro(*arguments + 2);
}

struct parts {
	struct scanned_file **at;
	size_t count;
};

/* Adds a file that @include brings into another, and that is no header. */
static void visit_part(void *data, struct scanned_file *header, const struct include *include)
{
	size_t size = strlen(include->name);
	struct parts *parts = data;

	if (!header || (size > 1 && !strcmp(include->name + size - 2, ".h")))
		return;
	parts->at = xgrow(parts->at, parts->count, sizeof(*parts->at));
	parts->at[parts->count++] = header;
}

/* --- what is reached --- */

/* A file that others include may define functions for all. */
static bool is_callable(const struct definition *definition)
{
	return !definition->is_macro && !definition->is_static;
}

/* The next definition behind @at of function @word, which other files can call; first with NULL. */
static const struct definition *next_callable(const struct word *word, const struct definition *at,
					      size_t *alias)
{
	if (!at) {
		at = word->definitions;
		*alias = 0;
	} else {
		at = at->next;
	}
	while (!at || !is_callable(at)) {
		if (at)
			at = at->next;
		else if (*alias < word->alias_count)
			at = word->aliases[(*alias)++]->definitions;
		else
			return NULL;
	}
	return at;
}

/* All bits of what @word can mean in @file. */
static int reaches_of(const struct word *word, const struct scanned_file *file)
{
	int bits = word->reaches, here = 0, header = 0, elsewhere = 0;
	bool is_here = false, is_in_header = false;

	if (word->is_harmless)
		return 0;
	for (const struct definition *at = word->definitions; at; at = at->next) {
		if (at->file == file) {
			is_here = true;
			here |= at->reaches;
		} else if (at->file->is_header) {
			is_in_header = true;
			header |= at->reaches;
		} else if (is_callable(at)) {
			elsewhere |= at->reaches & ~REACHES_CHILD;
		}
	}
	if (word->is_wrapper)
		elsewhere |= REACHES_FORK | REACHES_CHILD;
	return bits | (is_here ? here : is_in_header ? header : elsewhere);
}

/* Notes macros that stand for one other name, in files that were not there the last time. */
static void find_aliases(void)
{
	static size_t done;

	for (; done < all_count; done++) {
		for (size_t i = 0; i < all[done]->definition_count; i++) {
			struct definition *macro = all[done]->definitions[i];
			struct word *name;

			if (!macro->is_macro || macro->count != 1 ||
			    macro->mentions[0] == macro->word)
				continue;
			name = macro->mentions[0];
			name->aliases =
				xgrow(name->aliases, name->alias_count, sizeof(*name->aliases));
			name->aliases[name->alias_count++] = macro->word;
		}
	}
}

void index__settle(void)
{
	bool changed = true;

	find_aliases();
	while (changed) {
		changed = false;
		for (size_t i = 0; i < all_count; i++) {
			for (size_t j = 0; j < all[i]->definition_count; j++) {
				struct definition *at = all[i]->definitions[j];
				int bits = at->reaches;

				for (size_t k = 0; k < at->count; k++)
					bits |= reaches_of(at->mentions[k], all[i]);
				changed |= bits != at->reaches;
				at->reaches = bits;
			}
		}
	}
}

int index__reaches(const char *name)
{
	const struct word *word = scan__word(names__copy(name));
	const struct definition *at = NULL;
	int bits = -1;
	size_t alias;

	if (word->is_harmless)
		return -1;
	while ((at = next_callable(word, at, &alias)))
		bits = (bits < 0 ? 0 : bits) | at->reaches;
	return bits;
}

int index__macro_reaches(const char *name, const char *path)
{
	const struct word *word = scan__word(names__copy(name));
	int some = 0, all_of_them = ~0;

	for (const struct definition *at = word->definitions; at; at = at->next) {
		if (at->is_macro && (at->file->is_header || at->file->shown == path)) {
			some |= at->reaches;
			all_of_them &= at->reaches;
		}
	}
	return some & (all_of_them | REACHES_FORK | REACHES_CHILD);
}

int index__reach_of(const char *name)
{
	int defined = index__reaches(name);

	return defined < 0 || calls__is_fixed(name) ? calls__reach(name) : defined;
}

static bool includes(const struct scanned_file *file, const struct scanned_file *header)
{
	for (size_t i = 0; i < file->include_count; i++)
		if (file->includes[i].found == header)
			return true;
	return false;
}

void index__each_definition(const char *name,
			    void (*visit)(void *data, const struct scanned_file *file), void *data)
{
	const struct word *word = scan__word(names__copy(name));
	const struct definition *at = NULL;
	size_t alias;

	while ((at = next_callable(word, at, &alias))) {
		if (!at->file->is_header) {
			visit(data, at->file);
			continue;
		}
		for (size_t i = 0; i < all_count; i++)
			if (includes(all[i], at->file))
				visit(data, all[i]);
	}
}

static bool mentions(const struct scanned_file *file, const struct word *word)
{
	for (size_t i = 0; i < file->definition_count; i++)
		for (size_t j = 0; j < file->definitions[i]->count; j++)
			if (file->definitions[i]->mentions[j] == word)
				return true;
	return false;
}

bool index__has_callers(const char *name, const char *path)
{
	const struct word *word = scan__word(names__copy(name));
	const char *shown = names__copy(path);

	for (size_t i = 0; i < all_count; i++) {
		bool is_its_own = all[i]->shown == shown;

		for (const struct definition *at = word->definitions; at; at = at->next)
			is_its_own |= at->file == all[i];
		if (!is_its_own && mentions(all[i], word))
			return true;
	}
	return false;
}

bool index__add_fork(const char *name)
{
	struct word *word = scan__word(names__copy(name));
	bool is_new = !word->is_wrapper;

	word->is_wrapper = true;
	return is_new;
}

/* --- which files are concerned --- */

struct concern {
	unsigned int number; /* that the headers of the file have */
	bool forks, exits;
	bool has_unknown; /* macro or function that a header that is missing may be about */
};

/* Returns whether @word looks like a macro with arguments, and is not one of the C library's. */
static bool is_unknown_macro(const struct word *word)
{
	static const char *const prefixes[] = { "W",	"S_IS", "FD_",	"CPU_",	 "CMSG_",
						"IN6_", "INT",	"UINT", "_IO",	 "MAX",
						"MIN",	"__",	"RTA_", "NLMSG_" };

	if (word->definitions || !word->is_called || strlen(word->name) < 3)
		return false;
	for (const char *at = word->name; *at; at++)
		if (islower((unsigned char)*at))
			return false;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
		if (!strncmp(word->name, prefixes[i], strlen(prefixes[i])))
			return false;
	return true;
}

/*
 * Returns whether @word is a function that nobody defines, and is asked for zero, as fork() is. It
 * may be one that a header declares which is missing, and fork.
 */
static bool is_unknown_function(const struct word *word)
{
	return word->is_compared && !word->definitions && !word->is_harmless && !word->reaches &&
	       calls__rule(word->name)->effect == EFFECT_UNKNOWN &&
	       !calls__is_of_c_library(word->name);
}

static bool is_defined_in(const struct word *word, const struct scanned_file *file)
{
	for (const struct definition *at = word->definitions; at; at = at->next)
		if (at->file == file)
			return true;
	return false;
}

static void look_at(struct concern *concern, struct definition *definition)
{
	static const char *status;

	status = status ?: names__copy("WEXITSTATUS");
	if (definition->visit == concern->number)
		return;
	definition->visit = concern->number;
	for (size_t i = 0; i < definition->count && !concern->forks; i++) {
		const struct word *word = definition->mentions[i];

		if (word->reaches & REACHES_FORK || word->name == status ||
		    (word->is_wrapper && !is_defined_in(word, definition->file)))
			concern->forks = true;
		concern->exits |= word->reaches & REACHES_EXIT;
		concern->has_unknown |= is_unknown_macro(word) || is_unknown_function(word);
		for (struct definition *at = word->definitions; at; at = at->next)
			if (at->file->visit == concern->number)
				look_at(concern, at);
	}
}

static void look_at_all(struct concern *concern, const struct scanned_file *file)
{
	for (size_t i = 0; i < file->definition_count; i++)
		look_at(concern, file->definitions[i]);
}

static bool defines_fork(const char *const *arguments)
{
	for (; *arguments; arguments++)
		if (!strncmp(*arguments, "-D", 2) &&
		    (strstr(*arguments, "fork") || strstr(*arguments, "clone")))
			return true;
	return false;
}

bool index__is_concerned(struct scanned_file *file, const char *const *arguments, bool *certain)
{
	struct concern concern = { .number = new_visit() };
	struct parts parts = {};

	headers__each(file, arguments, concern.number, visit_part, &parts);
	look_at_all(&concern, file);
	for (size_t i = 0; i < parts.count; i++)
		look_at_all(&concern, parts.at[i]);
	free(parts.at);
	*certain = concern.forks || !file->is_there || defines_fork(arguments);
	return *certain ||
	       (concern.exits && concern.has_unknown && headers__misses(file, arguments, 1));
}
