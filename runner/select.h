/* SPDX-License-Identifier: GPL-2.0 */
/*
 * select: which tests and subtests the user asked for.
 */
#ifndef RUNNER_SELECT_H
#define RUNNER_SELECT_H

#include <stdbool.h>
#include <stddef.h>

#include "parse.h"

/* One half of an item: a glob or a list of numbers; neither matches everything. */
struct select_pattern {
	char *glob;
	struct num_list numbers;
};

/* One thing the user asked for or denied: TEST or TEST/SUBTEST, by name or by number. */
struct select_item {
	char *text;   /* as given */
	char *origin; /* "-t", "-n", or "FILE:LINE" */
	bool typed;   /* on the command line, must exist; a file may name more */
	bool by_number;
	struct select_pattern test;
	bool narrowed; /* has a subtest part */
	struct select_pattern subtest;
};

struct select_list {
	struct select_item *items;
	size_t count;
};

/* A zeroed selection wants everything. */
struct selection {
	struct select_list allow;
	struct select_list deny;
};

/*
 * Adds the items of @arg, a comma list or @FILE, to @list. Items are globs with @glob, else
 * substrings. @option ("-t") names the option in messages.
 * Returns 0, or -EINVAL after one line on stderr that says what is wrong; @list is then as it was.
 */
int select_list__add_names(struct select_list *list, const char *option, const char *arg,
			   bool glob);

/* Replaces what an earlier -n added to @list by @arg: LIST or LIST/LIST. Returns as above. */
int select_list__set_numbers(struct select_list *list, const char *arg);

/* Returns whether anything of test @number, called @name, is wanted. */
bool selection__wants_test(const struct selection *selection, unsigned int number,
			   const char *name);

/* Returns whether subtest @sub_number, called @sub_name, of a wanted test is. */
bool selection__wants_subtest(const struct selection *selection, unsigned int number,
			      const char *name, unsigned int sub_number, const char *sub_name);

/* Returns whether it is denied, whoever wants it. */
bool selection__denies_subtest(const struct selection *selection, unsigned int number,
			       const char *name, unsigned int sub_number, const char *sub_name);

bool select_item__matches_test(const struct select_item *item, unsigned int number,
			       const char *name);
/* For a subtest whose test matches. */
bool select_item__matches_subtest(const struct select_item *item, unsigned int sub_number,
				  const char *sub_name);

void selection__destroy(struct selection *selection);

#endif
