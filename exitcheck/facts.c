// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/xalloc.h"
#include "facts.h"
#include "flow.h"
#include "names.h"
#include "source.h"
#include "tree.h"
#include "wait_status.h"
#include "words.h"

static void add_text(struct json_object *object, const char *key, const char *text)
{
	json_object_object_add(object, key, json_object_new_string(text));
}

static void add_number(struct json_object *object, const char *key, long long number)
{
	json_object_object_add(object, key, json_object_new_int64(number));
}

static struct json_object *json_of_place(struct place place)
{
	struct json_object *object = json_object_new_object();

	add_text(object, "path", place.path);
	add_number(object, "line", place.line);
	add_number(object, "column", place.column);
	add_number(object, "offset", place.offset);
	return object;
}

static struct json_object *add_array(struct json_object *facts, const char *key)
{
	struct json_object *array = json_object_new_array();

	json_object_object_add(facts, key, array);
	return array;
}

static void add_fork(struct json_object *object, const struct flow *flow, int fork)
{
	if (fork)
		json_object_object_add(object, "fork", json_of_place(flow->forks[fork - 1]->place));
}

static void add_flow(struct json_object *facts, const struct flow *flow)
{
	struct json_object *exits = add_array(facts, "exits"), *falls = add_array(facts, "falls");

	for (int i = 0; i < flow->exit_count; i++) {
		const struct exit_call *found = &flow->exits[i];
		struct json_object *object = json_of_place(found->call->place);

		/* Where "exit" is written, if it is: not where a pointer to it is called. */
		if (found->call->child[0]->kind == NODE_FUNCTION)
			json_object_object_add(object, "spelled",
					       json_of_place(found->call->spelled));
		add_text(object, "function", found->function->name);
		add_number(object, "reached", found->reached);
		add_fork(object, flow, found->fork);
		json_object_array_add(exits, object);
	}
	for (int i = 0; i < flow->fall_count; i++) {
		struct json_object *object = json_of_place(flow->falls[i].place);

		add_text(object, "function", flow->falls[i].function->name);
		add_fork(object, flow, flow->falls[i].fork);
		json_object_array_add(falls, object);
	}
}

static void add_statuses(struct json_object *facts, const struct source *source,
			 const struct unit *unit)
{
	struct json_object *statuses = add_array(facts, "statuses");
	struct wait_statuses found = wait_status__unchecked(source, unit);

	for (int i = 0; i < found.count; i++) {
		struct json_object *object = json_of_place(found.at[i].place);

		add_text(object, "function", found.at[i].function->name);
		json_object_array_add(statuses, object);
	}
}

static int compare_offsets(const void *a, const void *b)
{
	unsigned int x = *(const unsigned int *)a, y = *(const unsigned int *)b;

	return x < y ? -1 : x > y;
}

/*
 * The line of a call of exit() or fork() that is written in the file but that clang did not make
 * a call of, for want of what a header would have said. 0: there is none.
 */
static unsigned int line_not_understood(const struct source *source, const struct unit *unit)
{
	unsigned int *offsets = xcalloc(2 * unit->call_count + 1, sizeof(*offsets));
	const char *paren = names__copy("("), *dot = names__copy("."), *arrow = names__copy("->");
	const char *const sought[] = { names__copy("exit"), names__copy("fork"),
				       names__copy("vfork") };
	unsigned int line = 0;
	int count = 0;

	for (int i = 0; i < unit->call_count; i++) {
		if (unit->calls[i]->spelled.path == unit->main_path)
			offsets[count++] = unit->calls[i]->spelled.offset;
		/* "#define exit(status) leave(status)" */
		if (unit->calls[i]->place.path == unit->main_path)
			offsets[count++] = unit->calls[i]->place.offset;
	}
	qsort(offsets, count, sizeof(*offsets), compare_offsets);
	for (size_t i = 1; i + 1 < source->token_count && !line; i++) {
		const struct token *token = &source->tokens[i], *before = token - 1;
		bool found = false;

		for (size_t j = 0; j < sizeof(sought) / sizeof(*sought); j++)
			found |= token->text == sought[j];
		if (!found || token[1].text != paren || before->text == dot ||
		    before->text == arrow)
			continue;
		if (!bsearch(&token->offset, offsets, count, sizeof(*offsets), compare_offsets) &&
		    !unit__declares(unit, token->offset))
			line = token->line;
	}
	free(offsets);
	return line;
}

static void note_inclusion(CXFile file, CXSourceLocation *stack, unsigned int depth,
			   CXClientData data)
{
	const char *name = names__intern(clang_getFileName(file)), *slash = strrchr(name, '/');

	(void)stack;
	(void)depth;
	if (slash && !strcmp(slash, "/unistd.h"))
		*(bool *)data = true;
}

static void add_source(struct json_object *facts, const struct source *source)
{
	bool has_unistd = false;

	clang_getInclusions(source->tu, note_inclusion, &has_unistd);
	json_object_object_add(facts, "has_unistd", json_object_new_boolean(has_unistd));
	add_number(facts, "missing_headers", source->missing_headers);
	if (source->broken)
		add_text(facts, "not_read", source->broken);
	if (source->database_lied)
		add_text(facts, "notes",
			 "cannot be read as compile_commands.json says: read without it");
}

struct json_object *facts__of(const char *path, const char *const *arguments)
{
	struct json_object *facts = json_object_new_object();
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct source *source;
	struct unit *unit;
	struct flow *flow;
	unsigned int line;

	if (fd < 0) {
		add_text(facts, "not_read", strerror(errno));
		return facts;
	}
	close(fd);
	if (!words__may_fork(path, arguments)) {
		json_object_object_add(facts, "cannot_fork", json_object_new_boolean(true));
		return facts;
	}
	source = source__read(path, arguments);
	if (!source) {
		add_text(facts, "not_read", "libclang cannot read it");
		return facts;
	}
	unit = tree__read(source->tu, names__path(source->file));
	flow = flow__run(unit);
	add_source(facts, source);
	add_flow(facts, flow);
	add_statuses(facts, source, unit);
	line = line_not_understood(source, unit);
	if (line)
		add_text(facts, "not_read",
			 xasprintf("line %u cannot be understood without the headers that are missing",
				   line));
	if (flow->gave_up)
		add_text(facts, "not_read", "too many ways through it");
	return facts;
}
