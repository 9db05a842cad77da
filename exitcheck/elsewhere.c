// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "calls.h"
#include "elsewhere.h"
#include "ends.h"
#include "functions.h"
#include "index.h"
#include "names.h"
#include "unread.h"

/* Gives @inside and @arguments what a function of another file is to know of @call. */
static void narrow(const struct prepared *call, struct world *inside, struct value *arguments)
{
	for (int i = 0; i < ARGUMENTS; i++) {
		const struct value *value = &call->arguments[i];

		arguments[i] = value->is_number || value->functions != ANY_FUNCTION ? *value :
										      anything;
	}
	inside->known = NULL;
}

/*
 * Runs @function of another file. Of its arguments numbers and functions count, of objects nothing:
 * it would be run for each of their values. A function that forks for its caller is the exception:
 * it may store the number of the child.
 */
static void run_elsewhere(struct flow *flow, struct frame *frame, const struct node *node,
			  const struct function *function, const struct prepared *call,
			  struct paths *out)
{
	bool forks = index__reaches(function->name) & REACHES_CHILD;
	struct prepared given = *call;
	struct world after = call->world;
	struct paths returned;
	unsigned int ends;

	if (!forks)
		narrow(call, &given.world, given.arguments);
	unread__forget(flow, NULL, call, &after);
	returned = function__run(flow, frame, function, &given.world, given.arguments, &ends);
	ends__note_called(flow, frame, &given.world, ends);
	for (int i = 0; i < returned.count; i++) {
		if (!forks) {
			returned.at[i].world.known = after.known;
			returned.at[i].value.object = NO_KEY;
		}
		if (node->foreign)
			returned.at[i].world.printed = call->world.printed;
		paths__add(out, &returned.at[i]);
	}
	free(returned.at);
}

/* A function of another file that is not run. */
static void call_unfollowed(struct flow *flow, struct frame *frame, const struct node *node,
			    const struct function *function, int bits, const struct prepared *call,
			    struct paths *out)
{
	if (function->never_returns)
		ends__note(flow, frame, &call->world, END_LOUD);
	else
		unread__call(flow, frame, node, bits, call, out);
}

/* The files that the process has come through, so that they are of one program. */
static struct name_list linked_files(const struct flow *flow, const struct frame *frame,
				     const struct world *world)
{
	struct name_list files = {};

	for (; frame; frame = frame->caller)
		name_list__add(&files, frame->function->place.path);
	if (world->fork)
		name_list__add(&files, flow->forks[world->fork - 1].call->places->shown.path);
	return files;
}

bool elsewhere__call(struct flow *flow, struct frame *frame, const struct node *node,
		     const struct function *function, const struct prepared *call,
		     struct paths *out)
{
	int bits = function->of_system ? -1 : index__reaches(function->name);
	int relevant = call->world.fork ? REACHES_FORK | REACHES_EXIT | REACHES_END | REACHES_LOOP :
					  REACHES_CHILD;
	struct function_list definitions;
	struct name_list linked;

	if (bits < 0)
		return false;
	if (!(bits & relevant)) {
		if (bits & REACHES_FORK)
			name_list__add(&flow->skipped, function->name);
		call_unfollowed(flow, frame, node, function, bits, call, out);
		return true;
	}
	linked = linked_files(flow, frame, &call->world);
	definitions = program__definitions(flow->program, function, flow->unit, &linked);
	free(linked.at);
	if (!definitions.count) {
		name_list__add(&flow->wants, function->name);
		call_unfollowed(flow, frame, node, function, bits, call, out);
	}
	for (int i = 0; i < definitions.count; i++)
		run_elsewhere(flow, frame, node, definitions.at[i], call, out);
	free(definitions.at);
	return true;
}
