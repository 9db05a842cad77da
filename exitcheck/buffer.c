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

/* A string is known by its number: buffer__put_buffer() writes it. */
void buffer__put_text(struct buffer *buffer, const char *text)
{
	void **number;

	text = names__copy(text ?: "");
	number = map__slot(&buffer->known, text);
	if (!*number) {
		buffer->texts = xgrow(buffer->texts, buffer->text_count, sizeof(*buffer->texts));
		buffer->texts[buffer->text_count++] = text;
		*number = (void *)(intptr_t)buffer->text_count;
	}
	buffer__put(buffer, (intptr_t)*number);
}

const char *buffer__get_text(struct buffer *buffer)
{
	size_t number = buffer__get(buffer);

	return number && number <= buffer->text_count ? buffer->texts[number - 1] : "";
}

void buffer__put_place(struct buffer *buffer, struct place place)
{
	buffer__put_text(buffer, place.path);
	buffer__put(buffer, place.line);
	buffer__put(buffer, place.column);
	buffer__put(buffer, place.offset);
}

struct place buffer__get_place(struct buffer *buffer)
{
	struct place place = { .path = buffer__get_text(buffer) };

	place.line = buffer__get(buffer);
	place.column = buffer__get(buffer);
	place.offset = buffer__get(buffer);
	return place;
}

static void put_bytes(struct buffer *buffer, const void *bytes, size_t size)
{
	buffer__put(buffer, size);
	for (size_t i = 0; i < size; i++)
		put_byte(buffer, ((const unsigned char *)bytes)[i]);
}

/* Returns the bytes, of which there are @size. */
static unsigned char *get_bytes(struct buffer *buffer, size_t *size)
{
	unsigned char *bytes;

	*size = buffer__get(buffer);
	if (*size > buffer->size - buffer->next) {
		buffer->is_broken = true;
		*size = 0;
	}
	bytes = buffer->at + buffer->next;
	buffer->next += *size;
	return bytes;
}

void buffer__put_buffer(struct buffer *buffer, const struct buffer *inner)
{
	buffer__put(buffer, inner->text_count);
	for (size_t i = 0; i < inner->text_count; i++)
		put_bytes(buffer, inner->texts[i], strlen(inner->texts[i]));
	put_bytes(buffer, inner->at, inner->size);
}

struct buffer buffer__get_buffer(struct buffer *buffer)
{
	size_t count = buffer__get(buffer), size;
	struct buffer inner = {};

	if (count > buffer->size) {
		buffer->is_broken = true;
		return inner;
	}
	inner.texts = xcalloc(count, sizeof(*inner.texts));
	for (; inner.text_count < count; inner.text_count++) {
		const char *text = (const char *)get_bytes(buffer, &size);

		inner.texts[inner.text_count] = names__copy_part(text, size);
	}
	inner.at = get_bytes(buffer, &inner.size);
	return inner;
}
