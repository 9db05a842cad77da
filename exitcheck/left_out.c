// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "calls.h"
#include "index.h"
#include "left_out.h"
#include "platform.h"

#define NESTING 32 /* #if inside of #if */

/* Needs of a branch, to be compiled in. */
struct needs {
	struct name_list defined, undefined; /* macros */
	bool is_false;			     /* #if 0: nothing helps */
	bool is_unknown;		     /* __has_include(): no macro decides */
};

/* An #if, up to the branch that is being read. */
struct branch {
	bool is_left_out;
	struct needs earlier; /* that the conditions above are false */
	struct needs own;
};

struct walk {
	const struct source *source;
	bool has_main; /* whose return calls exit() */
	struct branch stack[NESTING];
	int depth;
	struct left_out result;
};

/* The condition between @at and @end. */
static struct needs read_condition(const char *at, const char *end, bool is_negated)
{
	bool negate = is_negated, is_empty = true;
	struct needs needs = {};

	while (at < end) {
		const char *word = at;

		while (at < end && text__is_word(*at))
			at++;
		if (at == word) {
			if (*at == '!' && at[1] != '=')
				negate = !is_negated;
			else if (*at == '&' || *at == '|')
				negate = is_negated;
			at++;
			continue;
		}
		if (at - word == 7 && !strncmp(word, "defined", 7))
			continue;
		if (!strncmp(word, "__has_", 6)) {
			needs.is_unknown = true;
			while (at < end && *at != ')')
				at++;
		} else if (!isdigit((unsigned char)*word)) {
			name_list__add(negate ? &needs.undefined : &needs.defined,
				       names__copy_part(word, at - word));
		} else if (*word == '0' && at - word == 1 && is_empty) {
			needs.is_false = true;
		}
		is_empty = false;
	}
	return needs;
}

static void add_names(struct name_list *all, const struct name_list *more)
{
	for (int i = 0; i < more->count; i++)
		name_list__add(all, more->at[i]);
}

/* The next branch of the same #if. */
static void leave_branch(struct branch *branch)
{
	add_names(&branch->earlier.defined, &branch->own.undefined);
	add_names(&branch->earlier.undefined, &branch->own.defined);
	branch->earlier.is_unknown |= branch->own.is_unknown;
	branch->own = (struct needs){};
}

/* The directive between @at and @end, without its #. */
static void read_directive(struct walk *walk, const char *at, const char *end)
{
	const char *word = at + strspn(at, " \t"), *behind = word;
	struct branch *branch;

	while (text__is_word(*behind))
		behind++;
	if (!strncmp(word, "if", 2))
		walk->depth++;
	if (!walk->depth || walk->depth > NESTING) {
		walk->depth -= !strncmp(word, "endif", 5) && walk->depth;
		return;
	}
	branch = &walk->stack[walk->depth - 1];
	if (!strncmp(word, "if", 2)) {
		*branch = (struct branch){};
		branch->own = read_condition(behind, end, !strncmp(word, "ifndef", 6));
	} else if (!strncmp(word, "elif", 4)) {
		leave_branch(branch);
		branch->own = read_condition(behind, end, !strncmp(word, "elifndef", 8));
	} else if (!strncmp(word, "else", 4)) {
		leave_branch(branch);
	} else if (!strncmp(word, "endif", 5)) {
		walk->depth--;
	}
	branch->is_left_out = walk->source->is_left_out[end - walk->source->code];
}

/*
 * Adds "-D" or "-U" of @names to @arguments, except of those that the system or compiler decides
 * on. Returns false if the code is for another one: if a name is of platform @other.
 */
static bool add_arguments(struct name_list *arguments, const struct name_list *names,
			  const char *option, const char *value, enum platform other)
{
	bool is_ours = true;

	for (int i = 0; i < names->count; i++) {
		enum platform platform = platform__of_macro(names->at[i]);
		char *argument;

		is_ours &= platform != other;
		if (platform != PLATFORM_NONE)
			continue;
		argument = xasprintf("%s%s%s", option, names->at[i], value);
		name_list__add(arguments, names__copy(argument));
		free(argument);
	}
	return is_ours;
}

