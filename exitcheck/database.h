/* SPDX-License-Identifier: GPL-2.0 */
/*
 * database: compile_commands.json (https://clang.llvm.org/docs/JSONCompilationDatabase.html).
 */
#ifndef EXITCHECK_DATABASE_H
#define EXITCHECK_DATABASE_H

#include "arguments.h"

/*
 * The options that tell clang how to read @real, an absolute path, from the compile_commands.json
 * beside or above it, or in a directory build/ there. NULL if none has the file.
 */
const struct arguments *database__arguments(const char *real);

/* Calls @visit for each database that cannot be read. */
void database__each_broken(void (*visit)(void *data, const char *path, const char *why),
			   void *data);

#endif
