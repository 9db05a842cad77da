// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "../lib/xalloc.h"
#include "file_report.h"
#include "text.h"

static void add_doubts(struct report *report, const char *path, struct json_object *facts)
{
	struct json_object *array = json_object_object_get(facts, "doubts");

	for (size_t i = 0; array && i < json_object_array_length(array); i++)
		report__add_unread(report, path,
				   json_object_get_string(json_object_array_get_idx(array, i)));
}

/* Names the functions whose files were read, and turned out not to have them. */
static void add_not_followed(struct report *report, const struct checked_file *file)
{
	struct json_object *array = json_object_object_get(file->run_facts, "wants");
	int count = array ? json_object_array_length(array) : 0;
	const char **names = xcalloc(count, sizeof(*names));

	for (int i = 0; i < count; i++)
		names[i] = json_object_get_string(json_object_array_get_idx(array, i));
	if (count)
		report__add_unread(report, file->path,
				   xasprintf("clang does not find the body of %s",
					     text__enumeration(names, count, "()")));
	free(names);
}

static int number_of(struct json_object *object, const char *key)
{
	return json_object_get_int(json_object_object_get(object, key));
}

static bool has_lost(const struct checked_file *file, int offset)
{
	struct json_object *calls = json_object_object_get(file->read_facts, "lost");

	for (size_t i = 0; calls && i < json_object_array_length(calls); i++)
		if (number_of(json_object_array_get_idx(calls, i), "offset") == offset)
			return true;
	return false;
}

/* Names the first call that neither @base nor @variant, if there is one, understands. */
static void add_lost_call(struct report *report, const struct checked_file *base,
			  const struct checked_file *variant)
{
	struct json_object *calls = json_object_object_get(base->read_facts, "lost");

	for (size_t i = 0; calls && i < json_object_array_length(calls); i++) {
		struct json_object *call = json_object_array_get_idx(calls, i);

		if ((!base->has_child && !number_of(call, "is_fork")) ||
		    (variant ? !has_lost(variant, number_of(call, "offset")) :
			       !number_of(call, "is_left_out")))
			continue;
		report__add_unread(report, base->path,
				   json_object_get_string(json_object_object_get(call, "doubt")));
		return;
	}
}

void file_report__add_variant(struct report *report, const struct checked_file *file)
{
	if (file->failure)
		report__add_unread(report, file->path, file->failure);
	findings__add(&report->findings, file->read_facts);
	findings__add(&report->findings, file->run_facts);
	add_lost_call(report, file->base, file);
	add_doubts(report, file->path, file->run_facts);
}

static void report_missing(struct report *report, const struct checked_file *file)
{
	struct json_object *missing = json_object_object_get(file->read_facts, "missing");

	for (size_t i = 0; missing && i < json_object_array_length(missing); i++)
		report__add_missing(report,
				    json_object_get_string(json_object_array_get_idx(missing, i)));
}

void file_report__add(struct report *report, const struct checked_file *file,
		      struct fix_file *fix_file)
{
	report->cannot_fork += file->is_asked_for && !file->is_read;
	if (file->failure)
		report__add_unread(report, file->path, file->failure);
	report_missing(report, file);
	if (!file->is_asked_for) {
		findings__add_parents(&report->findings, file->run_facts);
		return;
	}
	findings__add(&report->findings, file->read_facts);
	findings__add(&report->findings, file->run_facts);
	if (!file->has_variant)
		add_lost_call(report, file, NULL);
	add_doubts(report, file->path, file->read_facts);
	add_doubts(report, file->path, file->run_facts);
	add_not_followed(report, file);
	/* Findings have the name that is shown. */
	fix_file->path = file->scanned->shown ?: file->path;
	fix_file->arguments = file->arguments;
	fix_file->has_unistd =
		json_object_get_boolean(json_object_object_get(file->read_facts, "has_unistd"));
}
