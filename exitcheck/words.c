// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <ctype.h>
#include <fcntl.h>
#include <libgen.h>
#include <regex.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/xalloc.h"
#include "compile.h"
#include "words.h"

/* The text of @path, to be freed; NULL if it cannot be read. A NUL byte in it ends it. */
static char *text_of(const char *path)
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

void words__blank(char *text)
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

static bool has_any(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strstr(text, *words))
			return true;
	return false;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/*
 * Whether @word is called in @text, or all but a few letters of a call's name or of a system
 * call's: vfork(), clone3(), SYS_fork. bpf_clone_redirect() is something else.
 */
#define AFFIX 7

static bool is_called(const char *text, const char *word)
{
	for (const char *at = strstr(text, word); at; at = strstr(at + 1, word)) {
		const char *from = at, *to = at + strlen(word);

		while (from > text && is_word(from[-1]))
			from--;
		while (is_word(*to))
			to++;
		if (!strncmp(from, "SYS_", 4) || !strncmp(from, "__NR_", 5))
			return true;
		if (at - from > AFFIX || to - at - strlen(word) > AFFIX)
			continue;
		while (*to == ' ' || *to == '\t')
			to++;
		if (*to == '(')
			return true;
	}
	return false;
}

bool words__is_bpf_program(const char *path)
{
	static const char *const words[] = { "SEC(\"license\")", "<vmlinux.h>", "\"vmlinux.h\"",
					     "bpf/bpf_helpers.h", NULL };
	char *text = text_of(path);
	bool result = text && has_any(text, words);

	free(text);
	return result;
}

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

struct search {
	struct arguments arguments; /* with the directories of headers */
	void *seen;		    /* paths: a tree */
};

static bool search_file(struct search *search, const char *path);

/* Where header @name, included by @path, is: to be freed; NULL if it is not of this project. */
static char *find_header(const struct search *search, const char *path, const char *name)
{
	char *copy = xstrdup(path), *found = xasprintf("%s/%s", dirname(copy), name);

	free(copy);
	if (!access(found, F_OK))
		return found;
	free(found);
	for (int i = 0; i < search->arguments.count; i++) {
		const char *argument = search->arguments.at[i];

		if (strncmp(argument, "-I", 2))
			continue;
		found = xasprintf("%s/%s", argument + 2, name);
		if (!access(found, F_OK))
			return found;
		free(found);
	}
	return NULL;
}

static bool search_headers(struct search *search, const char *path, const char *text)
{
	regmatch_t match[2];
	regex_t include;
	bool result = false;

	if (regcomp(&include, "^[ \t]*#[ \t]*include[ \t]*[<\"]([^>\"]+)[>\"]",
		    REG_EXTENDED | REG_NEWLINE))
		return true;
	while (!result && !regexec(&include, text, 2, match, 0)) {
		char *name = xstrndup(text + match[1].rm_so, match[1].rm_eo - match[1].rm_so);
		char *header = find_header(search, path, name);

		result = header && search_file(search, header);
		free(header);
		free(name);
		text += match[0].rm_eo;
	}
	regfree(&include);
	return result;
}

static bool search_file(struct search *search, const char *path)
{
	bool result;
	char *text, *code;

	if (tfind(path, &search->seen, compare))
		return false;
	tsearch(xstrdup(path), &search->seen, compare);
	text = text_of(path);
	/* What cannot be read here clang will complain of. */
	if (!text)
		return true;
	code = xstrdup(text);
	words__blank(code);
	result = is_called(code, "fork") || is_called(code, "Fork") || is_called(code, "clone") ||
		 is_called(code, "WEXITSTATUS") || search_headers(search, path, text);
	free(code);
	free(text);
	return result;
}

bool words__may_fork(const char *path, const char *const *arguments)
{
	struct search search = { .arguments = compile__arguments(path, arguments) };

	return search_file(&search, path);
}
