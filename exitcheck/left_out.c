// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "calls.h"
#include "index.h"
#include "left_out.h"

#define NESTING 32 /* #if inside of #if */

/* One branch of an #if. */
struct branch {
	bool is_left_out;
	bool is_hopeless;	  /* no macro of the project chooses it */
	bool is_systems;	  /* one of the system or compiler would */
	struct name_list wanted;  /* macros to define */
	struct name_list avoided; /* those that must not be defined: an #else needs them */
};

struct walk {
	const struct source *source;
	struct branch stack[NESTING];
	int depth;
	struct left_out result;
};

static bool is_of_systems(const char *name)
{
	static const char *const names[] = { "WIN32", "WIN64", "BSD", "MSDOS", "CYGWIN" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(name, names[i]))
			return true;
	while (*name && !isupper((unsigned char)*name))
		name++;
	return !*name;
}

static void add_name(struct branch *branch, const char *name, bool is_negated)
{
	if (*name == '_' || is_of_systems(name))
		branch->is_systems = true;
	else
		name_list__add(is_negated ? &branch->avoided : &branch->wanted, name);
}

/* Reads the condition between @at and @end. */
static void read_condition(struct branch *branch, const char *at, const char *end, bool is_negated)
{
	bool negate = is_negated, is_empty = true;

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
		if (!isdigit((unsigned char)*word))
			add_name(branch, names__copy_part(word, at - word), negate);
		else if (*word == '0' && at - word == 1 && is_empty)
			branch->is_hopeless = true;
		is_empty = false;
	}
}

static void enter_else(struct branch *branch, bool is_inside)
{
	branch->is_hopeless = !branch->avoided.count && !is_inside;
	branch->is_systems = false;
	branch->wanted = branch->avoided;
	branch->avoided = (struct name_list){};
}

/* The directive between @at and @end, without its #. */
static void read_directive(struct walk *walk, const char *at, const char *end)
{
	const char *word = at + strspn(at, " \t"), *behind = word;
	bool is_left_out = walk->source->is_left_out[end - walk->source->code];
	struct branch *branch;

	while (text__is_word(*behind))
		behind++;
	if (!strncmp(word, "if", 2)) {
		if (++walk->depth > NESTING)
			return;
		branch = &walk->stack[walk->depth - 1];
		*branch = (struct branch){ .is_left_out = is_left_out };
		read_condition(branch, behind, end, !strncmp(word, "ifndef", 6));
		return;
	}
	if (!walk->depth || walk->depth > NESTING) {
		walk->depth -= !strncmp(word, "endif", 5) && walk->depth;
		return;
	}
	branch = &walk->stack[walk->depth - 1];
	branch->is_left_out = is_left_out;
	if (!strncmp(word, "elif", 4)) {
		*branch = (struct branch){ .is_left_out = is_left_out };
		read_condition(branch, behind, end, false);
	} else if (!strncmp(word, "else", 4)) {
		enter_else(branch, walk->depth > 1 && branch[-1].is_left_out);
	} else if (!strncmp(word, "endif", 5)) {
		walk->depth--;
	}
}

/* A call of @token's function is left out here. */
static void note_call(struct walk *walk, const struct token *token, int reach)
{
	struct left_out *result = &walk->result;
	struct name_list macros = {};
	bool is_systems = false;

	for (int i = 0; i < walk->depth && i < NESTING; i++) {
		const struct branch *branch = &walk->stack[i];

		if (!branch->is_left_out)
			continue;
		if (branch->is_hopeless)
			return;
		is_systems |= branch->is_systems;
		for (int j = 0; j < branch->wanted.count; j++)
			name_list__add(&macros, branch->wanted.at[j]);
	}
	for (int i = 0; i < macros.count; i++)
		name_list__add(&result->macros, macros.at[i]);
	if (macros.count)
		name_list__add(&result->calls, token->text);
	if (!macros.count || is_systems || !(reach & REACHES_FORK))
		return;
	result->forks = xgrow(result->forks, result->fork_count, sizeof(*result->forks));
	result->forks[result->fork_count++] = *token;
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

static void note_calls(struct walk *walk, size_t *token, size_t offset)
{
	const struct tokens *tokens = &walk->source->left_out;

	for (; *token < tokens->count && tokens->at[*token].offset < offset; ++*token) {
		int reach;

		if (!text__is_call(tokens, *token) || is_definition(tokens, *token))
			continue;
		reach = index__reach_of(tokens->at[*token].text);
		if (reach & (REACHES_FORK | REACHES_EXIT))
			note_call(walk, &tokens->at[*token], reach);
	}
}

struct left_out left_out__of(const struct source *source)
{
	struct walk walk = { .source = source };
	const char *code = source->code;
	bool line_is_empty = true;
	size_t token = 0;

	if (!source->code || !source->left_out.count)
		return walk.result;
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
