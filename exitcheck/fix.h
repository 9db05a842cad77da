/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fix: rewrites exit() to _exit() where nothing else depends on it.
 */
#ifndef EXITCHECK_FIX_H
#define EXITCHECK_FIX_H

#include <stdbool.h>

#include "arguments.h"
#include "findings.h"

struct fix_file {
	const char *path;
	const struct arguments *arguments; /* for clang */
	bool has_unistd;
};

/*
 * Returns 1 if the git work tree of @path has changes, 0 if it has none or if there is no work
 * tree, -1 if git cannot say.
 */
int fix__is_dirty(const char *path);

/*
 * Rewrites in @files what of @findings can be, and marks it, or says why not. A file is replaced
 * whole or stays as it was. Returns 0, or -1 with the reason printed.
 */
int fix__apply(struct findings *findings, const struct fix_file *files, size_t count);

#endif
