// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "calls.h"
#include "functions.h"
#include "reach.h"
#include "unread.h"

void unread__run_callback(struct flow *flow, struct frame *frame, const struct function *function,
			  const struct world *world, struct value passed)
{
	struct value arguments[ARGUMENTS];
	unsigned int ends;

	for (int i = 0; i < ARGUMENTS; i++)
		arguments[i] = anything;
	arguments[0] = passed;
	if (function->stored)
		free(function__run(flow, frame, function, world, arguments, &ends).at);
}

struct callback {
	struct flow *flow;
	struct frame *frame;
	const struct world *world;
};

static void visit_callback(void *data, int id)
{
	struct callback *callback = data;

	unread__run_callback(callback->flow, callback->frame,
			     callback->flow->program->declarations[id].function, callback->world,
			     anything);
}

void unread__forget(struct flow *flow, const struct function *callee, const struct prepared *call,
		    struct world *world)
{
	enum reach_scope scope = callee && callee->of_system ? REACH_GIVEN : REACH_EXTERN;

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
	struct callback callback = { flow, frame, &call->world };
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
	if (after.fork && bits & REACHES_OUTPUT && !node->foreign)
		after.printed = SEVERAL_STREAMS;
	if (after.fork && bits & (REACHES_END | REACHES_EXIT))
		after.is_doubtful = true;
	after.acted |= after.made;
	paths__add_world(out, &after, anything);
}
