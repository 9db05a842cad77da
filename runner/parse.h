/* SPDX-License-Identifier: GPL-2.0 */
/* parse: numbers, lists of numbers, patterns and list files of the command line. */
#ifndef RUNNER_PARSE_H
#define RUNNER_PARSE_H

#include <stdbool.h>
#include <stddef.h>

/* A list of numbers from 1: 3 or 1,3-5. */
struct num_range {
	unsigned int first, last;
};

struct num_list {
	struct num_range *ranges;
	size_t count;
};

/* Parses @text into the empty @list. Returns 0, or -EINVAL with @list empty. */
int num_list__parse(struct num_list *list, const char *text);
bool num_list__has(const struct num_list *list, unsigned int number);
void num_list__destroy(struct num_list *list);

/*
 * Parses all of @text as a decimal number between @min and @max into @value.
 * Returns 0 or -EINVAL.
 */
int parse_uint(const char *text, unsigned int min, unsigned int max, unsigned int *value);

/* Returns whether all of @text matches @pattern; only '*' is special: any run of characters. */
bool glob_matches(const char *text, const char *pattern);

/*
 * Calls @use for each entry of list file @path. An entry is one line; '#' starts a comment
 * anywhere; blanks around the entry and the CR of a CRLF are dropped; empty lines are skipped.
 * @number is the line's number. Stops when @use returns non-zero, and returns that. Otherwise
 * returns 0, or a negative errno if the file cannot be read (-EILSEQ: it holds a NUL byte, so it is
 * no text).
 */
int walk_list_lines(const char *path, int (*use)(void *ctx, const char *line, unsigned int number),
		    void *ctx);

#endif
