// SPDX-License-Identifier: GPL-2.0
#include <stdint.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "buffer.h"
#include "names.h"

static void put_byte(struct buffer *buffer, unsigned char byte)
{
	buffer->at = xgrow(buffer->at, buffer->size, 1);
	buffer->at[buffer->size++] = byte;
}

/* Seven bits a byte, the lowest first; the sign in the lowest bit of all. */
void buffer__put(struct buffer *buffer, long long number)
{
	unsigned long long bits = (unsigned long long)number << 1;

	if (number < 0)
		bits = ~bits;
	for (; bits >= 128; bits >>= 7)
		put_byte(buffer, bits | 128);
	put_byte(buffer, bits);
}

long long buffer__get(struct buffer *buffer)
{
	unsigned long long bits = 0;
	unsigned char byte = 128;

	for (int shift = 0; byte & 128 && shift < 64; shift += 7) {
		if (buffer->next >= buffer->size) {
			buffer->is_broken = true;
			return 0;
		}
		byte = buffer->at[buffer->next++];
		bits |= (unsigned long long)(byte & 127) << shift;
	}
	return bits & 1 ? (long long)~(bits >> 1) : (long long)(bits >> 1);
}

/* A string is written once, and then known by its number. */
void buffer__put_text(struct buffer *buffer, const char *text)
{
	void **number;

	text = names__copy(text ?: "");
	number = map__slot(&buffer->known, text);
	if (*number) {
		buffer__put(buffer, (intptr_t)*number);
		return;
	}
	*number = (void *)(intptr_t)buffer->known.count;
	buffer__put(buffer, 0);
	buffer__put(buffer, strlen(text));
	for (; *text; text++)
		put_byte(buffer, *text);
}

const char *buffer__get_text(struct buffer *buffer)
{
	size_t number = buffer__get(buffer), size;

	if (number)
		return number <= buffer->text_count ? buffer->texts[number - 1] : "";
	size = buffer__get(buffer);
	if (size > buffer->size - buffer->next) {
		buffer->is_broken = true;
		return "";
	}
	buffer->texts = xgrow(buffer->texts, buffer->text_count, sizeof(*buffer->texts));
	buffer->texts[buffer->text_count++] =
		names__copy_part((const char *)buffer->at + buffer->next, size);
	buffer->next += size;
	return buffer->texts[buffer->text_count - 1];
}
