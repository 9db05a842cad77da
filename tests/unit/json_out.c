// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

#include "unit.h"
#include "../../lib/json_out.h"

/* A piece may end at any byte of a character. */
void json_text_in_pieces(void **state)
{
	static const char text[] = "\"\001\xe2\x82\xac\xff z\xe2\x82";
	static const char expected[] =
		"[\n  \"\\\"\\u0001\xe2\x82\xac\xef\xbf\xbd z\xef\xbf\xbd\xef\xbf\xbd\"\n]\n";

	(void)state;
	for (size_t piece = 1; piece <= sizeof(text); piece++) {
		char *written = NULL;
		size_t size;
		struct json_out json = { .out = open_memstream(&written, &size) };

		json_out__open(&json, NULL, '[');
		json_out__start_text(&json, NULL);
		for (size_t at = 0; at < sizeof(text) - 1; at += piece) {
			size_t left = sizeof(text) - 1 - at;

			json_out__text(&json, text + at, left < piece ? left : piece);
		}
		json_out__end_text(&json);
		json_out__close(&json, ']');
		fclose(json.out);
		assert_string_equal(written, expected);
		free(written);
	}
}
