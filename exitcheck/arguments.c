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

/* Directories that stand in for the headers that another system lacks. */
static bool is_for_others(const char *directory)
{
	static const char *const names[] = { "mingw", "mingw32", "win32", "windows", "nonunix",
					     "msvc",  "msdos",	 "vms",	  "os2" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(strrchr(directory, '/') + 1, names[i]))
			return true;
	return false;
}

void arguments__add_include(struct arguments *arguments, const char *directory, const char *name)
{
	char *path = xasprintf("%s%s%s", directory, *name ? "/" : "", name), *real, *option;
	struct stat st;

	real = realpath(path, NULL);
	free(path);
	if (!real || stat(real, &st) || !S_ISDIR(st.st_mode) || is_for_others(real))
		return;
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
