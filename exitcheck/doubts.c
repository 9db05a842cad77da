// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "calls.h"
#include "doubts.h"
#include "index.h"
#include "names.h"

static void add(struct doubts *doubts, const char *sentence)
{
	doubts->at = xgrow(doubts->at, doubts->count, sizeof(*doubts->at));
	doubts->at[doubts->count++] = sentence;
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
	return count ? xasprintf("missing: %s", text__enumeration(names, count, "")) : NULL;
}

static void add_lost(struct doubts *doubts, const struct token *token, int reach, bool is_left_out,
		     const char *sentence)
{
	doubts->lost = xgrow(doubts->lost, doubts->lost_count, sizeof(*doubts->lost));
	doubts->lost[doubts->lost_count++] = (struct lost_call){
		.offset = token->offset,
		.is_left_out = is_left_out,
		.is_fork = reach & REACHES_FORK,
		.sentence = sentence,
	};
}

static void add_left_out(struct doubts *doubts, const struct source *source,
			 const struct left_out *left_out)
{
	const char *headers = end_of_sentence(source);

	for (int i = 0; i < left_out->lost_count; i++) {
		const struct token *call = &left_out->lost[i];

		add_lost(doubts, call, index__reach_of(call->text), true,
			 xasprintf("line %u: #if leaves out this call of %s()%s%s", call->line,
				   call->text, headers ? ": " : "", headers ?: ""));
	}
}

/* --- calls that clang has lost --- */

static int compare_offsets(const void *a, const void *b)
{
	unsigned int x = *(const unsigned int *)a, y = *(const unsigned int *)b;

	return x < y ? -1 : x > y;
}

/* The offsets of all calls that clang has found in file @path, sorted. */
static unsigned int *offsets_of(const struct unit *unit, const char *path, int *count)
{
	unsigned int *offsets = xcalloc(2 * unit->call_count + 1, sizeof(*offsets));

	*count = 0;
	for (int i = 0; i < unit->call_count; i++) {
		if (unit->calls[i]->places->spelled.path == path)
			offsets[(*count)++] = unit->calls[i]->places->spelled.offset;
		/* "#define exit(status) leave(status)" */
		if (unit->calls[i]->places->shown.path == path)
			offsets[(*count)++] = unit->calls[i]->places->shown.offset;
	}
	qsort(offsets, *count, sizeof(*offsets), compare_offsets);
	return offsets;
}

static const struct function *function_at(const struct unit *unit, const char *path,
					  unsigned int offset)
{
	for (int i = 0; i < unit->function_count; i++)
		if (unit->functions[i]->place.path == path &&
		    unit->functions[i]->place.offset <= offset &&
		    offset <= unit->functions[i]->end.offset)
			return unit->functions[i];
	return NULL;
}

static bool has_error_in(const struct source *source, const char *path, unsigned int from,
			 unsigned int to)
{
	for (int i = 0; i < source->error_count; i++)
		if (source->errors[i].path == path && source->errors[i].offset >= from &&
		    source->errors[i].offset <= to)
			return true;
	return false;
}

/* Returns whether token @i is in an initializer, outside of functions, that clang has lost. */
static bool is_in_lost_object(const struct source *source, const struct code *code, size_t i)
{
	const struct token *token = &code->tokens.at[i];
	bool is_value = false;
	size_t first = i;

	if (!strchr("=,{&(", *code->tokens.at[i - 1].text))
		return false;
	while (first > 0 && *code->tokens.at[first - 1].text != ';')
		is_value |= *code->tokens.at[--first].text == '=';
	return is_value &&
	       has_error_in(source, code->path, code->tokens.at[first].offset, token->offset);
}

/* Returns whether function @name of @unit calls what reaches exit(). */
static bool exits(const struct unit *unit, const char *name)
{
	for (int i = 0; i < unit->call_count; i++) {
		const struct function *callee = unit__callee(unit, unit->calls[i]);
		struct place place = unit->calls[i]->places->shown;
		const struct function *caller = function_at(unit, place.path, place.offset);

		if (callee && caller && caller->name == name &&
		    index__reach_of(callee->name) & REACHES_EXIT)
			return true;
	}
	return false;
}

