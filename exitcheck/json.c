// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/utf8.h"
#include "json.h"

struct json_object *json__text(const char *text)
{
	size_t size;
	char *clean = utf8__clean(text, strlen(text), &size);
	struct json_object *object = json_object_new_string_len(clean, size);

	free(clean);
	return object;
}

void json__add(struct json_object *object, const char *key, struct json_object *value)
{
	json_object_object_add(object, key, value);
}

struct json_object *json__number(size_t value)
{
	return json_object_new_int64(value);
}

void json__print(struct json_object *object)
{
	puts(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PRETTY |
							    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(object);
}
