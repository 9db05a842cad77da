/* SPDX-License-Identifier: GPL-2.0 */
/*
 * compile: the arguments with which clang can make sense of a file that has not been built.
 */
#ifndef EXITCHECK_COMPILE_H
#define EXITCHECK_COMPILE_H

struct arguments {
	const char **at; /* NULL behind the last */
	int count;
};

void arguments__add(struct arguments *arguments, const char *argument);

/*
 * The arguments for @path: the language, the include directories of its project, found by where
 * the file lies, and then the user's @more, a NULL-terminated list.
 */
struct arguments compile__arguments(const char *path, const char *const *more);

/*
 * The arguments that a compile_commands.json beside or above @path has for it
 * (https://clang.llvm.org/docs/JSONCompilationDatabase.html). None: count is 0.
 */
struct arguments compile__database(const char *path);

#endif
