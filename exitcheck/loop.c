// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <string.h>

#include "loop.h"
#include "text.h"

/* The place behind @text at @at of @code, where blanks may be in it; 0: it is not there. */
static size_t behind_text(const char *code, size_t at, const char *text)
{
	for (; *text; text++) {
		at = text__behind_blanks(code, at);
		if (code[at++] != *text)
			return 0;
	}
	return at;
}

/* The place behind the statement at @at, the body of a loop; 0: something in it leaves the loop. */
static size_t behind_body(const char *code, size_t at)
{
	static const char *const jumps[] = { "break", "return", "goto", NULL };
	int depth = 0, parens = 0;

	while (code[at]) {
		size_t to = text__behind_word(code, at);

		if (to > at && text__is_one_of(code, at, to, jumps))
			return 0;
		depth += (code[at] == '{') - (code[at] == '}');
		parens += (code[at] == '(') - (code[at] == ')');
		if (depth <= 0 && parens <= 0 && (code[at] == '}' || code[at] == ';'))
			return at + 1;
		at = to > at ? to : at + 1;
	}
	return 0;
}

/* The place behind "while (1)" at @at, or the like; 0: it is not there. */
static size_t behind_while(const char *code, size_t at)
{
	static const char *const heads[] = { "while(1)", "while(true)", "while(TRUE)" };
	size_t to = 0;

	for (size_t i = 0; i < sizeof(heads) / sizeof(*heads) && !to; i++)
		to = behind_text(code, at, heads[i]);
	return to;
}

/* Returns whether the word at @at is behind the body of "do {} while (1);". */
static bool is_behind_block(const char *code, size_t at)
{
	while (at && isspace((unsigned char)code[at - 1]))
		at--;
	return at && code[at - 1] == '}';
}

bool loop__is_endless(const char *code, size_t at)
{
	size_t body;

	if (!strchr("dfw", code[at]))
		return false;
	if (behind_text(code, at, "do{")) {
		body = behind_body(code, at);
		return body && behind_while(code, body);
	}
	body = behind_while(code, at) ?: behind_text(code, at, "for(;;)");
	if (!body || (behind_text(code, body, ";") && is_behind_block(code, at)))
		return false;
	return behind_body(code, body);
}
