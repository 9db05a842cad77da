/* SPDX-License-Identifier: GPL-2.0 */
/*
 * xalloc: allocation that does not fail. Without memory the program says so under its own name and
 * ends with @xalloc_exit_status, which each program defines.
 */
#ifndef LIB_XALLOC_H
#define LIB_XALLOC_H

#include <stddef.h>

extern const int xalloc_exit_status;

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
