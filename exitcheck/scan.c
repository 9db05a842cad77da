// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "calls.h"
#include "loop.h"
#include "made.h"
#include "map.h"
#include "names.h"
#include "scan.h"
#include "text.h"

#define CONDITIONALS 64 /* #if inside of #if */

struct scan {
	struct scanned_file *file;
	const char *text; /* as it is, and without comments and literals: */
	char *code;
	struct definition *current; /* the function that is being read, or NULL */
	struct definition *rest;
	struct word *candidate; /* before the last parenthesis at depth 0, */
	size_t behind_params;	/* and where its parentheses have ended; 0 before that */
	struct word *arguments[MACRO_ARGUMENTS]; /* names between them; NULL: more than a name */
	int argument;				 /* that is being read */
	bool stands_alone;			 /* no type is before it */
	bool is_static, has_value;
	int depth, parens;
	int depths[CONDITIONALS], conditionals;
	unsigned int serial;
};

struct word *scan__word(const char *name)
{
	static struct map words;
	struct word **word = (struct word **)map__slot(&words, name);

	if (!*word) {
		*word = xcalloc(1, sizeof(**word));
		(*word)->name = name;
		(*word)->reaches = calls__reach(name);
		(*word)->is_harmless = calls__is_harmless(name);
	}
	return *word;
}

struct definition *scan__add_definition(struct scanned_file *file, struct word *word)
{
	struct definition *definition = xcalloc(1, sizeof(*definition));

	definition->file = file;
	definition->word = word;
	if (word) {
		definition->next = word->definitions;
		word->definitions = definition;
	}
	file->definitions =
		xgrow(file->definitions, file->definition_count, sizeof(*file->definitions));
	file->definitions[file->definition_count++] = definition;
	return definition;
}

void scan__add_mention(struct definition *definition, struct word *word)
{
	definition->mentions =
		xgrow(definition->mentions, definition->count, sizeof(*definition->mentions));
	definition->mentions[definition->count++] = word;
}

static struct word *word_at(const struct scan *scan, size_t from, size_t to)
{
	return scan__word(names__copy_part(scan->code + from, to - from));
}

/* Returns whether the call whose parenthesis is behind @at has stderr among its arguments. */
static bool is_to_stderr(const char *code, size_t at)
{
	int parens = 0;

	for (at = text__behind_blanks(code, at); code[at]; at++) {
		if (code[at] == '(')
			parens++;
		else if (code[at] == ')' && --parens <= 0)
			return false;
		else if (!parens)
			return false;
		else if (!strncmp(code + at, "stderr", 6) && !text__is_word(code[at - 1]) &&
			 !text__is_word(code[at + 6]))
			return true;
	}
	return false;
}

/* True if the word at [@from, @to) names a function, macro or variable: not a label or member. */
static bool is_mention(const char *code, size_t from, size_t to)
{
	size_t before = from;

	while (before > 0 && (code[before - 1] == ' ' || code[before - 1] == '\t'))
		before--;
	if (before > 0 && code[before - 1] == '.')
		return false;
	if (before > 1 && code[before - 1] == '>' && code[before - 2] == '-')
		return false;
	if (before > 4 && !strncmp(code + before - 4, "goto", 4))
		return false;
	to = text__behind_blanks(code, to);
	return code[to] != ':' || (before > 0 && strchr("?(,", code[before - 1]));
}

/* Returns whether the call of the word at [@from, @to) is compared with zero, as fork() is. */
static bool is_compared(const char *code, size_t from, size_t to)
{
	int parens = 0;

	while (from > 0 && isspace((unsigned char)code[from - 1]))
		from--;
	if (from > 0 && code[from - 1] == '!')
		return true;
	for (; code[to] && code[to] != ';'; to++) {
		parens += code[to] == '(';
		if (code[to] == ')' && !--parens)
			break;
	}
	if (!code[to])
		return false;
	to = text__behind_blanks(code, to + 1);
	if (code[to] != '=' || code[to + 1] != '=')
		return false;
	to = text__behind_blanks(code, to + 2);
	return code[to] == '0' && !text__is_word(code[to + 1]);
}

