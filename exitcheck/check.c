// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/xalloc.h"
#include "calls.h"
#include "check.h"
#include "checked_file.h"
#include "compile.h"
#include "concern.h"
#include "database.h"
#include "doubts.h"
#include "facts.h"
#include "file_report.h"
#include "index.h"
#include "map.h"
#include "names.h"
#include "pointers.h"
#include "pool.h"
#include "store.h"
#include "tree.h"

#define FILE_SECONDS 120

struct check {
	struct checked_file **files;
	size_t count;
	struct map by_path; /* of scanned files */
	struct program program;
	bool has_new_wrapper;
	const struct arguments *clang; /* of the command line */
	/* Those that the pool is at: */
	struct checked_file **work;
	size_t work_count;
};

static struct checked_file *new_file(struct check *check, struct scanned_file *scanned)
{
	struct checked_file *file = xcalloc(1, sizeof(*file));

	file->path = scanned->path;
	file->scanned = scanned;
	check->files = xgrow(check->files, check->count, sizeof(*check->files));
	check->files[check->count++] = file;
	return file;
}

static struct checked_file *add_file(struct check *check, struct scanned_file *scanned)
{
	void **slot = map__slot(&check->by_path, scanned);
	struct checked_file *file = *slot;

	if (file)
		return file;
	*slot = file = new_file(check, scanned);
	file->arguments = compile__arguments(scanned->path, check->clang);
	return file;
}

static void add_options(struct arguments *arguments, struct json_object *options)
{
	for (size_t i = 0; i < json_object_array_length(options); i++)
		arguments__add(arguments,
			       json_object_get_string(json_object_array_get_idx(options, i)));
}

/* Has @base read with the macros, too, that bring back calls which #if leaves out. */
static void add_variant(struct check *check, struct checked_file *base)
{
	struct arguments *arguments = xcalloc(1, sizeof(*arguments));
	struct checked_file *file = new_file(check, base->scanned);

	arguments__add_all(arguments, base->arguments);
	/* The last option about a macro is valid. */
	add_options(arguments, json_object_object_get(base->read_facts, "undefine"));
	add_options(arguments, json_object_object_get(base->read_facts, "define"));
	file->arguments = arguments;
	file->base = base;
	file->is_to_read = true;
	base->has_variant = true;
}

/* Code that #if leaves out matters if it forks, or ends a child that comes to the file. */
static bool needs_variant(const struct checked_file *file)
{
	struct json_object *calls = json_object_object_get(file->read_facts, "left_out");

	if (!file->is_asked_for || file->has_variant)
		return false;
	for (size_t i = 0; calls && i < json_object_array_length(calls); i++) {
		struct json_object *name = json_object_array_get_idx(calls, i);
		int reach = index__reach_of(json_object_get_string(name));

		if (reach & REACHES_CHILD || (reach & REACHES_EXIT && file->has_child))
			return true;
	}
	return false;
}

static void add_files(struct check *check, const struct files *files)
{
	for (size_t i = 0; i < files->count; i++)
		add_file(check, index__add(files->paths[i]))->is_asked_for = true;
	for (size_t i = 0; i < check->count; i++)
		index__add_headers(check->files[i]->scanned, check->files[i]->arguments->at);
	index__settle();
}

static void select_concerned(struct check *check)
{
	for (size_t i = 0; i < check->count; i++) {
		struct checked_file *file = check->files[i];

		if (file->is_asked_for && !file->is_read)
			file->is_to_read =
				concern__of(file->scanned, file->arguments->at, &file->is_certain);
	}
}

/* --- the pool's work --- */

static void write_all(int fd, const void *bytes, size_t size)
{
	for (size_t at = 0; at < size;) {
		ssize_t written = write(fd, (const char *)bytes + at, size - at);

		if (written < 0)
			_exit(1);
		at += written;
	}
}

static void write_facts(int fd, struct json_object *facts)
{
	const char *text = json_object_to_json_string_ext(facts, JSON_C_TO_STRING_PLAIN);

	write_all(fd, text, strlen(text) + 1);
}

static void write_failure(int fd, const char *failure)
{
	struct json_object *facts = json_object_new_object();

	json_object_object_add(facts, "failure", json_object_new_string(failure));
	write_facts(fd, facts);
}

