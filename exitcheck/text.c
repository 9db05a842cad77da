// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/xalloc.h"
#include "names.h"
#include "text.h"

#define NAMED 4 /* in an enumeration */

char *text__read(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = 0, size = 0;
	struct stat st;
	char *text = NULL;

	if (fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode)) {
		text = xcalloc(1, st.st_size + 1);
		while (size < st.st_size && (got = read(fd, text + size, st.st_size - size)) > 0)
			size += got;
	}
	if (fd >= 0)
		close(fd);
	for (ssize_t i = 0; i < size; i++)
		if (!text[i])
			text[i] = ' ';
	return text;
}

void text__blank(char *text)
{
	enum { CODE, LINE, BLOCK, QUOTE } state = CODE;
	char quote = 0;

	for (char *at = text; *at; at++) {
		if (state == CODE) {
			if (at[0] == '/' && (at[1] == '/' || at[1] == '*')) {
				state = at[1] == '/' ? LINE : BLOCK;
				*at++ = ' ';
				*at = ' ';
			} else if (*at == '"' || *at == '\'') {
				state = QUOTE;
				quote = *at;
			}
			continue;
		}
		/* A line goes on behind a backslash, in a comment too. */
		if (at[0] == '\\' && at[1] == '\n') {
			at++;
			continue;
		}
		if ((state == LINE && *at == '\n') ||
		    (state == QUOTE && (*at == quote || *at == '\n'))) {
			state = CODE;
			continue;
		}
		if (state == BLOCK && at[0] == '*' && at[1] == '/') {
			state = CODE;
			*at++ = ' ';
		} else if (state == QUOTE && at[0] == '\\' && at[1]) {
			*at++ = ' ';
		}
		if (*at != '\n')
			*at = ' ';
	}
}

bool text__is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

size_t text__directive_end(const char *text, size_t offset)
{
	for (; text[offset]; offset++)
		if (text[offset] == '\n' && text[offset - 1] != '\\' &&
		    !(text[offset - 1] == '\r' && text[offset - 2] == '\\'))
			break;
	return offset;
}

static size_t token_size(const char *text)
{
	size_t size = 0;

	while (text__is_word(text[size]))
		size++;
	if (!size)
		size = !strncmp(text, "->", 2) ? 2 : 1;
	return size;
}

struct tokens text__split(const char *text)
{
	struct token token = { .line = 1 };
	size_t line_start = 0, at = 0, size;
	struct tokens tokens = {};
	bool line_is_empty = true;

	while (text[at]) {
		if (text[at] == '#' && line_is_empty) {
			/* Its lines still count. */
			size_t end = text__directive_end(text, at);

			for (; at < end; at++)
				if (text[at] == '\n')
					token.line++;
			continue;
		}
		if (isspace((unsigned char)text[at]) || text[at] == '\\') {
			if (text[at++] == '\n') {
				token.line++;
				line_start = at;
				line_is_empty = true;
			}
			continue;
		}
		line_is_empty = false;
		size = token_size(text + at);
		token.offset = at;
		token.column = at - line_start + 1;
		token.text = names__copy_part(text + at, size);
		tokens.at = xgrow(tokens.at, tokens.count, sizeof(*tokens.at));
		tokens.at[tokens.count++] = token;
		at += size;
	}
	return tokens;
}

bool text__is_call(const struct tokens *tokens, size_t i)
{
	static const char *paren, *dot, *arrow;

	paren = paren ?: names__copy("(");
	dot = dot ?: names__copy(".");
	arrow = arrow ?: names__copy("->");
	return i + 1 < tokens->count && tokens->at[i + 1].text == paren &&
	       text__is_word(*tokens->at[i].text) &&
	       !(i && (tokens->at[i - 1].text == dot || tokens->at[i - 1].text == arrow));
}

char *text__enumeration(const char *const *names, int count, const char *suffix)
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

size_t text__behind_word(const char *code, size_t at)
{
	while (text__is_word(code[at]))
		at++;
	return at;
}

size_t text__behind_blanks(const char *code, size_t at)
{
	while (code[at] && isspace((unsigned char)code[at]))
		at++;
	return at;
}

char text__before_blanks(const char *code, size_t *at)
{
	while (*at && isspace((unsigned char)code[*at - 1]))
		(*at)--;
	return *at ? code[--*at] : '\0';
}

bool text__is_one_of(const char *code, size_t from, size_t to, const char *const *words)
{
	for (; *words; words++)
		if (strlen(*words) == to - from && !strncmp(*words, code + from, to - from))
			return true;
	return false;
}
