/* SPDX-License-Identifier: GPL-2.0 */
/*
 * json: short ways to make JSON.
 */
#ifndef EXITCHECK_JSON_H
#define EXITCHECK_JSON_H

#include <json-c/json.h>
#include <stddef.h>

/* @text with bytes that are no UTF-8 replaced. */
struct json_object *json__text(const char *text);
struct json_object *json__number(size_t value);
void json__add(struct json_object *object, const char *key, struct json_object *value);
/* Prints @object, and is the end of it. */
void json__print(struct json_object *object);

#endif
