// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "calls.h"
#include "functions.h"
#include "output.h"
#include "reach.h"
#include "unread.h"

bool unread__run_callback(struct flow *flow, struct frame *frame, const struct function *function,
			  const struct world *world, struct value passed)
{
	struct value arguments[ARGUMENTS];
	struct paths returned = {};
	unsigned int ends;

	for (int i = 0; i < ARGUMENTS; i++)
		arguments[i] = anything;
	arguments[0] = passed;
	if (function->stored)
		returned = function__run(flow, frame, function, world, arguments, &ends);
	free(returned.at);
	return returned.count || !function->stored;
}

struct callback {
	struct flow *flow;
	struct frame *frame;
	const struct world *world;
	bool prints; /* and returns */
};

static void visit_callback(void *data, int id)
{
	struct callback *callback = data;
	const struct function *function = callback->flow->program->declarations[id].function;

	if (unread__run_callback(callback->flow, callback->frame, function, callback->world,
				 anything))
		callback->prints |= output__may_come_from(callback->flow, function);
}

void unread__forget(struct flow *flow, const struct function *callee, const struct prepared *call,
		    struct world *world)
{
	enum reach_scope scope = callee && callee->of_system ? REACH_GIVEN : REACH_EXTERN;

	/* It may call a function that it is given, of this file. */
	for (int i = 0; i < ARGUMENTS; i++)
		if (call->arguments[i].functions != ANY_FUNCTION)
			scope = REACH_ALL;

	world->known = reach__narrow(flow->program, scope, NULL, world, call->arguments);
}

bool unread__is_doubtful(const struct function *callee)
{
	return !callee || (!callee->of_system && !calls__is_harmless(callee->name));
}

void unread__call(struct flow *flow, struct frame *frame, const struct node *node, int bits,
		  const struct prepared *call, struct paths *out)
{
	const struct function *callee = program__callee(flow->program, node);
	struct callback callback = { .flow = flow, .frame = frame, .world = &call->world };
	struct world after = call->world;

	for (int i = 0; i < ARGUMENTS && i < node->children - 1; i++) {
		struct value value = call->arguments[i];
		int count;
		const int *ids = functions__ids(value.functions, &count);

		for (int j = 0; j < count; j++)
			visit_callback(&callback, ids[j]);
		if (value.object != NO_KEY)
			world__each_function(&call->world, value.object, visit_callback, &callback);
	}
	unread__forget(flow, callee, call, &after);
	/* Macros of a test's framework print too, but to where nobody reads after a fork. */
	if (after.fork && ((bits & REACHES_OUTPUT && !node->foreign) ||
			   (callback.prints && !(bits & REACHES_AT_EXIT))))
		after.printed = SEVERAL_STREAMS;
	if (after.fork && bits & REACHES_AT_EXIT)
		after.beside |= SETS_AT_EXIT;
	if (bits & REACHES_HANDLER && callback.prints) {
		if (after.fork)
			after.beside |= HANDLER_PRINTS;
		else
			flow->handler_prints = true;
	}
	if (after.fork && bits & (REACHES_END | REACHES_EXIT))
		after.is_doubtful = true;
	after.acted |= after.made;
	paths__add_world(out, &after, anything);
}
