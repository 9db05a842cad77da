/* SPDX-License-Identifier: GPL-2.0 */
/*
 * files: the C files to look at.
 */
#ifndef EXITCHECK_FILES_H
#define EXITCHECK_FILES_H

#include <stddef.h>

struct files {
	char **paths; /* in order */
	size_t count;
	size_t bpf_programs; /* left out: the kernel runs them */
};

/*
 * Adds @path, if it is a file, or the *.c files below it, if it is a directory; symbolic links to
 * directories are not followed. Returns 0, or -1 with errno set and *@failed the path that it is
 * about.
 */
int files__add(struct files *files, const char *path, const char **failed);

#endif
