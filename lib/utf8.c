// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdint.h>
#include <string.h>

#include "utf8.h"
#include "xalloc.h"

static const char replacement[] = "\xef\xbf\xbd";

/* A row of table 3-7: the bytes that may follow a first byte up to @last_first. */
struct utf8_row {
	uint8_t first, last_first;
	uint8_t second, last_second;
	uint8_t length;
};

/* clang-format off */
static const struct utf8_row rows[] = {
	{ 0x00, 0x7f, 0x00, 0x00, 1 },
	{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
	{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
	{ 0xe1, 0xec, 0x80, 0xbf, 3 },
	{ 0xed, 0xed, 0x80, 0x9f, 3 },
	{ 0xee, 0xef, 0x80, 0xbf, 3 },
	{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
	{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
	{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
};

/* clang-format on */

/* Returns the length of the character at the start of @text, or 0 if there is none. */
static size_t character_length(const uint8_t *text, size_t size)
{
	const struct utf8_row *row = rows, *end = rows + sizeof(rows) / sizeof(*rows);

	while (row < end && (text[0] < row->first || text[0] > row->last_first))
		row++;
	if (row == end || row->length > size)
		return 0;
	if (row->length > 1 && (text[1] < row->second || text[1] > row->last_second))
		return 0;
	for (size_t i = 2; i < row->length; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	return row->length;
}

char *utf8__clean(const char *text, size_t size, size_t *clean_size)
{
	char *clean = xcalloc(sizeof(replacement) * size + 1, 1), *put = clean;

	while (size) {
		size_t length = character_length((const uint8_t *)text, size);

		if (length) {
			put = mempcpy(put, text, length);
		} else {
			length = 1;
			put = mempcpy(put, replacement, sizeof(replacement) - 1);
		}
		text += length;
		size -= length;
	}
	*put = '\0';
	*clean_size = (size_t)(put - clean);
	return clean;
}