static struct source *try_reading(const struct checked_file *file,
				  const struct undeclared *declared, struct unit **unit)
{
	struct source *source = source__read(file->path, file->arguments, declared);

	if (source)
		*unit = tree__read(source->tu, names__path(source->file));
	return source;
}

/* Behind the first unknown name of a statement clang may find a second one. */
#define ATTEMPTS 3

/*
 * Clang drops a statement with a name that nobody declares. Where a call is lost by that, such
 * names are declared.
 */
static struct source *read_source(const struct checked_file *file, struct unit **unit)
{
	struct undeclared declared = {};
	struct source *source = try_reading(file, &declared, unit);

	for (int i = 1; i < ATTEMPTS && source; i++) {
		if (undeclared__count(&source->unknown) == undeclared__count(&declared) ||
		    !doubts__is_incomplete(source, *unit))
			break;
		undeclared__add(&declared, &source->unknown);
		source__close(source);
		source = try_reading(file, &declared, unit);
	}
	return source;
}

/* Writes the facts and, behind a NUL byte, the unit. */
static void read_file(void *data, int index, int fd)
{
	struct checked_file *file = ((struct check *)data)->work[index];
	struct buffer buffer = {};
	struct json_object *facts;
	struct source *source;
	struct unit *unit;

	if (!file->scanned->is_there) {
		int opened = open(file->path, O_RDONLY | O_CLOEXEC);

		write_failure(fd, opened < 0 ? strerror(errno) : "is not a regular file");
		return;
	}
	source = read_source(file, &unit);
	if (!source) {
		write_failure(fd, "libclang cannot read it");
		return;
	}
	facts = facts__of_source(source, unit);
	write_facts(fd, facts);
	store__save(unit, &buffer);
	write_all(fd, buffer.at, buffer.size);
}

static void run_file(void *data, int index, int fd)
{
	struct check *check = data;

	write_facts(fd, facts__of_flow(flow__run(&check->program, check->work[index]->unit)));
}

/* --- its results --- */

static struct json_object *parse(struct checked_file *file, const char *result, const char *why)
{
	struct json_object *facts = why ? NULL : json_tokener_parse(result), *failure;

	failure = json_object_object_get(facts, "failure");
	if (failure)
		why = names__copy(json_object_get_string(failure));
	else if (!facts && !why)
		why = "its process ended without a result";
	if (why)
		file->failure = why;
	return facts;
}

static void have_read(void *data, int index, const char *result, size_t size, const char *why)
{
	struct check *check = data;
	struct checked_file *file = check->work[index];
	struct buffer buffer = {};

	file->is_read = true;
	file->is_to_read = false;
	file->read_facts = parse(file, result, why);
	if (file->failure)
		return;
	buffer.at = (unsigned char *)result + strlen(result) + 1;
	buffer.size = size - strlen(result) - 1;
	file->unit = store__load(&buffer, &check->program);
	if (!file->unit) {
		file->failure = "its process ended without a result";
		return;
	}
	program__link(&check->program, file->unit);
	file->is_to_run = true;
	if (needs_variant(file))
		add_variant(check, file);
}

static void have_run(void *data, int index, const char *result, size_t size, const char *why)
{
	struct checked_file *file = ((struct check *)data)->work[index];

	(void)size;
	file->is_to_run = false;
	if (file->run_facts)
		json_object_put(file->run_facts);
	file->run_facts = parse(file, result, why);
}

/* --- rounds --- */

static void run_pool(struct check *check, bool reading)
{
	struct pool pool = { .seconds = FILE_SECONDS,
			     .work = reading ? read_file : run_file,
			     .done = reading ? have_read : have_run,
			     .data = check,
			     .progress = reading ? "exitcheck: read" : "exitcheck: run" };

	check->work_count = 0;
	for (size_t i = 0; i < check->count; i++) {
		struct checked_file *file = check->files[i];

		if (reading ? !file->is_to_read : !file->is_to_run)
			continue;
		check->work = xgrow(check->work, check->work_count, sizeof(*check->work));
		check->work[check->work_count++] = file;
	}
	pool.count = check->work_count;
	if (pool.count)
		pool__run(&pool);
}

static void each_name(struct json_object *facts, const char *key,
		      void (*visit)(struct check *check, struct checked_file *file,
				    const char *name),
		      struct check *check, struct checked_file *file)
{
	struct json_object *array = json_object_object_get(facts, key);

