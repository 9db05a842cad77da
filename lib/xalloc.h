/* SPDX-License-Identifier: GPL-2.0 */
/*
 * xalloc: allocation that does not fail. Without memory the program prints a message and exits with
 * @xalloc_exit_status, which it defines.
 */
#ifndef LIB_XALLOC_H
#define LIB_XALLOC_H

#include <stddef.h>

extern const int xalloc_exit_status;

void *xcalloc(size_t count, size_t size);
/* Resizes @array to @count members of @size bytes. */
void *xrealloc(void *array, size_t count, size_t size);
/*
 * Makes room in @array for one more than its @count members of @size bytes. Call it for each added
 * member, as it doubles the array when it is full.
 */
void *xgrow(void *array, size_t count, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t size);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
