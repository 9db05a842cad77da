// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "json_out.h"
#include "utf8.h"

static void print_escaped(FILE *out, const char *text, size_t size)
{
	static const char special[] = "\"\\\n\t\r\b\f", letters[] = "\"\\ntrbf";

	for (size_t i = 0; i < size; i++) {
		const char *found = text[i] ? strchr(special, text[i]) : NULL;

		if (found)
			fprintf(out, "\\%c", letters[found - special]);
		else if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			fprintf(out, "\\u%04x", (unsigned char)text[i]);
		else
			fputc(text[i], out);
	}
}

/* Starts a member: writes the comma after the previous one, a newline, and the key. */
static void start_member(struct json_out *json, const char *key)
{
	if (json->has_members)
		fputc(',', json->out);
	if (json->depth)
		fprintf(json->out, "\n%*s", 2 * (int)json->depth, "");
	json->has_members = true;
	if (key)
		fprintf(json->out, "\"%s\": ", key);
}

void json_out__open(struct json_out *json, const char *key, char bracket)
{
	start_member(json, key);
	fputc(bracket, json->out);
	json->depth++;
	json->has_members = false;
}

void json_out__close(struct json_out *json, char bracket)
{
	json->depth--;
	if (json->has_members)
		fprintf(json->out, "\n%*s", 2 * (int)json->depth, "");
	fputc(bracket, json->out);
	json->has_members = true;
	if (!json->depth)
		fputc('\n', json->out);
}

void json_out__uint(struct json_out *json, const char *key, uint64_t value)
{
	start_member(json, key);
	fprintf(json->out, "%llu", (unsigned long long)value);
}

void json_out__bool(struct json_out *json, const char *key, bool value)
{
	start_member(json, key);
	fputs(value ? "true" : "false", json->out);
}

void json_out__string(struct json_out *json, const char *key, const char *text)
{
	if (!text) {
		start_member(json, key);
		fputs("null", json->out);
		return;
	}
	json_out__start_text(json, key);
	json_out__text(json, text, strlen(text));
	json_out__end_text(json);
}

void json_out__start_text(struct json_out *json, const char *key)
{
	start_member(json, key);
	fputc('"', json->out);
	json->carried = 0;
}

/* Bytes at the end of @text that may be the start of a longer character. */
static size_t incomplete(const char *text, size_t size)
{
	for (size_t i = 1; i <= 3 && i <= size; i++) {
		unsigned char byte = (unsigned char)text[size - i];
		size_t length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;

		if ((byte & 0xc0) != 0x80)
			return length > i ? i : 0;
	}
	return 0;
}

static void print_clean(struct json_out *json, const char *text, size_t size)
{
	size_t clean_size;
	char *clean = utf8__clean(text, size, &clean_size);

	print_escaped(json->out, clean, clean_size);
	free(clean);
}

void json_out__text(struct json_out *json, const char *text, size_t size)
{
	/* Add bytes until the carried character is complete or invalid. */
	while (json->carried && size) {
		json->carry[json->carried++] = *text++;
		size--;
		if (incomplete(json->carry, json->carried) == json->carried)
			continue;
		print_clean(json, json->carry, json->carried);
		json->carried = 0;
	}
	if (!json->carried) {
		json->carried = incomplete(text, size);
		memcpy(json->carry, text + size - json->carried, json->carried);
		print_clean(json, text, size - json->carried);
	}
}

void json_out__end_text(struct json_out *json)
{
	print_clean(json, json->carry, json->carried);
	json->carried = 0;
	fputc('"', json->out);
}
