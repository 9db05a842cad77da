// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <clang-c/CXCompilationDatabase.h>
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/xalloc.h"
#include "compile.h"
#include "names.h"

void arguments__add(struct arguments *arguments, const char *argument)
{
	arguments->at = xrealloc(arguments->at, arguments->count + 2, sizeof(*arguments->at));
	arguments->at[arguments->count++] = argument;
	arguments->at[arguments->count] = NULL;
}

static bool has(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);
	bool found = !access(path, F_OK);

	free(path);
	return found;
}

static void add_include(struct arguments *arguments, const char *dir, const char *name)
{
	if (has(dir, name))
		arguments__add(arguments, xasprintf("-I%s/%s", dir, name));
}

/* Where projects keep headers, and the kernel those of its tools, below their top. */
static const char *const include_dirs[] = {
	"include", "src/include", "src", "lib", "lib/include",
};

static const char *const kernel_include_dirs[] = {
	"tools/testing/selftests/bpf", "tools/testing/selftests", "tools/lib",	 "tools/include",
	"tools/arch/x86/include",      "tools/include/uapi",	  "usr/include", ".",
};

/* From the file's directory up to the project's top, or the fourth directory. */
#define LEVELS 4
#define KERNEL_LEVELS 12

static bool is_kernel(const char *dir)
{
	return has(dir, "tools/lib/bpf/libbpf.h") && has(dir, "Kconfig");
}

static void add_kernel(struct arguments *arguments, const char *dir)
{
	for (size_t i = 0; i < sizeof(kernel_include_dirs) / sizeof(*kernel_include_dirs); i++)
		add_include(arguments, dir, kernel_include_dirs[i]);
}

struct arguments compile__arguments(const char *path, const char *const *more)
{
	static const char *const always[] = {
		"-xc",
		"-std=gnu11",
		"-D_GNU_SOURCE",
		"-w",
		"-ferror-limit=0",
		"-Wno-error=implicit-function-declaration",
		"-Wno-error=implicit-int",
		"-Wno-error=int-conversion",
		"-Wno-error=incompatible-function-pointer-types",
		"-fms-extensions",
	};
	struct arguments arguments = {};
	char *real = realpath(path, NULL), *dir = real;
	bool top = false;

	for (size_t i = 0; i < sizeof(always) / sizeof(*always); i++)
		arguments__add(&arguments, always[i]);
	for (int level = 0; dir && level < KERNEL_LEVELS; level++) {
		dir = xstrdup(dirname(dir));
		if (!strcmp(dir, "/"))
			break;
		if (is_kernel(dir)) {
			add_kernel(&arguments, dir);
			break;
		}
		if (top || level >= LEVELS)
			continue;
		arguments__add(&arguments, xasprintf("-I%s", dir));
		for (size_t i = 0; i < sizeof(include_dirs) / sizeof(*include_dirs); i++)
			add_include(&arguments, dir, include_dirs[i]);
		top = has(dir, ".git");
	}
	while (more && *more)
		arguments__add(&arguments, *more++);
	return arguments;
}

/* The file that @name is for a command that runs in @dir; NULL if there is none. */
static char *resolve(const char *dir, const char *name)
{
	char *path = *name == '/' ? xstrdup(name) : xasprintf("%s/%s", dir, name);
	char *real = realpath(path, NULL);

	free(path);
	return real;
}

static bool is_file(const char *dir, const char *name, const char *real)
{
	char *resolved = resolve(dir, name);
	bool same = resolved && !strcmp(resolved, real);

	free(resolved);
	return same;
}

/* The arguments of @command but for the compiler, the file @real and what is made of it. */
static struct arguments arguments_of(CXCompileCommand command, const char *dir, const char *real)
{
	unsigned int count = clang_CompileCommand_getNumArgs(command);
	struct arguments arguments = {};

	arguments__add(&arguments, xasprintf("-working-directory=%s", dir));
	for (unsigned int i = 1; i < count; i++) {
		const char *argument = names__intern(clang_CompileCommand_getArg(command, i));

		if (!strcmp(argument, "-o"))
			i++;
		else if (strcmp(argument, "-c") && strcmp(argument, "--") &&
			 !is_file(dir, argument, real))
			arguments__add(&arguments, argument);
	}
	arguments__add(&arguments, "-w");
	arguments__add(&arguments, "-ferror-limit=0");
	return arguments;
}

/* clang makes something up for a file that is not in its database: only what is there counts. */
static struct arguments find_command(CXCompilationDatabase database, const char *real)
{
	CXCompileCommands commands = clang_CompilationDatabase_getAllCompileCommands(database);
	unsigned int count = commands ? clang_CompileCommands_getSize(commands) : 0;

	for (unsigned int i = 0; i < count; i++) {
		CXCompileCommand command = clang_CompileCommands_getCommand(commands, i);
		const char *dir = names__intern(clang_CompileCommand_getDirectory(command));
		const char *file = names__intern(clang_CompileCommand_getFilename(command));

		if (is_file(dir, file, real))
			return arguments_of(command, dir, real);
	}
	return (struct arguments){};
}

struct arguments compile__database(const char *path)
{
	char *real = realpath(path, NULL), *dir = real ? xstrdup(real) : NULL;

	while (dir && strcmp(dir, "/")) {
		CXCompilationDatabase_Error error;
		CXCompilationDatabase database;

		dir = xstrdup(dirname(dir));
		if (!has(dir, "compile_commands.json"))
			continue;
		database = clang_CompilationDatabase_fromDirectory(dir, &error);
		if (error == CXCompilationDatabase_NoError)
			return find_command(database, real);
		break;
	}
	return (struct arguments){};
}
