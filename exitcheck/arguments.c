// SPDX-License-Identifier: GPL-2.0
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../lib/xalloc.h"
#include "arguments.h"

void arguments__add(struct arguments *arguments, const char *argument)
{
	arguments->at = xrealloc(arguments->at, arguments->count + 2, sizeof(*arguments->at));
	arguments->at[arguments->count++] = argument;
	arguments->at[arguments->count] = NULL;
}

void arguments__add_all(struct arguments *arguments, const struct arguments *more)
{
	for (int i = 0; i < more->count; i++)
		arguments__add(arguments, more->at[i]);
}

/* Returns whether @path names a directory that stands in for headers that another system lacks. */
static bool is_for_others(const char *path)
{
	static const char *const names[] = { "mingw", "mingw32", "win32", "windows", "nonunix",
					     "msvc",  "msdos",	 "vms",	  "os2" };

	while (*path) {
		size_t size = strcspn(path, "/");

		for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
			if (strlen(names[i]) == size && !strncmp(path, names[i], size))
				return true;
		path += size;
		path += strspn(path, "/");
	}
	return false;
}

void arguments__add_include(struct arguments *arguments, const char *directory, const char *name)
{
	char *path = xasprintf("%s%s%s", directory, *name ? "/" : "", name), *real, *option;
	struct stat st;

	real = realpath(path, NULL);
	free(path);
	if (!real || stat(real, &st) || !S_ISDIR(st.st_mode) || is_for_others(name) ||
	    is_for_others(strrchr(real, '/'))) {
		free(real);
		return;
	}
	option = xasprintf("-I%s", real);
	free(real);
	for (int i = 0; i < arguments->count; i++) {
		if (!strcmp(arguments->at[i], option)) {
			free(option);
			return;
		}
	}
	arguments__add(arguments, option);
}
