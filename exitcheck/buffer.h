/* SPDX-License-Identifier: GPL-2.0 */
/*
 * buffer: numbers and interned strings as bytes, from one process to another.
 */
#ifndef EXITCHECK_BUFFER_H
#define EXITCHECK_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

#include "map.h"
#include "node.h"

struct buffer {
	unsigned char *at;
	size_t size, next;  /* next: to be read */
	struct map known;   /* strings that have been written: to their number */
	const char **texts; /* by their number - 1 */
	size_t text_count;
	bool is_broken; /* the end was read over */
};

void buffer__put(struct buffer *buffer, long long number);
void buffer__put_text(struct buffer *buffer, const char *text);
long long buffer__get(struct buffer *buffer);
/* Interned. */
const char *buffer__get_text(struct buffer *buffer);
void buffer__put_place(struct buffer *buffer, struct place place);
struct place buffer__get_place(struct buffer *buffer);
/* Puts @inner, with its strings, into @buffer. */
void buffer__put_buffer(struct buffer *buffer, const struct buffer *inner);
/* Its numbers stay in @buffer; the caller frees its list of texts. */
struct buffer buffer__get_buffer(struct buffer *buffer);

#endif
