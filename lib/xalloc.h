/* SPDX-License-Identifier: GPL-2.0 */
/*
 * xalloc: allocation that does not fail. If there is no memory, the program prints a message and
 * exits with @xalloc_exit_status, which the program defines.
 */
#ifndef LIB_XALLOC_H
#define LIB_XALLOC_H

#include <stddef.h>

extern const int xalloc_exit_status;

void *xcalloc(size_t count, size_t size);
/* Resizes @array to @count members of @size bytes. */
void *xrealloc(void *array, size_t count, size_t size);
/*
 * Makes room in @array, which has @count members of @size bytes, for one more. Call it for each
 * added member, as it doubles the array only when it is full.
 */
void *xgrow(void *array, size_t count, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t size);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
