// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
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

unsigned int index__new_visit(void)
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
	headers__each(file, arguments, index__new_visit(), visit_to_read, NULL);
	for (; *arguments; arguments++)
		if (!strncmp(*arguments, "-D", 2) && (*arguments)[2])
			add_macro(*arguments + 2);
}

/* --- what is reached --- */

/* A file that others include may define functions for all. */
static bool is_callable(const struct definition *definition)
{
	return !definition->is_macro && !definition->is_static;
}

struct visit {
	void (*to)(struct visit *visit, const struct definition *definition);
	int bits; /* that have been found; -1: no definition was */
	void (*to_file)(void *data, const struct scanned_file *file);
	void *data;
};

/* Visits those definitions that other files can call. @pasted: @word is a part of their names. */
static bool visit_callable(const struct word *word, bool pasted, struct visit *visit)
{
	bool found = false;

	for (const struct definition *at = word->definitions; at; at = at->next) {
		if (!is_callable(at) || at->pastes != pasted)
			continue;
		visit->to(visit, at);
		found = true;
	}
	return found;
}

/* A macro may make test_word() of "MACRO(word) {": tries the name's ends as the word. */
static void visit_pasted(const char *name, struct visit *visit)
{
	for (const char *at = strchr(name, '_'); at; at = strchr(at + 1, '_')) {
		visit_callable(scan__word(names__copy(at + 1)), true, visit);
		visit_callable(scan__word(names__copy_part(name, at - name)), true, visit);
	}
}

/* Visits the definitions of function @name that other files can call. */
static void each_callable(const char *name, struct visit *visit)
{
	const struct word *word = scan__word(names__copy(name));
	bool found = visit_callable(word, false, visit);

	for (size_t i = 0; i < word->alias_count; i++)
		found |= visit_callable(word->aliases[i], false, visit);
	if (!found)
		visit_pasted(name, visit);
}

/* All bits of what @word can mean in @file. */
static int reaches_of(const struct word *word, const struct scanned_file *file)
{
	int bits = word->reaches, here = 0, header = 0, elsewhere = 0;
	bool is_here = false, is_in_header = false;

	if (word->is_harmless)
		return 0;
	for (const struct definition *at = word->definitions; at; at = at->next) {
		if (at->file == file && (at->is_macro || !at->pastes)) {
			is_here = true;
			here |= at->reaches;
		} else if (at->file->is_header) {
			is_in_header = true;
			header |= at->reaches;
		} else if (is_callable(at) && !at->pastes) {
			elsewhere |= at->reaches & ~REACHES_CHILD;
		}
	}
	if (word->is_wrapper)
		elsewhere |= REACHES_FORK | REACHES_CHILD;
	return bits | (is_here ? here : is_in_header ? header : elsewhere);
}

/* "#define name other": a function of one of these names may be called by the other. */
static void add_alias(const struct definition *macro)
{
	struct word *other = macro->is_macro && macro->count == 1 ? macro->mentions[0] : NULL;

	if (!other || other == macro->word)
		return;
	other->aliases = xgrow(other->aliases, other->alias_count, sizeof(*other->aliases));
	other->aliases[other->alias_count++] = macro->word;
}

/* "MACRO(name)" outside of functions makes a function of this name; its body may be behind it. */
static void follow_making(struct scanned_file *file, const struct making *making)
{
	const struct definition *macro = making->macro->definitions;
	struct definition *made;
	struct word *name;

	while (macro && (!macro->makes || macro->has_body == !!making->body))
		macro = macro->next;
	name = macro ? making->arguments[macro->makes - 1] : NULL;
	if (!name)
		return;
	made = scan__add_definition(file, name);
	made->pastes = macro->pastes;
	made->is_static = making->is_static;
	made->made_of = making->body;
	if (!making->body)
		scan__add_mention(made, making->macro);
}

/* Follows the macros that name or make functions, in files that were not there the last time. */
static void follow_macros(void)
{
	static size_t done;

	for (; done < all_count; done++) {
		struct scanned_file *file = all[done];

		for (size_t i = 0; i < file->definition_count; i++)
			add_alias(file->definitions[i]);
		for (size_t i = 0; i < file->making_count; i++)
			follow_making(file, &file->makings[i]);
	}
}

void index__settle(void)
{
	bool changed = true;

	follow_macros();
	while (changed) {
		changed = false;
		for (size_t i = 0; i < all_count; i++) {
			for (size_t j = 0; j < all[i]->definition_count; j++) {
				struct definition *at = all[i]->definitions[j];
				int bits = at->reaches;

				if (at->made_of)
					bits |= at->made_of->reaches;
				for (size_t k = 0; k < at->count; k++)
					bits |= reaches_of(at->mentions[k], all[i]);
				changed |= bits != at->reaches;
				at->reaches = bits;
			}
		}
	}
}

static void add_bits(struct visit *visit, const struct definition *definition)
{
	visit->bits = (visit->bits < 0 ? 0 : visit->bits) | definition->reaches;
}

int index__reaches(const char *name)
{
	struct visit visit = { .to = add_bits, .bits = -1 };

	if (!scan__word(names__copy(name))->is_harmless)
		each_callable(name, &visit);
	return visit.bits;
}

/* Returns whether @at is valid in the file @path: it is there, or in a header. */
static bool is_valid_in(const struct definition *at, const char *path)
{
	return at->file->is_header || at->file->shown == path;
}

int index__macro_reaches(const char *name, const char *path, bool is_call)
{
	const struct word *word = scan__word(names__copy(name));
	int some = 0, all_of_them = ~0;

	for (const struct definition *at = word->definitions; at; at = at->next) {
		if (at->is_macro && is_valid_in(at, path) && (is_call || !at->has_parameters)) {
			some |= at->reaches;
			all_of_them &= at->reaches;
		}
	}
	return some & (all_of_them | REACHES_FORK | REACHES_CHILD);
}

int index__static_reaches(const char *name, const char *path)
{
	const struct word *word = scan__word(names__copy(name));
	int bits = 0;

	for (const struct definition *at = word->definitions; at; at = at->next)
		if (at->is_static && is_valid_in(at, path))
			bits |= at->reaches;
	return bits;
}

bool index__is_callback(const struct word *word, const struct scanned_file *file)
{
	if (word->is_called)
		return false;
	for (const struct definition *at = word->definitions; at; at = at->next)
		if ((!file || at->file == file) && !at->is_macro && at->reaches & REACHES_EXIT)
			return true;
	return false;
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

static void visit_files(struct visit *visit, const struct definition *definition)
{
	if (!definition->file->is_header) {
		visit->to_file(visit->data, definition->file);
		return;
	}
	for (size_t i = 0; i < all_count; i++)
		if (includes(all[i], definition->file))
			visit->to_file(visit->data, all[i]);
}

void index__each_definition(const char *name,
			    void (*visit)(void *data, const struct scanned_file *file), void *data)
{
	struct visit each = { .to = visit_files, .to_file = visit, .data = data };

	each_callable(name, &each);
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
