/* SPDX-License-Identifier: GPL-2.0 */
/*
 * xalloc: allocation that does not fail. The runner needs a few bytes a test; where not even those
 * can be had it says so and ends with status 3, rather than lose a result.
 */
#ifndef RUNNER_XALLOC_H
#define RUNNER_XALLOC_H

#include <stddef.h>

void *xcalloc(size_t count, size_t size);
/* Resizes @array to @count members of @size bytes. */
void *xrealloc(void *array, size_t count, size_t size);
/*
 * Room in @array for one more than its @count members of @size bytes. Doubles it when it is full,
 * so each member has to be added with this.
 */
void *xgrow(void *array, size_t count, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t size);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