static void add_needs(struct needs *all, const struct needs *more)
{
	add_names(&all->defined, &more->defined);
	add_names(&all->undefined, &more->undefined);
	all->is_false |= more->is_false;
	all->is_unknown |= more->is_unknown;
}

/*
 * @token is left out here: a call of function @name, or a return from main(), which calls it.
 * @is_lost: name the call if no macro brings it back.
 */
static void note_call(struct walk *walk, const struct token *token, const char *name, bool is_lost)
{
	struct left_out *result = &walk->result;
	struct name_list define = {}, undefine = {}, ignored = {};
	bool is_outermost = true, is_ours = true;
	struct needs needs = {};

	for (int i = 0; i < walk->depth && i < NESTING; i++) {
		const struct branch *branch = &walk->stack[i];
		struct needs here = {};

		if (!branch->is_left_out)
			continue;
		add_needs(&here, &branch->earlier);
		add_needs(&here, &branch->own);
		needs.is_false |= here.is_false;
		needs.is_unknown |= here.is_unknown;
		is_ours &= add_arguments(&define, &here.defined, "-D", "=1", PLATFORM_OTHER);
		/* Inside of a branch that is left out, nobody knows that a macro is defined. */
		is_ours &= add_arguments(is_outermost ? &undefine : &ignored, &here.undefined, "-U",
					 "", PLATFORM_OURS);
		is_outermost = false;
	}
	if (needs.is_false || (!define.count && !undefine.count && !needs.is_unknown))
		return;
	add_names(&result->define, &define);
	add_names(&result->undefine, &undefine);
	name_list__add(&result->calls, name);
	if (!is_ours || !is_lost)
		return;
	result->lost = xgrow(result->lost, result->lost_count, sizeof(*result->lost));
	result->lost[result->lost_count++] = *token;
}

/* Returns whether a body is behind the parentheses of token @i. */
static bool is_definition(const struct tokens *tokens, size_t i)
{
	int depth = 0;

	for (i++; i < tokens->count; i++) {
		depth += *tokens->at[i].text == '(';
		depth -= *tokens->at[i].text == ')';
		if (!depth)
			return i + 1 < tokens->count && *tokens->at[i + 1].text == '{';
	}
	return false;
}

static void note_token(struct walk *walk, const struct tokens *tokens, size_t i)
{
	const struct token *token = &tokens->at[i];
	int reach;

	if (walk->has_main && !strcmp(token->text, "return")) {
		note_call(walk, token, names__copy("exit"), false);
		return;
	}
	if (!text__is_call(tokens, i) || is_definition(tokens, i))
		return;
	reach = index__reach_of(token->text);
	if (reach & (REACHES_FORK | REACHES_EXIT))
		note_call(walk, token, token->text,
			  reach & REACHES_FORK || calls__reach(token->text) & REACHES_EXIT);
}

static void note_calls(struct walk *walk, size_t *token, size_t offset)
{
	const struct tokens *tokens = &walk->source->left_out;

	for (; *token < tokens->count && tokens->at[*token].offset < offset; ++*token)
		note_token(walk, tokens, *token);
}

static bool has_main(const struct tokens *tokens)
{
	for (size_t i = 0; i + 1 < tokens->count; i++)
		if (!strcmp(tokens->at[i].text, "main") && *tokens->at[i + 1].text == '(')
			return true;
	return false;
}

struct left_out left_out__of(const struct source *source)
{
	struct walk walk = { .source = source };
	const char *code = source->code;
	bool line_is_empty = true;
	size_t token = 0;

	if (!source->code || !source->left_out.count)
		return walk.result;
	walk.has_main = has_main(&source->main.tokens);
	for (size_t at = 0; code[at]; at++) {
		if (code[at] == '#' && line_is_empty) {
			size_t end = text__directive_end(code, at);

			note_calls(&walk, &token, at);
			read_directive(&walk, code + at + 1, code + end);
			at = end - 1;
		}
		line_is_empty = code[at] == '\n' ||
				(line_is_empty && isspace((unsigned char)code[at]));
	}
	note_calls(&walk, &token, (size_t)-1);
	return walk.result;
}
