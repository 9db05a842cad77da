/* SPDX-License-Identifier: GPL-2.0 */
/*
 * parse: numbers, lists of numbers, patterns and list files, as the command line has them.
 */
#ifndef RUNNER_PARSE_H
#define RUNNER_PARSE_H

#include <stdbool.h>
#include <stddef.h>

/* A list of numbers from 1 as the command line has it: 3 or 1,3-5. */
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
 * Calls @use for each entry of list file @path: one a line, '#' starts a comment anywhere, blanks
 * around the entry and the CR of a CRLF dropped, empty lines skipped. @number is the line's.
 * Stops when @use returns non-zero, and returns that; else 0, or a negative errno where the file
 * cannot be read (-EILSEQ: it holds a NUL byte and is no text).
 */
int walk_list_lines(const char *path, int (*use)(void *ctx, const char *line, unsigned int number),
		    void *ctx);

#endif
