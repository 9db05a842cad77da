// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <ctype.h>
#include <json-c/json.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/xalloc.h"
#include "database.h"
#include "map.h"
#include "names.h"

struct database {
	const char *path, *why_broken;
	struct map files; /* from real paths to arguments */
	struct database *next;
};

static struct database *databases;

/* Splits @command as a shell does, but for variables. */
static struct arguments split(const char *command)
{
	struct arguments words = {};
	char *word = xcalloc(1, strlen(command) + 1), quote = 0;
	size_t size = 0;
	bool is_word = false;

	for (const char *at = command;; at++) {
		if (!*at || (!quote && isspace((unsigned char)*at))) {
			if (is_word)
				arguments__add(&words, names__copy_part(word, size));
			size = 0;
			is_word = false;
			if (!*at)
				break;
			continue;
		}
		is_word = true;
		if (*at == quote)
			quote = 0;
		else if (!quote && (*at == '"' || *at == '\''))
			quote = *at;
		else if (*at == '\\' && quote != '\'' && at[1])
			word[size++] = *++at;
		else
			word[size++] = *at;
	}
	free(word);
	return words;
}

static struct arguments words_of(struct json_object *entry)
{
	struct json_object *array = json_object_object_get(entry, "arguments");
	struct json_object *command = json_object_object_get(entry, "command");
	struct arguments words = {};

	if (!json_object_is_type(array, json_type_array))
		return command ? split(json_object_get_string(command)) : words;
	for (size_t i = 0; i < json_object_array_length(array); i++) {
		struct json_object *word = json_object_array_get_idx(array, i);

		arguments__add(&words, names__copy(json_object_get_string(word) ?: ""));
	}
	return words;
}

static const char *absolute(const char *directory, const char *path)
{
	return *path == '/' ? path : xasprintf("%s/%s", directory, path);
}

/* Adds the options of the preprocessor among @words; the rest may be another compiler's. */
static void add_kept(struct arguments *arguments, const struct arguments *words,
		     const char *directory)
{
	static const struct {
		const char *option;
		bool has_path, is_whole;
	} kept[] = {
		{ "-isystem", true, false },   { "-iquote", true, false },
		{ "-idirafter", true, false }, { "-include", true, false },
		{ "-imacros", true, false },   { "-I", true, false },
		{ "-D", false, false },	       { "-U", false, false },
		{ "-std=", false, true },
	};

	for (int i = 1; i < words->count; i++) {
		for (size_t j = 0; j < sizeof(kept) / sizeof(*kept); j++) {
			size_t size = strlen(kept[j].option);
			const char *value = words->at[i] + size;

			if (strncmp(words->at[i], kept[j].option, size))
				continue;
			if (!kept[j].is_whole && !*value)
				value = ++i < words->count ? words->at[i] : "";
			if (kept[j].has_path)
				value = absolute(directory, value);
			if (!strcmp(kept[j].option, "-include") ||
			    !strcmp(kept[j].option, "-imacros")) {
				arguments__add(arguments, kept[j].option);
				arguments__add(arguments, value);
			} else {
				arguments__add(arguments, xasprintf("%s%s", kept[j].option, value));
			}
			break;
		}
	}
}

static void add_entry(struct database *database, struct json_object *entry)
{
	const char *file = json_object_get_string(json_object_object_get(entry, "file"));
	const char *directory = json_object_get_string(json_object_object_get(entry, "directory"));
	struct arguments words = words_of(entry), *arguments;
	char *real;
	void **slot;

	if (!file)
		return;
	directory = names__copy(directory ?: ".");
	real = realpath(absolute(directory, file), NULL);
	if (!real)
		return;
	slot = map__slot(&database->files, names__copy(real));
	free(real);
	if (*slot)
		return;
	arguments = xcalloc(1, sizeof(*arguments));
	add_kept(arguments, &words, directory);
	*slot = arguments;
}

static struct database *load(const char *path)
{
	struct database *database;
	struct json_object *entries;

	for (database = databases; database; database = database->next)
		if (!strcmp(database->path, path))
			return database;
	database = xcalloc(1, sizeof(*database));
	database->path = path;
	database->next = databases;
	databases = database;
	entries = json_object_from_file(path);
	if (!json_object_is_type(entries, json_type_array)) {
		database->why_broken = "is not a compilation database: make it anew, or remove it";
		return database;
	}
	for (size_t i = 0; i < json_object_array_length(entries); i++)
		add_entry(database, json_object_array_get_idx(entries, i));
	json_object_put(entries);
	return database;
}

/* The database for the files in @dir, NULL if there is none. */
static struct database *find(const char *dir)
{
	static const char *const names[] = { "compile_commands.json",
					     "build/compile_commands.json" };
	static struct map known;
	void **slot = map__slot(&known, dir);
	struct database *found = NULL;

	if (*slot)
		return *slot == &known ? NULL : *slot;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names) && !found; i++) {
		char *path = xasprintf("%s/%s", dir, names[i]);

		if (!access(path, F_OK))
			found = load(names__copy(path));
		free(path);
	}
	if (!found && strcmp(dir, "/")) {
		char *copy = xstrdup(dir);

		found = find(names__copy(dirname(copy)));
		free(copy);
	}
	*map__slot(&known, dir) = found ? (void *)found : &known;
	return found;
}

const struct arguments *database__arguments(const char *real)
{
	char *copy = xstrdup(real);
	struct database *database = find(names__copy(dirname(copy)));

	free(copy);
	return database ? map__get(&database->files, names__copy(real)) : NULL;
}

void database__each_broken(void (*visit)(void *data, const char *path, const char *why), void *data)
{
	for (struct database *at = databases; at; at = at->next)
		if (at->why_broken)
			visit(data, at->path, at->why_broken);
}