	for (size_t i = 0; array && i < json_object_array_length(array); i++)
		visit(check, file, json_object_get_string(json_object_array_get_idx(array, i)));
}

struct wanted {
	struct check *check;
	struct checked_file *by;
};

static void want_file(void *data, const struct scanned_file *scanned)
{
	struct wanted *wanted = data;
	struct checked_file *file = add_file(wanted->check, (struct scanned_file *)scanned);

	if (file->is_read)
		return;
	file->is_to_read = true;
	wanted->by->is_to_run = true;
}

static void want_function(struct check *check, struct checked_file *by, const char *name)
{
	index__each_definition(name, want_file, &(struct wanted){ check, by });
}

static void add_wrapper(struct check *check, struct checked_file *by, const char *name)
{
	(void)by;
	check->has_new_wrapper |= index__add_fork(name);
}

/* Runs @by again if function @name, which it did not follow, is found to return in a child. */
static void follow_skipped(struct check *check, struct checked_file *by, const char *name)
{
	(void)check;
	by->is_to_run |= (index__reaches(name) & REACHES_CHILD) != 0;
}

static void each_fact(struct check *check, const char *key,
		      void (*visit)(struct check *check, struct checked_file *file,
				    const char *name))
{
	size_t count = check->count;

	for (size_t i = 0; i < count; i++)
		each_name(check->files[i]->run_facts, key, visit, check, check->files[i]);
}

static void add_wrappers(struct check *check)
{
	check->has_new_wrapper = false;
	each_fact(check, "wrappers", add_wrapper);
	if (!check->has_new_wrapper)
		return;
	index__settle();
	each_fact(check, "skipped", follow_skipped);
	select_concerned(check);
}

static struct checked_file *shown_as(const struct check *check, const char *path)
{
	const char *shown = names__copy(path);

	for (size_t i = 0; i < check->count; i++)
		if (check->files[i]->scanned->shown == shown && !check->files[i]->base)
			return check->files[i];
	return NULL;
}

static void note_child(struct check *check, struct checked_file *by, const char *path)
{
	struct checked_file *file = shown_as(check, path);

	(void)by;
	if (file)
		file->has_child = true;
}

/* Functions of a file that is about to be read once more may get a second body. */
static void run_again(struct check *check, struct checked_file *by, const char *path)
{
	const struct checked_file *entered = shown_as(check, path);

	by->is_to_run |= entered && entered->is_to_read_again;
}

static void add_variants(struct check *check)
{
	size_t count = check->count;

	each_fact(check, "children", note_child);
	for (size_t i = 0; i < count; i++) {
		check->files[i]->is_to_read_again = needs_variant(check->files[i]);
		if (check->files[i]->is_to_read_again)
			add_variant(check, check->files[i]);
	}
	each_fact(check, "entered", run_again);
}

static bool has_to_read(const struct check *check)
{
	for (size_t i = 0; i < check->count; i++)
		if (check->files[i]->is_to_read)
			return true;
	return false;
}

static bool has_to_run(const struct check *check)
{
	for (size_t i = 0; i < check->count; i++)
		if (check->files[i]->is_to_run)
			return true;
	return false;
}

static void run_rounds(struct check *check)
{
	select_concerned(check);
	do {
		while (has_to_read(check))
			run_pool(check, true);
		run_pool(check, false);
		add_wrappers(check);
		add_variants(check);
		each_fact(check, "wants", want_function);
	} while (has_to_read(check) || has_to_run(check));
}

static void report_broken(void *data, const char *path, const char *why)
{
	report__add_unread(data, path, why);
}

void check__run(const struct files *files, const struct arguments *clang, struct report *report,
		struct fix_file *fix_files)
{
	struct check check = { .clang = clang };

	add_files(&check, files);
	run_rounds(&check);
	database__each_broken(report_broken, report);
	pointers__report(report, check.files, check.count);
	/* One file may have several paths: links, or twice the same argument. */
	for (size_t i = 0; i < check.count; i++) {
		struct checked_file *file = check.files[i];

		if (file->base)
			file_report__add_variant(report, file);
		else if (file->is_asked_for)
			file_report__add(report, file, &fix_files[report->files++]);
		else
			file_report__add(report, file, NULL);
	}
}
