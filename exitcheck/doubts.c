// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "calls.h"
#include "doubts.h"
#include "index.h"
#include "names.h"

#define NAMED 4 /* functions and headers in a sentence */

static void add(struct doubts *doubts, const char *sentence)
{
	doubts->at = xgrow(doubts->at, doubts->count, sizeof(*doubts->at));
	doubts->at[doubts->count++] = sentence;
}

/* "a, b and 3 more", with @suffix behind each. */
static char *enumeration(const char *const *names, int count, const char *suffix)
{
	char *text = xstrdup(""), *longer;

	for (int i = 0; i < count && i < NAMED; i++) {
		longer = xasprintf("%s%s%s%s", text, i ? ", " : "", names[i], suffix);
		free(text);
		text = longer;
	}
	if (count <= NAMED)
		return text;
	longer = xasprintf("%s and %d more", text, count - NAMED);
	free(text);
	return longer;
}

static bool can_tell(const char *header)
{
	return !calls__is_skeleton(header);
}

/* The headers that are missing and could tell, as an end of a sentence; NULL if there is none. */
static const char *end_of_sentence(const struct source *source)
{
	const char **names = xcalloc(source->missing.count, sizeof(*names));
	int count = 0;

	for (int i = 0; i < source->missing.count; i++)
		if (can_tell(source->missing.at[i]))
			names[count++] = source->missing.at[i];
	return count ? xasprintf("missing: %s", enumeration(names, count, "")) : NULL;
}

static int reach_of(const char *name)
{
	int elsewhere = index__reaches(name);

	return calls__reach(name) | (elsewhere > 0 ? elsewhere : 0);
}

/* --- calls that clang has lost --- */

static int compare_offsets(const void *a, const void *b)
{
	unsigned int x = *(const unsigned int *)a, y = *(const unsigned int *)b;

	return x < y ? -1 : x > y;
}

/* The offsets of all calls that clang has found in the file, sorted. */
static unsigned int *offsets_of(const struct unit *unit, int *count)
{
	unsigned int *offsets = xcalloc(2 * unit->call_count + 1, sizeof(*offsets));

	*count = 0;
	for (int i = 0; i < unit->call_count; i++) {
		if (unit->calls[i]->spelled.path == unit->main_path)
			offsets[(*count)++] = unit->calls[i]->spelled.offset;
		/* "#define exit(status) leave(status)" */
		if (unit->calls[i]->place.path == unit->main_path)
			offsets[(*count)++] = unit->calls[i]->place.offset;
	}
	qsort(offsets, *count, sizeof(*offsets), compare_offsets);
	return offsets;
}

static bool is_call(const struct tokens *tokens, size_t i)
{
	static const char *paren, *dot, *arrow;

	paren = paren ?: names__copy("(");
	dot = dot ?: names__copy(".");
	arrow = arrow ?: names__copy("->");
	return i + 1 < tokens->count && tokens->at[i + 1].text == paren &&
	       !(i && (tokens->at[i - 1].text == dot || tokens->at[i - 1].text == arrow));
}

/* True if the call is of a function that matters, by the same rules as for one that is run. */
static bool matters(const struct tokens *tokens, size_t i)
{
	const char *name = tokens->at[i].text;

	return text__is_word(*name) && is_call(tokens, i) &&
	       reach_of(name) & (REACHES_FORK | REACHES_EXIT | REACHES_END);
}

static void add_lost_calls(struct doubts *doubts, const struct source *source,
			   const struct unit *unit)
{
	const char *headers = end_of_sentence(source);
	unsigned int *offsets;
	int count;

	offsets = offsets_of(unit, &count);
	for (size_t i = 1; i < source->tokens.count; i++) {
		const struct token *token = &source->tokens.at[i];

		if (!matters(&source->tokens, i) || unit__declares(unit, token->offset) ||
		    bsearch(&token->offset, offsets, count, sizeof(*offsets), compare_offsets))
			continue;
		add(doubts,
		    xasprintf("line %u: clang cannot make sense of this call of %s()%s%s",
			      token->line, token->text, headers ? ": " : "", headers ?: ""));
		break;
	}
	free(offsets);
}

static void add_left_out(struct doubts *doubts, const struct source *source)
{
	const char *headers = end_of_sentence(source);

	for (size_t i = 0; headers && i < source->left_out.count; i++) {
		const struct token *token = &source->left_out.at[i];

		if (!is_call(&source->left_out, i) || !calls__may_fork(token->text))
			continue;
		add(doubts, xasprintf("line %u: #if leaves out this call of %s(): %s", token->line,
				      token->text, headers));
		break;
	}
}

/* --- functions that are not declared --- */

