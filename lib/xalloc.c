// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xalloc.h"

static void *checked(void *memory)
{
	if (!memory) {
		fprintf(stderr, "%s: out of memory: free some and run again\n",
			program_invocation_short_name);
		exit(xalloc_exit_status);
	}
	return memory;
}

void *xcalloc(size_t count, size_t size)
{
	return checked(calloc(count ?: 1, size));
}

void *xrealloc(void *array, size_t count, size_t size)
{
	return checked(reallocarray(array, count ?: 1, size));
}

void *xgrow(void *array, size_t count, size_t size)
{
	/* The array is full if @count is a power of two. */
	return count & (count - 1) ? array : xrealloc(array, count ? 2 * count : 1, size);
}

char *xstrdup(const char *s)
{
	return checked(strdup(s));
}

char *xstrndup(const char *s, size_t size)
{
	return checked(strndup(s, size));
}

char *xasprintf(const char *fmt, ...)
{
	va_list args;
	char *s;
	int len;

	va_start(args, fmt);
	len = vasprintf(&s, fmt, args);
	va_end(args);
	return checked(len < 0 ? NULL : s);
}
