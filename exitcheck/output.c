// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "output.h"

/* The stream that @node, an argument, names: stderr, which is not buffered, is NOTHING. */
static int stream_of(const struct flow *flow, const struct node *node)
{
	const char *name;

	if (node->kind != NODE_VARIABLE)
		return SEVERAL_STREAMS;
	name = flow->program->declarations[node->id].name;
	if (!strcmp(name, "stderr"))
		return NOTHING;
	return strcmp(name, "stdout") ? node->id + 1 : STDOUT;
}

void output__note(const struct flow *flow, const struct node *node, const struct call_rule *rule,
		  struct world *world)
{
	int stream = STDOUT;

	if (node->foreign)
		return;
	if (rule->argument >= 0)
		stream = node->children > rule->argument + 1 ?
				 stream_of(flow, node->child[rule->argument + 1]) :
				 NOTHING;
	if (stream != NOTHING)
		world->printed = world->printed == NOTHING || world->printed == stream ?
					 stream :
					 SEVERAL_STREAMS;
}

void output__note_flush(const struct flow *flow, const struct node *node, struct value stream,
			struct world *world)
{
	if (node->children < 2)
		return;
	if ((stream.is_number && !stream.number) ||
	    stream_of(flow, node->child[1]) == world->printed)
		world->printed = NOTHING;
}
