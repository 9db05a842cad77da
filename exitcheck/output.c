// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "body.h"
#include "callees.h"
#include "index.h"
#include "output.h"
#include "unread.h"

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

/* The stream that call @node, which @rule describes, prints to; or NOTHING. */
static int printed_by(const struct flow *flow, const struct node *node,
		      const struct call_rule *rule)
{
	if (node->foreign)
		return NOTHING;
	if (rule->argument < 0)
		return STDOUT;
	return node->children > rule->argument + 1 ?
		       stream_of(flow, node->child[rule->argument + 1]) :
		       NOTHING;
}

void output__note(const struct flow *flow, const struct node *node, const struct call_rule *rule,
		  struct world *world)
{
	int stream = printed_by(flow, node, rule);

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

static bool function_prints(struct flow *flow, const struct function *function,
			    const struct node *call, bool *visited);

static bool node_prints(struct flow *flow, const struct node *node, bool *visited)
{
	struct callees functions;
	bool prints = false;

	for (int i = 0; node && i < node->children && !prints; i++)
		prints = node_prints(flow, node->child[i], visited);
	if (!node || prints || node->kind != NODE_CALL)
		return prints;
	functions = callees__of(flow, node->child[0],
				node->child[0]->kind == NODE_FUNCTION ?
					value__of_function(node->child[0]->id) :
					anything);
	prints = !functions.count;
	for (int i = 0; i < functions.count && !prints; i++)
		prints = function_prints(flow, functions.at[i], node, visited);
	free(functions.at);
	return prints;
}

/* Returns whether @function prints that @call calls; NULL: somebody else does. */
static bool function_prints(struct flow *flow, const struct function *function,
			    const struct node *call, bool *visited)
{
	const struct call_rule *rule = calls__rule(function->name);
	int bits;

	if (visited[function->id] && function->stored)
		return false;
	visited[function->id] = true;
	if (function->stored)
		return node_prints(flow, body__of(function), visited);
	if (call && rule->effect == EFFECT_OUTPUT)
		return printed_by(flow, call, rule) != NOTHING;
	bits = function->of_system ? 0 : index__reaches(function->name);
	return bits < 0 ? rule->effect == EFFECT_UNKNOWN && unread__is_doubtful(function) :
			  bits & REACHES_OUTPUT;
}

bool output__may_come_from(struct flow *flow, const struct function *function)
{
	char *prints = &flow->prints[function->id];
	bool *visited;

	if (!*prints) {
		visited = xcalloc(flow->program->declaration_count, sizeof(*visited));
		*prints = function_prints(flow, function, NULL, visited) ? 'y' : 'n';
		free(visited);
	}
	return *prints == 'y';
}