/* Returns whether the word at [@from, @to) is a statement, or the head of one: "FOREVER {". */
static bool is_statement(const char *code, size_t from, size_t to)
{
	char next = code[text__behind_blanks(code, to)];
	char before = text__before_blanks(code, &from);

	return (next == ';' || next == '{') && strchr(";{})", before);
}

static void add_mention(struct scan *scan, struct definition *definition, size_t from, size_t to)
{
	struct word *word = word_at(scan, from, to);

	if (word->visit == scan->serial || !is_mention(scan->code, from, to) ||
	    (word->reaches == REACHES_OUTPUT && is_to_stderr(scan->code, to)))
		return;
	word->visit = scan->serial;
	if (scan->code[text__behind_blanks(scan->code, to)] == '(') {
		word->is_called = true;
		word->is_compared |= is_compared(scan->code, from, to);
	} else if (is_statement(scan->code, from, to)) {
		word->is_called = true;
	}
	scan__add_mention(definition, word);
}

static unsigned int new_serial(void)
{
	static unsigned int serial;

	return ++serial;
}

static void add_include(struct scan *scan, size_t at)
{
	struct scanned_file *file = scan->file;
	const char *from = scan->text + at, *to;

	if (*from != '"' && *from != '<')
		return;
	to = strpbrk(from + 1, *from == '"' ? "\"\n" : ">\n");
	if (!to || *to == '\n')
		return;
	file->includes = xgrow(file->includes, file->include_count, sizeof(*file->includes));
	file->includes[file->include_count++] =
		(struct include){ .name = names__copy_part(from + 1, to - from - 1),
				  .is_quoted = *from == '"' };
}

static void add_macro(struct scan *scan, size_t at, size_t end)
{
	size_t to = text__behind_word(scan->code, at);
	unsigned int outer = scan->serial;
	struct definition *macro;

	if (to == at)
		return;
	macro = scan__add_definition(scan->file, word_at(scan, at, to));
	macro->is_macro = true;
	macro->has_parameters = scan->code[to] == '(';
	made__read(macro, scan->code, to, end);
	scan->serial = new_serial();
	for (at = to; at < end; at = to) {
		to = text__behind_word(scan->code, at);
		if (to > at)
			add_mention(scan, macro, at, to);
		else
			to++;
	}
	scan->serial = outer;
}

/* The branches of an #if start at the same depth. */
static void note_conditional(struct scan *scan, const char *word)
{
	int count = scan->conditionals;

	if (!strncmp(word, "if", 2)) {
		if (count < CONDITIONALS)
			scan->depths[count] = scan->depth;
		scan->conditionals++;
	} else if (!strncmp(word, "el", 2)) {
		if (count > 0 && count <= CONDITIONALS)
			scan->depth = scan->depths[count - 1];
	} else if (!strncmp(word, "endif", 5) && count > 0) {
		scan->conditionals--;
	}
}

static size_t read_directive(struct scan *scan, size_t at)
{
	size_t end = text__directive_end(scan->code, at);
	const char *word;

	at = text__behind_blanks(scan->code, at + 1);
	word = scan->code + at;
	if (at >= end)
		return end;
	if (!strncmp(word, "define", 6))
		add_macro(scan, text__behind_blanks(scan->code, at + 6), end);
	else if (!strncmp(word, "include", 7))
		add_include(scan,
			    text__behind_blanks(scan->code, text__behind_word(scan->code, at)));
	else
		note_conditional(scan, word);
	return end;
}

static void clear_arguments(struct scan *scan)
{
	memset(scan->arguments, 0, sizeof(scan->arguments));
	scan->argument = 0;
}

