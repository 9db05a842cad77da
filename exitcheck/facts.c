// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <string.h>

#include "../lib/xalloc.h"
#include "doubts.h"
#include "facts.h"
#include "main_return.h"
#include "names.h"
#include "wait_status.h"

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
		json_object_object_add(object, "fork",
				       json_of_place(flow->forks[fork - 1].call->places->shown));
}

static void add_exits(struct json_object *facts, const struct flow *flow)
{
	struct json_object *exits = add_array(facts, "exits");

	for (int i = 0; i < flow->exit_count; i++) {
		const struct exit_call *found = &flow->exits[i];
		struct json_object *object = json_of_place(found->call->places->shown);

		/* The place of the name, if it is there: not that of a call by a pointer to it. */
		if (found->call->child[0]->kind == NODE_FUNCTION)
			json_object_object_add(object, "spelled",
					       json_of_place(found->call->places->spelled));
		add_text(object, "function", found->function->name);
		add_text(object, "name", found->name);
		add_number(object, "reached", found->reached);
		add_number(object, "calls_first",
			   found->call->children > 1 && node__has_call(found->call->child[1]));
		add_fork(object, flow, found->fork);
		json_object_array_add(exits, object);
	}
}

/* The end, at @place of @function, in the child that @fork made. */
static struct json_object *json_of_end(const struct flow *flow, struct place place,
				       const struct function *function, int fork)
{
	struct json_object *object = json_of_place(place);

	add_text(object, "function", function->name);
	add_fork(object, flow, fork);
	return object;
}

static void add_falls(struct json_object *facts, const struct flow *flow)
{
	struct json_object *falls = add_array(facts, "falls");

	for (int i = 0; i < flow->fall_count; i++) {
		const struct fall *fall = &flow->falls[i];

		json_object_array_add(falls,
				      json_of_end(flow, fall->place, fall->function, fall->fork));
	}
}

/* Adds where @found's child has left the function that made it, if that is in another file. */
static void add_left(struct json_object *object, const struct flow *flow,
		     const struct main_return *found)
{
	for (int i = 0; i < flow->leave_count; i++) {
		const struct fall *leave = &flow->leaves[i];

		if (leave->fork == found->fork && strcmp(leave->place.path, found->place.path))
			json_object_object_add(object, "left",
					       json_of_end(flow, leave->place, leave->function, 0));
	}
}

static void add_returns(struct json_object *facts, const struct flow *flow)
{
	struct json_object *returns = add_array(facts, "returns");

	for (int i = 0; i < flow->return_count; i++) {
		const struct main_return *found = &flow->returns[i];
		struct json_object *object =
			json_of_end(flow, found->place, found->function, found->fork);

		add_left(object, flow, found);
		json_object_array_add(returns, object);
	}
}

static void add_names(struct json_object *facts, const char *key, const struct name_list *names)
{
	struct json_object *array = add_array(facts, key);

	for (int i = 0; i < names->count; i++)
		json_object_array_add(array, json_object_new_string(names->at[i]));
}

static void add_pointers(struct json_object *facts, const struct flow *flow)
{
	struct json_object *pointers = add_array(facts, "pointers");

	for (int i = 0; i < flow->pointer_count; i++) {
		const struct pointer_call *call = &flow->pointers[i];
		const struct declaration *slot = &flow->program->declarations[call->slot];
		struct json_object *object = json_object_new_object();

		add_text(object, "declared", slot->place.path);
		add_text(object, "name", slot->name);
		add_number(object, "line", call->place.line);
		add_names(object, "setters", &slot->setters);
		json_object_array_add(pointers, object);
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

static void add_doubts(struct json_object *facts, const struct source *source, struct unit *unit)
{
	struct left_out left_out = left_out__of(source);
	struct doubts doubts = doubts__of(source, &left_out, unit);
	struct json_object *array = add_array(facts, "doubts");

	for (int i = 0; i < doubts.count; i++)
		json_object_array_add(array, json_object_new_string(doubts.at[i]));
	array = add_array(facts, "lost");
	for (int i = 0; i < doubts.lost_count; i++) {
		const struct lost_call *lost = &doubts.lost[i];
		struct json_object *object = json_object_new_object();

		add_number(object, "offset", lost->offset);
		add_number(object, "is_left_out", lost->is_left_out);
		add_number(object, "is_fork", lost->is_fork);
		add_text(object, "doubt", lost->sentence);
		json_object_array_add(array, object);
	}
	add_names(facts, "undefine", &left_out.undefine);
	add_names(facts, "define", &left_out.define);
	add_names(facts, "left_out", &left_out.calls);
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

struct json_object *facts__of_source(const struct source *source, struct unit *unit)
{
	struct json_object *facts = json_object_new_object();
	bool has_unistd = false;

	clang_getInclusions(source->tu, note_inclusion, &has_unistd);
	json_object_object_add(facts, "has_unistd", json_object_new_boolean(has_unistd));
	add_names(facts, "missing", &source->missing);
	add_doubts(facts, source, unit);
	add_statuses(facts, source, unit);
	return facts;
}

struct json_object *facts__of_flow(const struct flow *flow)
{
	struct json_object *facts = json_object_new_object(), *array;

	add_exits(facts, flow);
	add_falls(facts, flow);
	add_returns(facts, flow);
	add_pointers(facts, flow);
	add_names(facts, "wants", &flow->wants);
	add_names(facts, "skipped", &flow->skipped);
	add_names(facts, "entered", &flow->entered);
	add_names(facts, "children", &flow->children);
	add_names(facts, "wrappers", &flow->wrappers);
	array = add_array(facts, "doubts");
	for (int i = 0; i < flow->guess_count; i++)
		json_object_array_add(array,
				      json_object_new_string(xasprintf("line %u: %s() is taken for fork(), and is not known: add its file, or --fork %s",
								       flow->guesses[i].place.line,
								       flow->guesses[i].name,
								       flow->guesses[i].name)));
	for (int i = 0; i < flow->cut.count; i++)
		json_object_array_add(array,
				      json_object_new_string(xasprintf("%s(): too many ways through it",
								       flow->cut.at[i])));
	for (int i = 0; i < flow->unknown_ends.count; i++)
		json_object_array_add(array,
				      json_object_new_string(xasprintf("%s() ends a child, and is not known: add its file",
								       flow->unknown_ends.at[i])));
	return facts;
}
