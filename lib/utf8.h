/* SPDX-License-Identifier: GPL-2.0 */
/* utf8: makes valid UTF-8 from arbitrary bytes. */
#ifndef LIB_UTF8_H
#define LIB_UTF8_H

#include <stddef.h>

/*
 * Returns a copy of the @size bytes of @text with each byte that is not part of well-formed UTF-8
 * (Unicode standard, table 3-7) replaced by U+FFFD. Stores the length of the copy in *@clean_size.
 * Keeps NUL bytes, and appends one.
 */
char *utf8__clean(const char *text, size_t size, size_t *clean_size);

#endif