static bool has_exit(const struct unit *unit)
{
	for (int i = 0; i < unit->call_count; i++) {
		const struct function *callee = unit__callee(unit, unit->calls[i]);

		if (callee && reach_of(callee->name) & REACHES_EXIT)
			return true;
	}
	return false;
}

static bool is_unknown(const char *name)
{
	return index__reaches(name) < 0 && !calls__is_like_fork(name) &&
	       calls__rule(name)->effect == EFFECT_UNKNOWN && !calls__is_harmless(name);
}

static void add_undeclared(struct doubts *doubts, const struct source *source,
			   const struct unit *unit)
{
	const char *headers = end_of_sentence(source), **names;
	int count = 0;

	if (!headers || !has_exit(unit))
		return;
	names = xcalloc(source->undeclared.count, sizeof(*names));
	for (int i = 0; i < source->undeclared.count; i++)
		if (is_unknown(source->undeclared.at[i]))
			names[count++] = source->undeclared.at[i];
	if (count)
		add(doubts,
		    xasprintf("not declared: %s: %s", enumeration(names, count, "()"), headers));
	free(names);
}

/* --- statements that clang has lost --- */

static const struct function *function_at(const struct unit *unit, unsigned int offset)
{
	for (int i = 0; i < unit->function_count; i++)
		if (unit->functions[i]->in_main_file &&
		    unit->functions[i]->place.offset <= offset &&
		    offset <= unit->functions[i]->end.offset)
			return unit->functions[i];
	return NULL;
}

static void mark(struct unit *unit, const struct function *function, const char *name)
{
	for (int i = 0; i < unit->declaration_count; i++) {
		struct declaration *declaration = &unit->declarations[i];

		if (declaration->name == name && !declaration->function &&
		    declaration->owner == function->id)
			declaration->is_uncertain = true;
	}
}

static bool ends_statement(const struct token *token)
{
	return strchr(";{}", *token->text);
}

static bool is_any(const struct tokens *tokens, size_t i, const char *characters)
{
	return i < tokens->count && strchr(characters, *tokens->at[i].text);
}

/* Returns whether the token at @i assigns: "=" but for "==", "<=", ">=" and "!=". */
static bool assigns(const struct tokens *tokens, size_t i)
{
	return is_any(tokens, i, "=") && !is_any(tokens, i + 1, "=") &&
	       !is_any(tokens, i - 1, "=<>!");
}

/* The variable of the object that ends before @i: "a" of "a->b[c].d". */
static const char *variable_before(const struct tokens *tokens, size_t i, size_t first)
{
	size_t at = i;

	/* "+=" and its like. */
	while (at > first && is_any(tokens, at - 1, "+-*/%&|^"))
		at--;
	while (at > first) {
		int brackets = is_any(tokens, at - 1, "]");

		if (!brackets && !text__is_word(*tokens->at[at - 1].text))
			return "";
		at--;
		while (brackets && at > first) {
			brackets += is_any(tokens, at - 1, "]") - is_any(tokens, at - 1, "[");
			at--;
		}
		if (text__is_word(*tokens->at[at].text)) {
			if (at <= first || !is_any(tokens, at - 1, ".-"))
				return tokens->at[at].text;
			at--;
		}
	}
	return "";
}

/* A statement that is lost may have assigned to a variable, or let a function do so. */
static void mark_lost(const struct source *source, struct unit *unit, struct place error)
{
	const struct function *function = function_at(unit, error.offset);
	const struct tokens *tokens = &source->tokens;
	size_t first = 0;

	if (error.path != unit->main_path || !function)
		return;
	while (first < tokens->count && tokens->at[first].offset < error.offset)
		first++;
	while (first > 0 && !ends_statement(&tokens->at[first - 1]))
		first--;
	for (size_t at = first; at < tokens->count && !ends_statement(&tokens->at[at]); at++) {
		if (assigns(tokens, at))
			mark(unit, function, variable_before(tokens, at, first));
		else if (at > first && is_any(tokens, at - 1, "&") &&
			 !(at > first + 1 && (is_any(tokens, at - 2, ")]") ||
					      text__is_word(*tokens->at[at - 2].text))))
			mark(unit, function, tokens->at[at].text);
	}
}

struct doubts doubts__of(const struct source *source, struct unit *unit)
{
	struct doubts doubts = {};

	if (source->broken)
		add(&doubts, source->broken);
	add_lost_calls(&doubts, source, unit);
	add_undeclared(&doubts, source, unit);
	add_left_out(&doubts, source);
	for (int i = 0; i < source->error_count; i++)
		mark_lost(source, unit, source->errors[i]);
	return doubts;
}
