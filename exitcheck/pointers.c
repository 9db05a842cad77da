// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdlib.h>

#include "../lib/xalloc.h"
#include "calls.h"
#include "headers.h"
#include "index.h"
#include "names.h"
#include "pointers.h"

/* Returns whether @file may store a function that exits somewhere. */
static bool stores_exit(const struct scanned_file *file)
{
	for (size_t i = 0; i < file->definition_count; i++)
		for (size_t j = 0; j < file->definitions[i]->count; j++)
			if (index__is_callback(file->definitions[i]->mentions[j], NULL))
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

static struct json_object *calls_of(const struct checked_file *file)
{
	return json_object_object_get(file->run_facts, "pointers");
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
	struct json_object *calls = calls_of(file);

	for (size_t i = 0; i < json_object_array_length(calls); i++) {
		struct json_object *call = json_object_array_get_idx(calls, i);

		if (name_list__has(headers, names__copy(text_of(call, "declared"))))
			report_call(report, file, call, setter);
	}
}

/* Names calls in @callers of what @setter, which was not read, may set. */
static void report_unread(struct report *report, struct checked_file *const *callers, size_t count,
			  const struct checked_file *setter)
{
	struct name_list headers = {};

	headers__each(setter->scanned, setter->arguments->at, index__new_visit(), add_header,
		      &headers);
	for (size_t i = 0; i < count; i++)
		report_declared(report, callers[i], &headers, setter->path);
	free(headers.at);
}

/* --- functions that store what they are given --- */

/* Returns whether @definition calls one of @setters, and mentions a callback. */
static bool gives_callback(const struct definition *definition, const struct name_list *setters)
{
	bool calls_setter = false, has_callback = false;

	for (size_t i = 0; i < definition->count; i++) {
		calls_setter |= name_list__has(setters, definition->mentions[i]->name);
		has_callback |= index__is_callback(definition->mentions[i], NULL);
	}
	return calls_setter && has_callback;
}

/* The first of @files in which a function gives a callback to one of @setters; NULL: none does. */
static const char *giver_of(struct checked_file *const *files, size_t count,
			    const struct name_list *setters)
{
	for (size_t i = 0; setters->count && i < count; i++)
		for (size_t j = 0; j < files[i]->scanned->definition_count; j++)
			if (gives_callback(files[i]->scanned->definitions[j], setters))
				return files[i]->path;
	return NULL;
}

static struct name_list setters_of(struct json_object *call)
{
	struct json_object *names = json_object_object_get(call, "setters");
	struct name_list setters = {};

	for (size_t i = 0; i < json_object_array_length(names); i++)
		name_list__add(&setters,
			       names__copy(json_object_get_string(json_object_array_get_idx(names,
											    i))));
	return setters;
}

static void report_given(struct report *report, struct checked_file *const *files, size_t count,
			 struct checked_file *file)
{
	struct json_object *calls = calls_of(file);

	for (size_t i = 0; !file->names_pointer && i < json_object_array_length(calls); i++) {
		struct json_object *call = json_object_array_get_idx(calls, i);
		struct name_list setters = setters_of(call);
		const char *giver = giver_of(files, count, &setters);

		if (giver)
			report_call(report, file, call, giver);
		free(setters.at);
	}
}

void pointers__report(struct report *report, struct checked_file *const *files, size_t count)
{
	struct checked_file **callers = xcalloc(count, sizeof(*callers));
	size_t caller_count = 0;

	for (size_t i = 0; i < count; i++)
		if (calls_of(files[i]) && json_object_array_length(calls_of(files[i])))
			callers[caller_count++] = files[i];
	for (size_t i = 0; caller_count && i < count; i++)
		if (!files[i]->is_read && stores_exit(files[i]->scanned))
			report_unread(report, callers, caller_count, files[i]);
	for (size_t i = 0; i < caller_count; i++)
		report_given(report, files, count, callers[i]);
	free(callers);
}
