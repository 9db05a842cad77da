// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <string.h>

#include "made.h"
#include "names.h"
#include "text.h"

/* The head of a function in a macro's text: "static void test_##name(void)". */
struct head {
	struct word *parameters[MACRO_ARGUMENTS];
	int parens;
	int parameter; /* in the name, counted from 1; 0: none */
	int parts;     /* of the name, joined by ## */
	bool is_name;  /* the name is what was read last */
};

/* Reads the parameters of a macro behind @at; returns where its text starts. */
static size_t read_parameters(struct head *head, const char *code, size_t at, size_t end)
{
	if (code[at] != '(')
		return at;
	for (int i = 0; at < end && code[at] != ')'; at++) {
		size_t to = text__behind_word(code, at);

		i += code[at] == ',';
		if (to > at && i < MACRO_ARGUMENTS)
			head->parameters[i] = scan__word(names__copy_part(code + at, to - at));
		at = to > at ? to - 1 : at;
	}
	return at + (code[at] == ')');
}

static void read_name_part(struct head *head, const char *code, size_t at, size_t to)
{
	const struct word *word = scan__word(names__copy_part(code + at, to - at));
	bool is_attribute = head->parts && !head->is_name && !strncmp(word->name, "__", 2);
	char before = text__before_blanks(code, &at);

	if (head->parens || (is_attribute && before == ')'))
		return;
	head->parts = before == '#' ? head->parts + 1 : 1;
	head->parameter = before == '#' ? head->parameter : 0;
	head->is_name = true;
	for (int i = 0; i < MACRO_ARGUMENTS; i++)
		if (head->parameters[i] == word)
			head->parameter = i + 1;
}

/* Notes at @c, which is no blank, of @macro's text, if it has the whole head of a function. */
static void read_head(struct head *head, struct definition *macro, char c)
{
	bool is_whole = !head->parens && !head->is_name && head->parts;

	head->parens += (c == '(') - (c == ')');
	if (is_whole && (!c || c == '{') && head->parameter && !macro->makes) {
		macro->makes = head->parameter;
		macro->has_body = c;
		macro->pastes = head->parts > 1;
	}
	if (!head->parens && c != ')' && c != '#')
		head->parts = 0;
	head->is_name = false;
}

void made__read(struct definition *macro, const char *code, size_t at, size_t end)
{
	struct head head = {};

	at = read_parameters(&head, code, at, end);
	while (at < end) {
		size_t to = text__behind_word(code, at);

		if (to > at) {
			read_name_part(&head, code, at, to);
			at = to;
			continue;
		}
		if (!isspace((unsigned char)code[at]) && code[at] != '\\')
			read_head(&head, macro, code[at]);
		at++;
	}
	read_head(&head, macro, '\0');
}
