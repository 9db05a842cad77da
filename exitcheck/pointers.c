// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <string.h>

#include "../lib/xalloc.h"
#include "calls.h"
#include "headers.h"
#include "index.h"
#include "names.h"
#include "pointers.h"

/* Returns whether @file has an initializer with a function of its own that exits. */
static bool stores_exit(const struct scanned_file *file)
{
	for (size_t i = 0; i < file->definition_count; i++) {
		const struct definition *rest = file->definitions[i];

		for (size_t j = 0; !rest->word && j < rest->count; j++)
			for (const struct definition *at = rest->mentions[j]->definitions; at;
			     at = at->next)
				if (at->file == file && !at->is_macro && at->reaches & REACHES_EXIT)
					return true;
	}
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

/* Names the first pointer of @file that one of @headers, which @setter includes, declares. */
static void report_pointer(struct report *report, struct checked_file *file,
			   const struct name_list *headers, const char *setter)
{
	struct json_object *calls = json_object_object_get(file->run_facts, "pointers");

	for (size_t i = 0; calls && i < json_object_array_length(calls); i++) {
		struct json_object *call = json_object_array_get_idx(calls, i);

		if (file->names_pointer ||
		    !name_list__has(headers, names__copy(text_of(call, "header"))))
			continue;
		file->names_pointer = true;
		report__add_unread(report, file->path,
				   xasprintf("line %s: a child calls %s(), which may be a function of %s",
					     text_of(call, "line"), text_of(call, "name"), setter));
	}
}

void pointers__report(struct report *report, struct checked_file *const *files, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct checked_file *setter = files[i];
		struct name_list headers = {};

		if (setter->is_read || !stores_exit(setter->scanned))
			continue;
		headers__each(setter->scanned, setter->arguments->at, index__new_visit(),
			      add_header, &headers);
		for (size_t j = 0; j < count; j++)
			report_pointer(report, files[j], &headers, setter->path);
	}
}
