// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "calls.h"
#include "concern.h"
#include "headers.h"
#include "index.h"
#include "names.h"

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

static bool is_unknown_function(const struct word *word)
{
	return word->is_called && !word->definitions && !word->is_harmless && !word->reaches &&
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

/*
 * Returns whether a header that is missing may say that @definition forks: by a macro; by a
 * function that nobody defines, and that is asked for zero, as fork() is, or gets a callback.
 */
static bool may_fork(const struct definition *definition)
{
	bool calls_unknown = false, has_callback = false;

	for (size_t i = 0; i < definition->count; i++) {
		const struct word *word = definition->mentions[i];
		bool is_unknown = is_unknown_function(word);

		if (is_unknown_macro(word) || (is_unknown && word->is_compared))
			return true;
		calls_unknown |= is_unknown;
		has_callback |= index__is_callback(word, definition->file);
	}
	return calls_unknown && has_callback;
}

static void look_at(struct concern *concern, struct definition *definition)
{
	static const char *status;

	status = status ?: names__copy("WEXITSTATUS");
	if (definition->visit == concern->number)
		return;
	definition->visit = concern->number;
	if (definition->made_of)
		look_at(concern, definition->made_of);
	concern->has_unknown = concern->has_unknown || may_fork(definition);
	for (size_t i = 0; i < definition->count && !concern->forks; i++) {
		const struct word *word = definition->mentions[i];

		if (word->reaches & REACHES_FORK || word->name == status ||
		    (word->is_wrapper && !is_defined_in(word, definition->file)))
			concern->forks = true;
		concern->exits |= word->reaches & REACHES_EXIT;
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

/* Many files that are included are but a table of a program's functions: such calls nothing. */
static void look_at_functions(struct concern *concern, const struct scanned_file *file)
{
	for (size_t i = 0; i < file->definition_count; i++)
		if (file->definitions[i]->word)
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

bool concern__of(struct scanned_file *file, const char *const *arguments, bool *certain)
{
	struct concern concern = { .number = index__new_visit() };
	struct parts parts = {};

	headers__each(file, arguments, concern.number, visit_part, &parts);
	look_at_all(&concern, file);
	for (size_t i = 0; i < parts.count; i++)
		look_at_functions(&concern, parts.at[i]);
	free(parts.at);
	*certain = concern.forks || !file->is_there || defines_fork(arguments);
	return *certain ||
	       (concern.exits && concern.has_unknown && headers__misses(file, arguments, 1));
}
