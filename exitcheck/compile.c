// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <libgen.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/xalloc.h"
#include "compile.h"
#include "database.h"
#include "hints.h"
#include "map.h"
#include "names.h"

#define LEVELS 16	  /* that a project is deep */
#define UNKNOWN_LEVELS 4 /* that are looked at where its top is not known */

static bool has(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);
	bool found = !access(path, F_OK);

	free(path);
	return found;
}

static bool is_kernel(const char *dir)
{
	return has(dir, "tools/lib/bpf/libbpf.h");
}

/* Returns whether projects often have @dir's files at their top, and below it too. */
static bool may_be_top(const char *dir)
{
	static const char *const files[] = {
		"configure.ac", "configure.in", "configure",   "meson.build", "CMakeLists.txt",
		"Makefile.am",	"Makefile",	"GNUmakefile", "autogen.sh",
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		if (has(dir, files[i]))
			return true;
	return false;
}

/* Directories of all projects: a stray Makefile there makes no top. */
static bool is_nobodys(const char *dir)
{
	static const char *const dirs[] = { "/", "/tmp", "/var/tmp", "/usr/src", "/home", "/root" };
	const char *home = getenv("HOME");

	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++)
		if (!strcmp(dir, dirs[i]))
			return true;
	return home && !strcmp(dir, home);
}

/* The directories from the file's up to the top of its project. */
struct levels {
	const char *dir[LEVELS];
	int count;
};

static struct levels levels_of(const char *dir)
{
	struct levels levels = {};
	int top = -1;

	while (levels.count < LEVELS && !is_nobodys(dir)) {
		levels.dir[levels.count++] = dir;
		if (may_be_top(dir))
			top = levels.count;
		if (has(dir, ".git") || is_kernel(dir)) {
			top = levels.count;
			break;
		}
		dir = dirname(xstrdup(dir));
	}
	if (top < 0)
		top = levels.count < UNKNOWN_LEVELS ? levels.count : UNKNOWN_LEVELS;
	levels.count = top;
	return levels;
}

/* Directories of headers below the top of a project, and of the tools of the kernel. */
static const char *const include_dirs[] = {
	"", "include", "src/include", "src", "lib", "lib/include",
};

static const char *const kernel_include_dirs[] = {
	"tools/testing/selftests/bpf",
	"tools/testing/selftests/bpf/libarena/include",
	"tools/testing/selftests",
	"tools/lib",
	"tools/include",
	"tools/arch/x86/include",
	"tools/include/uapi",
	"usr/include",
	"",
};

static void add_project(struct arguments *arguments, const char *dir)
{
	struct levels levels = levels_of(dir);
	const char *top = levels.count ? levels.dir[levels.count - 1] : dir;

	for (int i = 0; i < levels.count; i++) {
		if (is_kernel(levels.dir[i]))
			break;
		for (size_t j = 0; j < sizeof(include_dirs) / sizeof(*include_dirs); j++)
			arguments__add_include(arguments, levels.dir[i], include_dirs[j]);
	}
	if (is_kernel(top)) {
		for (size_t i = 0; i < sizeof(kernel_include_dirs) / sizeof(char *); i++)
			arguments__add_include(arguments, top, kernel_include_dirs[i]);
		return;
	}
	for (int i = 0; i < levels.count; i++)
		hints__add(arguments, levels.dir[i], top);
	if (has(top, "config.h"))
		arguments__add(arguments, "-DHAVE_CONFIG_H=1");
}

static struct arguments *arguments_in(const char *dir, const struct arguments *more)
{
	static const char *const always[] = {
		"-xc",
		"-std=gnu11",
		"-D_GNU_SOURCE",
		"-w",
		"-ferror-limit=0",
		"-fbracket-depth=1024",
		"-Wno-error=implicit-int",
		"-Wno-error=int-conversion",
		"-Wno-error=incompatible-function-pointer-types",
		"-fms-extensions",
		/* Clang's check of a format takes minutes for one of thousands of macros. */
		"-D__format__(...)=__unused__",
		"-fno-builtin-printf",
		"-fno-builtin-fprintf",
		"-fno-builtin-sprintf",
		"-fno-builtin-snprintf",
		"-fno-builtin-vprintf",
		"-fno-builtin-vfprintf",
		"-fno-builtin-vsprintf",
		"-fno-builtin-vsnprintf",
		"-fno-builtin-scanf",
		"-fno-builtin-fscanf",
		"-fno-builtin-sscanf",
		"-fno-builtin-vscanf",
		"-fno-builtin-vfscanf",
		"-fno-builtin-vsscanf",
	};
	struct arguments *arguments = xcalloc(1, sizeof(*arguments));

	for (size_t i = 0; i < sizeof(always) / sizeof(*always); i++)
		arguments__add(arguments, always[i]);
	arguments__add_all(arguments, more);
	add_project(arguments, dir);
	return arguments;
}

/* @first with what the database has for one file before the rest, which may be wrong for it. */
static struct arguments *with_database(const struct arguments *first, const struct arguments *more)
{
	struct arguments *both = xcalloc(1, sizeof(*both));
	int always = 0;

	while (always < first->count && strncmp(first->at[always], "-I", 2))
		arguments__add(both, first->at[always++]);
	arguments__add_all(both, more);
	/* Its macros are all that the build defines. */
	for (int i = always; i < first->count; i++)
		if (strncmp(first->at[i], "-D", 2))
			arguments__add(both, first->at[i]);
	return both;
}

const struct arguments *compile__arguments(const char *path, const struct arguments *more)
{
	static struct map by_directory, by_file;
	char *real = realpath(path, NULL);
	const char *dir = names__copy(real ? dirname(xstrdup(real)) : ".");
	struct arguments **arguments = (struct arguments **)map__slot(&by_directory, dir);
	const struct arguments *database = real ? database__arguments(real) : NULL;
	struct arguments *guessed;

	if (!*arguments)
		*arguments = arguments_in(dir, more);
	guessed = *arguments;
	if (database) {
		arguments = (struct arguments **)map__slot(&by_file, names__copy(real));
		if (!*arguments)
			*arguments = with_database(guessed, database);
		guessed = *arguments;
	}
	free(real);
	return guessed;
}
