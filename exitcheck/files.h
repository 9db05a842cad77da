/* SPDX-License-Identifier: GPL-2.0 */
/*
 * files: which files are to be looked at.
 */
#ifndef EXITCHECK_FILES_H
#define EXITCHECK_FILES_H

#include <stddef.h>

#include "report.h"

struct files {
	char **paths;
	size_t count;
};

/*
 * Adds @path, or the *.c files below it, in the order of their names. What cannot be looked at is
 * added to @report; BPF programs and C++ files below a directory are left out, and counted there.
 */
void files__add(struct files *files, const char *path, struct report *report);

#endif