static void start_over(struct scan *scan)
{
	scan->candidate = NULL;
	scan->behind_params = 0;
	clear_arguments(scan);
	scan->is_static = false;
	scan->has_value = false;
	scan->parens = 0;
}

/* Notes what the candidate, with its arguments, makes if it is a macro. */
static void add_making(struct scan *scan, struct definition *body)
{
	struct scanned_file *file = scan->file;
	struct making *making;

	file->makings = xgrow(file->makings, file->making_count, sizeof(*file->makings));
	making = &file->makings[file->making_count++];
	*making = (struct making){ scan->candidate, {}, body, scan->is_static };
	memcpy(making->arguments, scan->arguments, sizeof(making->arguments));
}

static void enter(struct scan *scan, size_t brace)
{
	if (scan->depth++)
		return;
	if (scan->candidate && !scan->has_value) {
		scan->current = scan__add_definition(scan->file, scan->candidate);
		scan->current->is_static = scan->is_static;
		if (text__behind_blanks(scan->code, scan->behind_params) == brace)
			add_making(scan, scan->current);
	}
	scan->serial = new_serial();
}

static void leave(struct scan *scan, bool at_line_start)
{
	scan->depth = at_line_start || scan->depth < 1 ? 0 : scan->depth - 1;
	if (scan->depth)
		return;
	scan->current = NULL;
	start_over(scan);
}

/* Returns whether the types of parameters are behind their list: "int f(a) char *a; {". */
static bool has_old_params(const struct scan *scan)
{
	static const char *const others[] = { "static", "extern", "typedef", "inline", NULL };
	size_t from = text__behind_blanks(scan->code, scan->behind_params);
	size_t to = text__behind_word(scan->code, from), next = text__behind_blanks(scan->code, to);

	return scan->candidate && scan->behind_params && to > from &&
	       strncmp(scan->code + from, "__", 2) &&
	       !text__is_one_of(scan->code, from, to, others) &&
	       (text__is_word(scan->code[next]) || scan->code[next] == '*');
}

/* Returns whether the word before @to is the name in "int (*f(int a))(int)" or "void (f)(void)". */
static bool is_in_parens(const struct scan *scan, size_t at, size_t to)
{
	size_t next = text__behind_blanks(scan->code, to);
	char before = text__before_blanks(scan->code, &at);

	if (scan->parens != 1 || scan->behind_params)
		return false;
	if (before == '*')
		return scan->code[next] == '(' && text__before_blanks(scan->code, &at) == '(';
	return before == '(' && scan->code[next] == ')' &&
	       scan->code[text__behind_blanks(scan->code, next + 1)] == '(';
}

static const char *const types[] = { "int",   "void",	  "char",	   "short",	  "long",
				     "float", "unsigned", "_Bool",	   "signed",	  "double",
				     "const", "__asm__",  "__attribute__", "__attribute", NULL };

/* Returns whether the word at [@at, @to) is all of an argument of the candidate. */
static bool is_argument(const struct scan *scan, size_t at, size_t to)
{
	char next = scan->code[text__behind_blanks(scan->code, to)];
	bool is_type = text__is_one_of(scan->code, at, to, types);
	char before = text__before_blanks(scan->code, &at);

	return scan->candidate && scan->parens == 1 && !scan->behind_params && !is_type &&
	       (before == '(' || before == ',') && (next == ')' || next == ',') &&
	       scan->argument < MACRO_ARGUMENTS;
}

/* Returns whether no type is before the word at @at. */
static bool stands_alone(const struct scan *scan, size_t at)
{
	char before = text__before_blanks(scan->code, &at);

	return !text__is_word(before) && before != '*';
}

/* Returns whether the word at [@at, @to), outside of functions, may be the name of one. */
static bool is_candidate(const struct scan *scan, size_t at, size_t to)
{
	if (text__is_one_of(scan->code, at, to, types))
		return false;
	if (is_in_parens(scan, at, to))
		return true;
	if (scan->parens || scan->code[text__behind_blanks(scan->code, to)] != '(')
		return false;
	/* "int f(void) __attribute__((...)) {" is f's. */
	return strncmp(scan->code + at, "__", 2) || !scan->candidate;
}

