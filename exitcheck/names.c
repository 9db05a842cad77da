// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <limits.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "names.h"

static struct root {
	const char *real, *shown;
	size_t length; /* of real */
} *roots;
static size_t root_count;

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

const char *names__copy(const char *text)
{
	static void *strings;
	const char **found = tfind(text, &strings, compare);

	if (!found)
		found = tsearch(xstrdup(text), &strings, compare);
	return *found;
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

static const char *shown_path(const char *given)
{
	char *real = realpath(given, NULL), *shown = NULL;

	if (!real)
		return given;
	for (size_t i = 0; i < root_count && !shown; i++) {
		const struct root *root = &roots[i];

		if (strncmp(real, root->real, root->length))
			continue;
		if (!real[root->length])
			shown = xstrdup(root->shown);
		else if (real[root->length] == '/')
			shown = xasprintf("%s%s", root->shown, real + root->length);
	}
	return names__copy(shown ?: real);
}

const char *names__path(CXFile file)
{
	/* Asked for every node: the last answer is nearly always the next one. */
	static const char *given, *shown;
	const char *name = names__intern(clang_getFileName(file));

	if (name != given) {
		given = name;
		shown = shown_path(name);
	}
	return shown;
}
