/* SPDX-License-Identifier: GPL-2.0 */
/*
 * utf8: text out of bytes.
 */
#ifndef LIB_UTF8_H
#define LIB_UTF8_H

#include <stddef.h>

/*
 * Returns a copy of the @size bytes of @text in which whatever is not well-formed UTF-8 (Unicode
 * standard, table 3-7) is replaced, a byte at a time, by U+FFFD. *@clean_size is its length; NUL
 * bytes stay, and one more follows.
 */
char *utf8__clean(const char *text, size_t size, size_t *clean_size);

#endif