/* The bits that token @i can reach: a call by the rules of one that is run, or a macro. */
static int reach_of(const struct source *source, const struct code *code, size_t i,
		    const struct unit *unit)
{
	const struct tokens *tokens = &code->tokens;
	const char *name = tokens->at[i].text, *before = i ? tokens->at[i - 1].text : "";
	bool is_call = text__is_call(tokens, i);
	int bits;

	if (!text__is_word(*name) || !strcmp(before, ".") || !strcmp(before, "->"))
		return 0;
	if (is_call && calls__rule(name)->effect == EFFECT_SYSCALL && i + 2 < tokens->count &&
	    calls__may_fork(tokens->at[i + 2].text))
		return REACHES_FORK;
	bits = index__macro_reaches(name, code->path, is_call);
	if (is_call)
		return bits | index__reach_of(name) | index__static_reaches(name, code->path);
	if (function_at(unit, code->path, tokens->at[i].offset))
		return bits;
	/* Macros of initializers have functions in them, and call none. */
	return is_in_lost_object(source, code, i) && exits(unit, name) ? REACHES_EXIT : 0;
}

static bool matters(int reach)
{
	return reach & (REACHES_FORK | REACHES_EXIT | REACHES_END);
}

/* Returns whether @offset of @code is the name of a function that is declared there. */
static bool is_declared_at(const struct unit *unit, const struct code *code, unsigned int offset)
{
	const struct function *function = function_at(unit, code->path, offset);

	if (code->path == unit->main_path)
		return unit__declares(unit, offset);
	return !function || function->place.offset == offset;
}

/*
 * Returns whether clang met an error in the function around @call, or lost it or the callee whole.
 * If it met none, a macro drops the call, or sizeof does not make it.
 */
static bool is_near_error(const struct source *source, const struct unit *unit,
			  const struct code *code, const struct token *call)
{
	const struct function *function = function_at(unit, code->path, call->offset);

	if (name_list__has(&unit->invalid, call->text))
		return true;
	if (!function || source->broken)
		return source->broken || source->error_count;
	return has_error_in(source, code->path, function->place.offset, function->end.offset);
}

/* The calls of @code that matter and that clang has lost. The caller frees them. */
static const struct token **lost_calls(const struct source *source, const struct unit *unit,
				       const struct code *code, int *lost)
{
	const struct token **calls = NULL;
	unsigned int *offsets;
	int count;

	offsets = offsets_of(unit, code->path, &count);
	*lost = 0;
	for (size_t i = 1; i < code->tokens.count; i++) {
		const struct token *token = &code->tokens.at[i];

		if (!matters(reach_of(source, code, i, unit)) ||
		    is_declared_at(unit, code, token->offset) ||
		    bsearch(&token->offset, offsets, count, sizeof(*offsets), compare_offsets) ||
		    !is_near_error(source, unit, code, token))
			continue;
		calls = xgrow(calls, *lost, sizeof(*calls));
		calls[(*lost)++] = token;
	}
	free(offsets);
	return calls;
}

static bool has_lost_calls(const struct source *source, const struct unit *unit,
			   const struct code *code)
{
	int count;

	free(lost_calls(source, unit, code, &count));
	return count > 0;
}

static bool is_case(const struct tokens *tokens, unsigned int offset)
{
	for (size_t i = 1; i < tokens->count; i++)
		if (tokens->at[i].offset == offset)
			return !strcmp(tokens->at[i - 1].text, "case");
	return false;
}

/* Returns whether clang met an error outside of functions, as in a table of them, or in a case. */
static bool has_lost_object(const struct source *source, const struct unit *unit)
{
	for (int i = 0; i < source->error_count; i++)
		if (source->errors[i].path == unit->main_path &&
		    (!function_at(unit, unit->main_path, source->errors[i].offset) ||
		     is_case(&source->main.tokens, source->errors[i].offset)))
			return true;
	return false;
}

bool doubts__is_incomplete(const struct source *source, const struct unit *unit)
{
	for (int i = 0; i < source->header_count; i++)
		if (has_lost_calls(source, unit, &source->headers[i]))
			return true;
	return has_lost_object(source, unit) || has_lost_calls(source, unit, &source->main);
}

static void add_lost_calls(struct doubts *doubts, const struct source *source,
			   const struct unit *unit, const struct code *code)
{
	bool is_main = code->path == unit->main_path;
	const char *headers = end_of_sentence(source);
	const struct token **calls;
	int count;

	calls = lost_calls(source, unit, code, &count);
	for (int i = 0; i < count; i++) {
		int reach = reach_of(source, code, calls[i] - code->tokens.at, unit);
		const char *sentence;

		sentence = xasprintf("line %u%s%s: clang cannot make sense of this %s of %s()%s%s",
				     calls[i]->line, is_main ? "" : " of ",
				     is_main ? "" : code->path,
				     text__is_call(&code->tokens, calls[i] - code->tokens.at) ?
					     "call" :
					     "use",
				     calls[i]->text, headers ? ": " : "", headers ?: "");
		if (reach & REACHES_FORK && is_main)
			add_lost(doubts, calls[i], reach, false, sentence);
		if (!i)
			add(doubts, sentence);
	}
	free(calls);
}