/* Notes that the candidate is another name of the function in the text behind @at: ("name"). */
static void add_alias(struct scan *scan, size_t at)
{
	size_t from = strcspn(scan->text + at, "\";") + at + 1;
	size_t to = text__behind_word(scan->text, from);

	if (scan->text[from - 1] == '"' && scan->text[to] == '"')
		scan__add_mention(scan__add_definition(scan->file, scan->candidate),
				  scan__word(names__copy_part(scan->text + from, to - from)));
}

static size_t read_word(struct scan *scan, size_t at)
{
	static const char *const aliases[] = { "alias", "__alias__", NULL };
	static const char *const keywords[] = { "if",	  "for",  "while", "switch", "return",
						"sizeof", "else", "do",	   NULL };
	const char *code = scan->code;
	size_t to = text__behind_word(code, at);

	if (scan->current && loop__is_endless(code, at))
		scan->current->reaches |= REACHES_LOOP;
	if (isdigit((unsigned char)code[at]) || text__is_one_of(code, at, to, keywords))
		return to;
	if (scan->depth || scan->has_value) {
		add_mention(scan, scan->current ?: scan->rest, at, to);
	} else if (to - at == 6 && !strncmp(code + at, "static", 6)) {
		scan->is_static = true;
	} else if (scan->behind_params && text__is_one_of(code, at, to, aliases)) {
		add_alias(scan, to);
	} else if (is_candidate(scan, at, to)) {
		scan->candidate = word_at(scan, at, to);
		scan->stands_alone = stands_alone(scan, at);
		scan->behind_params = 0;
		clear_arguments(scan);
	} else if (is_argument(scan, at, to)) {
		scan->arguments[scan->argument] = word_at(scan, at, to);
	}
	return to;
}

/* A parenthesis outside of functions. */
static void read_paren(struct scan *scan, size_t at)
{
	scan->parens += scan->code[at] == '(' ? 1 : -1;
	if (!scan->candidate || scan->parens || scan->behind_params)
		return;
	scan->behind_params = at + 1;
	if (scan->stands_alone && scan->code[text__behind_blanks(scan->code, at + 1)] != '{')
		add_making(scan, NULL);
}

static void read_code(struct scan *scan)
{
	const char *code = scan->code;
	bool line_is_empty = true;

	for (size_t at = 0; code[at];) {
		char c = code[at];

		if (c == '#' && line_is_empty) {
			at = read_directive(scan, at);
			continue;
		}
		if (text__is_word(c)) {
			at = read_word(scan, at);
			line_is_empty = false;
			continue;
		}
		if (c == '{')
			enter(scan, at);
		else if (c == '}')
			leave(scan, !at || code[at - 1] == '\n');
		else if (!scan->depth && c == ';' && scan->parens <= 0 && !has_old_params(scan))
			start_over(scan);
		else if (!scan->depth && (c == '(' || c == ')'))
			read_paren(scan, at);
		else if (!scan->depth && c == ',' && scan->parens == 1)
			scan->argument++;
		else if (!scan->depth && c == '=' && scan->parens <= 0)
			scan->has_value = true;
		if (!isspace((unsigned char)c))
			line_is_empty = false;
		else if (c == '\n')
			line_is_empty = true;
		at++;
	}
}

void scan__text(struct scanned_file *file, const char *text)
{
	struct scan scan = { .file = file, .text = text };

	file->is_there = true;
	scan.code = xstrdup(text);
	text__blank(scan.code);
	scan.rest = scan__add_definition(file, NULL);
	scan.serial = new_serial();
	read_code(&scan);
	free(scan.code);
}

void scan__read(struct scanned_file *file)
{
	char *text = text__read(file->path);

	if (text)
		scan__text(file, text);
	free(text);
}
