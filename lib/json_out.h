/* SPDX-License-Identifier: GPL-2.0 */
/*
 * json_out: writes JSON as it comes, so that memory does not grow with what is written.
 *
 * A member of an object has a @key; of an array NULL. Text is made UTF-8 (see utf8.h).
 */
#ifndef LIB_JSON_OUT_H
#define LIB_JSON_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Set @out, and zero the other members. */
struct json_out {
	FILE *out;
	unsigned int depth;
	bool has_members; /* the innermost object or array has a member */
	char carry[4];	  /* the start of a character that the next piece completes */
	size_t carried;
};

/* @bracket is '{' or '['; close with '}' or ']'. */
void json_out__open(struct json_out *json, const char *key, char bracket);
void json_out__close(struct json_out *json, char bracket);

void json_out__uint(struct json_out *json, const char *key, uint64_t value);
void json_out__bool(struct json_out *json, const char *key, bool value);
/* @text may be NULL. */
void json_out__string(struct json_out *json, const char *key, const char *text);

/* A string in pieces. */
void json_out__start_text(struct json_out *json, const char *key);
void json_out__text(struct json_out *json, const char *text, size_t size);
void json_out__end_text(struct json_out *json);

#endif
