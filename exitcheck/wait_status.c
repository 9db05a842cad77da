// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "names.h"
#include "wait_status.h"

/* The tokens of a function's body: [from, to). */
struct body {
	const struct token *from, *to;
};

static struct body body_of(const struct source *source, const struct function *function)
{
	size_t low = 0, high = source->main.tokens.count;
	struct body body;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (source->main.tokens.at[middle].offset < function->place.offset)
			low = middle + 1;
		else
			high = middle;
	}
	body.from = source->main.tokens.at + low;
	body.to = body.from;
	while (body.to < source->main.tokens.at + source->main.tokens.count &&
	       body.to->offset < function->end.offset)
		body.to++;
	return body;
}

/* The token behind the parenthesis that closes the one at @open. */
static const struct token *behind_argument(const struct token *open, const struct token *end)
{
	int depth = 0;

	for (; open < end; open++) {
		if (!strcmp(open->text, "("))
			depth++;
		else if (!strcmp(open->text, ")") && !--depth)
			return open + 1;
	}
	return end;
}

static bool same_argument(const struct token *a, const struct token *b, struct body body)
{
	const struct token *a_end = behind_argument(a, body.to);
	const struct token *b_end = behind_argument(b, body.to);

	if (a_end - a != b_end - b)
		return false;
	while (a < a_end)
		if (a++->text != b++->text)
			return false;
	return true;
}

/* A status that is known not to be a signal's is an exit's. */
static bool asks_how_it_ended(const struct token *token)
{
	return !strcmp(token->text, "WIFEXITED") || !strcmp(token->text, "WIFSIGNALED");
}

static bool is_asked(struct body body, const struct token *argument)
{
	for (const struct token *token = body.from; token + 1 < body.to; token++)
		if (asks_how_it_ended(token) && same_argument(token + 1, argument, body))
			return true;
	return false;
}

static void add_found(struct wait_statuses *found, const struct unit *unit,
		      const struct function *function, const struct token *token)
{
	/* Once a line: a condition and its message often have it both. */
	if (found->count && found->at[found->count - 1].place.line == token->line)
		return;
	found->at = xrealloc(found->at, found->count + 1, sizeof(*found->at));
	found->at[found->count].function = function;
	found->at[found->count++].place =
		(struct place){ unit->main_path, token->line, token->column, token->offset };
}

struct wait_statuses wait_status__unchecked(const struct source *source, const struct unit *unit)
{
	const char *sought = names__copy("WEXITSTATUS");
	struct wait_statuses found = {};

	for (int i = 0; i < unit->function_count; i++) {
		const struct function *function = unit->functions[i];
		struct body body;

		if (function->place.path != unit->main_path ||
		    function->end.offset <= function->place.offset)
			continue;
		body = body_of(source, function);
		for (const struct token *token = body.from; token + 1 < body.to; token++)
			if (token->text == sought && !is_asked(body, token + 1))
				add_found(&found, unit, function, token);
	}
	return found;
}
