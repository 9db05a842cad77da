// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "map.h"
#include "names.h"

static struct root {
	const char *real, *shown;
	size_t length; /* of real */
} *roots;
static size_t root_count;

/* Strings by their hash; NULL: empty. A power of two. */
static const char **strings;
static size_t string_room, string_count;

static size_t hash_of(const char *text, size_t size)
{
	size_t hash = 14695981039346656037UL; /* FNV-1a */

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ (unsigned char)text[i]) * 1099511628211UL;
	return hash ^ hash >> 32;
}

static const char **slot_of(const char *text, size_t size)
{
	for (size_t at = hash_of(text, size);; at++) {
		const char **slot = &strings[at & (string_room - 1)];

		if (!*slot || (!strncmp(*slot, text, size) && !(*slot)[size]))
			return slot;
	}
}

static void make_room(void)
{
	const char **old = strings;
	size_t old_room = string_room;

	string_room = old_room ? 2 * old_room : 4096;
	strings = xcalloc(string_room, sizeof(*strings));
	for (size_t i = 0; i < old_room; i++)
		if (old[i])
			*slot_of(old[i], strlen(old[i])) = old[i];
	free(old);
}

const char *names__copy_part(const char *text, size_t size)
{
	const char **slot;

	if (2 * string_count >= string_room)
		make_room();
	slot = slot_of(text, size);
	if (!*slot) {
		*slot = xstrndup(text, size);
		string_count++;
	}
	return *slot;
}

const char *names__copy(const char *text)
{
	return names__copy_part(text, strlen(text));
}

const char *names__intern(CXString string)
{
	const char *text = clang_getCString(string), *copy = names__copy(text ?: "");

	clang_disposeString(string);
	return copy;
}

void names__add_root(const char *real, const char *shown)
{
	roots = xrealloc(roots, root_count + 1, sizeof(*roots));
	roots[root_count++] = (struct root){ real, shown, strlen(real) };
}

/* The first root that @real is or is below, or NULL. */
static const struct root *root_of(const char *real)
{
	for (size_t i = 0; i < root_count; i++) {
		const struct root *root = &roots[i];

		if (!strncmp(real, root->real, root->length) &&
		    (!real[root->length] || real[root->length] == '/'))
			return root;
	}
	return NULL;
}

static const char *shown_path(const char *given)
{
	char *real = realpath(given, NULL), *shown;
	const struct root *root;
	const char *name;

	if (!real)
		return given;
	root = root_of(real);
	shown = root ? xasprintf("%s%s", root->shown, real + root->length) : xstrdup(real);
	name = names__copy(shown);
	free(shown);
	free(real);
	return name;
}

bool names__is_below_root(const char *path)
{
	char *real = realpath(path, NULL);
	bool result = real && root_of(real);

	free(real);
	return result;
}

const char *names__shown(const char *path)
{
	static struct map known;
	const char *given = names__copy(path), *shown = map__get(&known, given);

	if (!shown) {
		shown = shown_path(given);
		*map__slot(&known, given) = (void *)shown;
	}
	return shown;
}

const char *names__path(CXFile file)
{
	/* Asked for every node: the last answer is nearly always the next one. */
	static const char *given, *shown;
	const char *name = names__intern(clang_getFileName(file));

	if (name != given) {
		given = name;
		shown = names__shown(name);
	}
	return shown;
}

bool name_list__has(const struct name_list *list, const char *name)
{
	for (int i = 0; i < list->count; i++)
		if (list->at[i] == name)
			return true;
	return false;
}

void name_list__add_all(struct name_list *list, const struct name_list *more)
{
	for (int i = 0; i < more->count; i++)
		name_list__add(list, more->at[i]);
}

void name_list__add(struct name_list *list, const char *name)
{
	if (name_list__has(list, name))
		return;
	list->at = xgrow(list->at, list->count, sizeof(*list->at));
	list->at[list->count++] = name;
}