/* --- functions that are not declared --- */

/* Returns whether @unit has a child, or an exit() that one could come to. */
static bool forks_or_exits(const struct unit *unit)
{
	for (int i = 0; i < unit->call_count; i++) {
		const struct function *callee = unit__callee(unit, unit->calls[i]);

		if (callee && index__reach_of(callee->name) & (REACHES_EXIT | REACHES_CHILD))
			return true;
	}
	return false;
}

static bool is_unknown(const char *name)
{
	return index__reaches(name) < 0 && !calls__is_like_fork(name) &&
	       calls__rule(name)->effect == EFFECT_UNKNOWN && !calls__is_harmless(name) &&
	       !calls__is_of_c_library(name);
}

static void add_undeclared(struct doubts *doubts, const struct source *source,
			   const struct unit *unit)
{
	const char *headers = end_of_sentence(source), **names;
	int count = 0;

	if (!headers || !forks_or_exits(unit))
		return;
	names = xcalloc(source->undeclared.count, sizeof(*names));
	for (int i = 0; i < source->undeclared.count; i++)
		if (is_unknown(source->undeclared.at[i]))
			names[count++] = source->undeclared.at[i];
	if (count)
		add(doubts, xasprintf("not declared: %s: %s", text__enumeration(names, count, "()"),
				      headers));
	free(names);
}

/* --- macros that are not declared --- */

static bool is_one_of(const char *word, const char *const *words)
{
	return text__is_one_of(word, 0, strlen(word), words);
}

/* Returns whether the parenthesis at @i closes the condition of a statement, and no cast. */
static bool closes_condition(const struct tokens *tokens, size_t i)
{
	static const char *const keywords[] = { "if", "while", "for", "switch", NULL };
	int depth = 0;

	for (; i > 0; i--) {
		depth += (*tokens->at[i].text == ')') - (*tokens->at[i].text == '(');
		if (!depth)
			return is_one_of(tokens->at[i - 1].text, keywords);
	}
	return false;
}

/* Returns whether token @i is a statement, and no expression: "LEAVE;", "FOREVER {". */
static bool is_macro_statement(const struct tokens *tokens, size_t i)
{
	static const char *const before[] = { ";", "{", "}", "else", "do", NULL };
	static const char *const after[] = { ";", "{", "else", NULL };
	const char *last;

	if (!i || i + 1 >= tokens->count || !is_one_of(tokens->at[i + 1].text, after))
		return false;
	last = tokens->at[i - 1].text;
	return is_one_of(last, before) || (*last == ')' && closes_condition(tokens, i - 1));
}

/* A name that a missing header may define as a macro that forks, or ends the child. */
static void add_macro_statements(struct doubts *doubts, const struct source *source,
				 const struct unit *unit)
{
	const struct tokens *tokens = &source->main.tokens;
	const char *headers = end_of_sentence(source);
	struct name_list macros = {};

	if (!forks_or_exits(unit))
		return;
	for (size_t i = 0; i < tokens->count; i++)
		if (name_list__has(&source->unknown.values, tokens->at[i].text) &&
		    is_macro_statement(tokens, i))
			name_list__add(&macros, tokens->at[i].text);
	if (macros.count)
		add(doubts, xasprintf("not declared: %s%s%s",
				      text__enumeration(macros.at, macros.count, ""),
				      headers ? ": " : "", headers ?: ""));
	free(macros.at);
}

/* --- statements that clang has lost --- */

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
static void mark_lost(const struct code *code, struct unit *unit, struct place error)
{
	const struct tokens *tokens = &code->tokens;
	const struct function *function;
	size_t first = 0;

	if (error.path != code->path)
		return;
	function = function_at(unit, error.path, error.offset);
	if (!function)
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

struct doubts doubts__of(const struct source *source, const struct left_out *left_out,
			 struct unit *unit)
{
	struct doubts doubts = {};

	if (source->broken)
		add(&doubts, source->broken);
	add_lost_calls(&doubts, source, unit, &source->main);
	for (int i = 0; i < source->header_count; i++)
		add_lost_calls(&doubts, source, unit, &source->headers[i]);
	add_undeclared(&doubts, source, unit);
	add_macro_statements(&doubts, source, unit);
	add_left_out(&doubts, source, left_out);
	for (int i = 0; i < source->error_count; i++) {
		mark_lost(&source->main, unit, source->errors[i]);
		for (int j = 0; j < source->header_count; j++)
			mark_lost(&source->headers[j], unit, source->errors[i]);
	}
	return doubts;
}
