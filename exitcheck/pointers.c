// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <string.h>

#include "../lib/xalloc.h"
#include "calls.h"
#include "headers.h"
#include "index.h"
#include "names.h"
#include "pointers.h"

/* Returns whether @word is a function that exits, and that nobody calls by its name. */
static bool is_callback(const struct word *word)
{
	if (word->is_called)
		return false;
	for (const struct definition *at = word->definitions; at; at = at->next)
		if (!at->is_macro && at->reaches & REACHES_EXIT)
			return true;
	return false;
}

/* Returns whether @file may store a function that exits somewhere. */
static bool stores_exit(const struct scanned_file *file)
{
	for (size_t i = 0; i < file->definition_count; i++)
		for (size_t j = 0; j < file->definitions[i]->count; j++)
			if (is_callback(file->definitions[i]->mentions[j]))
				return true;
	return false;
}

static void add_header(void *data, struct scanned_file *header, const struct include *include)
{
	(void)include;
	if (header)
		name_list__add(data, header->shown);
}

static const char *text_of(struct json_object *object, const char *key)
{
	return json_object_get_string(json_object_object_get(object, key));
}

static void report_call(struct report *report, struct checked_file *file, struct json_object *call,
			const char *function)
{
	if (!file->names_pointer)
		report__add_unread(report, file->path,
				   xasprintf("line %s: a child calls %s(), which may be a function of %s",
					     text_of(call, "line"), text_of(call, "name"),
					     function));
	file->names_pointer = true;
}

/* --- files that were not read --- */

/* Names calls in @file of what one of @headers declares, which @setter includes. */
static void report_declared(struct report *report, struct checked_file *file,
			    const struct name_list *headers, const char *setter)
{
	struct json_object *calls = json_object_object_get(file->run_facts, "pointers");

	for (size_t i = 0; calls && i < json_object_array_length(calls); i++) {
		struct json_object *call = json_object_array_get_idx(calls, i);

		if (name_list__has(headers, names__copy(text_of(call, "header"))))
			report_call(report, file, call, setter);
	}
}

static void report_unread(struct report *report, struct checked_file *const *files, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct checked_file *setter = files[i];
		struct name_list headers = {};

		if (setter->is_read || !stores_exit(setter->scanned))
			continue;
		headers__each(setter->scanned, setter->arguments->at, index__new_visit(),
			      add_header, &headers);
		for (size_t j = 0; j < count; j++)
			report_declared(report, files[j], &headers, setter->path);
	}
}

/* --- functions that store what they are given --- */

/* Returns whether @definition calls one of @setters, and mentions a callback. */
static bool gives_callback(const struct definition *definition, struct json_object *setters)
{
	bool calls_setter = false, has_callback = false;

	for (size_t i = 0; i < definition->count; i++) {
		const struct word *word = definition->mentions[i];

		has_callback |= is_callback(word);
		for (size_t j = 0; j < json_object_array_length(setters); j++)
			calls_setter |=
				!strcmp(json_object_get_string(json_object_array_get_idx(setters,
											 j)),
					word->name);
	}
	return calls_setter && has_callback;
}

/* The first of @files in which a function gives a callback to one of @setters; NULL: none does. */
static const char *giver_of(struct checked_file *const *files, size_t count,
			    struct json_object *setters)
{
	for (size_t i = 0; json_object_array_length(setters) && i < count; i++)
		for (size_t j = 0; j < files[i]->scanned->definition_count; j++)
			if (gives_callback(files[i]->scanned->definitions[j], setters))
				return files[i]->path;
	return NULL;
}

static void report_given(struct report *report, struct checked_file *const *files, size_t count,
			 struct checked_file *file)
{
	struct json_object *calls = json_object_object_get(file->run_facts, "pointers");

	for (size_t i = 0; calls && i < json_object_array_length(calls); i++) {
		struct json_object *call = json_object_array_get_idx(calls, i);
		const char *giver =
			file->names_pointer ?
				NULL :
				giver_of(files, count, json_object_object_get(call, "setters"));

		if (giver)
			report_call(report, file, call, giver);
	}
}

void pointers__report(struct report *report, struct checked_file *const *files, size_t count)
{
	report_unread(report, files, count);
	for (size_t i = 0; i < count; i++)
		report_given(report, files, count, files[i]);
}
