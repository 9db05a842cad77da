/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pool: a process for each piece of work, as many at a time as there are processors. What one does
 * to itself, crash, hang or eat memory, costs its own result only.
 */
#ifndef EXITCHECK_POOL_H
#define EXITCHECK_POOL_H

#include <stddef.h>

struct pool {
	int count;   /* pieces of work */
	int seconds; /* time for each */
	/* In a process of its own: writes the result of piece @index to @fd. */
	void (*work)(void *data, int index, int fd);
	/*
	 * The result of piece @index, @size bytes, NUL-terminated; or why there is none, NULL if
	 * there is. In the order of the pieces.
	 */
	void (*done)(void *data, int index, const char *result, size_t size, const char *why);
	void *data;
	const char *progress; /* shown on a terminal: what is being done */
};

void pool__run(const struct pool *pool);

#endif
