/* SPDX-License-Identifier: GPL-2.0 */
/*
 * text: C source as text: comments, literals and words.
 */
#ifndef EXITCHECK_TEXT_H
#define EXITCHECK_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct token {
	const char *text; /* interned */
	unsigned int offset, line, column;
};

struct tokens {
	struct token *at;
	size_t count;
};

/* The text of @path, to be freed; NULL if it cannot be read. NUL bytes in it are blanks. */
char *text__read(const char *path);

/* Makes comments in @text, and the contents of literals, blank; lines stay. */
void text__blank(char *text);

/* The end of the directive at @offset: the first line end without a backslash before it. */
size_t text__directive_end(const char *text, size_t offset);

/* Splits @text into words, "->" and single characters. Directives are left out. */
struct tokens text__split(const char *text);

/* "a, b and 3 more": @count @names with @suffix behind each. The caller frees it. */
char *text__enumeration(const char *const *names, int count, const char *suffix);

bool text__is_word(char c);

/* The ends of the word, and of the blanks, at @at of @code. */
size_t text__behind_word(const char *code, size_t at);
size_t text__behind_blanks(const char *code, size_t at);
/* The last character before @at that is no blank, to which @at moves; NUL if there is none. */
char text__before_blanks(const char *code, size_t *at);

/* Returns whether the word at [@from, @to) of @code is one of @words, which end with NULL. */
bool text__is_one_of(const char *code, size_t from, size_t to, const char *const *words);

/* Returns whether token @i is the name of a function that is called: not of a member. */
bool text__is_call(const struct tokens *tokens, size_t i);

#endif
