// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"

int parse_uint(const char *text, unsigned int min, unsigned int max, unsigned int *value)
{
	unsigned long number;
	char *end;

	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	number = strtoul(text, &end, 10);
	if (errno || *end || number < min || number > max)
		return -EINVAL;
	*value = (unsigned int)number;
	return 0;
}

/* Parses "N" or "N-M". Changes @text. */
static int parse_range(char *text, struct num_range *range)
{
	char *dash = strchr(text, '-');

	if (dash)
		*dash++ = '\0';
	if (parse_uint(text, 1, UINT_MAX, &range->first) ||
	    parse_uint(dash ?: text, range->first, UINT_MAX, &range->last))
		return -EINVAL;
	return 0;
}

int num_list__parse(struct num_list *list, const char *text)
{
	char *copy = strdup(text), *rest = copy, *part;
	int err = copy ? 0 : -ENOMEM;

	while (!err && (part = strsep(&rest, ","))) {
		struct num_range *ranges;

		ranges = reallocarray(list->ranges, list->count + 1, sizeof(*ranges));
		if (!ranges) {
			err = -ENOMEM;
			break;
		}
		list->ranges = ranges;
		err = parse_range(part, &ranges[list->count++]);
	}
	free(copy);
	if (err)
		num_list__destroy(list);
	return err;
}

bool num_list__has(const struct num_list *list, unsigned int number)
{
	for (size_t i = 0; i < list->count; i++)
		if (number >= list->ranges[i].first && number <= list->ranges[i].last)
			return true;
	return false;
}

void num_list__destroy(struct num_list *list)
{
	free(list->ranges);
	*list = (struct num_list){};
}

bool glob_matches(const char *text, const char *pattern)
{
	const char *star = NULL, *resume = NULL;

	/* After a mismatch, let the last star match one more character and try again. */
	while (*text) {
		if (*pattern == '*') {
			star = pattern++;
			resume = text;
		} else if (*pattern == *text) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star + 1;
			text = ++resume;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

/* Removes the comment and the blanks around the entry from @line, in place. */
static char *trim_entry(char *line)
{
	size_t size;

	line[strcspn(line, "#\r\n")] = '\0';
	while (isblank((unsigned char)*line))
		line++;
	size = strlen(line);
	while (size && isblank((unsigned char)line[size - 1]))
		line[--size] = '\0';
	return line;
}

int walk_list_lines(const char *path, int (*use)(void *ctx, const char *line, unsigned int number),
		    void *ctx)
{
	FILE *file = fopen(path, "re");
	unsigned int number = 0;
	char *line = NULL;
	size_t room = 0;
	ssize_t got;
	int err = 0;

	if (!file)
		return -errno;
	while (!err && (errno = 0, got = getline(&line, &room, file)) >= 0) {
		char *entry;

		number++;
		if (strlen(line) != (size_t)got) {
			err = -EILSEQ;
			break;
		}
		entry = trim_entry(line);
		if (*entry)
			err = use(ctx, entry, number);
	}
	if (!err && ferror(file))
		err = errno ? -errno : -EIO;
	free(line);
	fclose(file);
	return err;
}
