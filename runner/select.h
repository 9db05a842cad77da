/* SPDX-License-Identifier: GPL-2.0 */
/* select: the tests and subtests that the user asked for. */
#ifndef RUNNER_SELECT_H
#define RUNNER_SELECT_H

#include <stdbool.h>
#include <stddef.h>

#include "parse.h"

/* One half of an item: a glob or a list of numbers. Without either it matches everything. */
struct select_pattern {
	char *glob;
	struct num_list numbers;
};

/* One item that the user selected or denied: TEST or TEST/SUBTEST, by name or by number. */
struct select_item {
	char *text;   /* as given */
	char *origin; /* "-t", "-n", or "FILE:LINE" */
	bool typed;   /* from the command line: must exist; a file may name more */
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
 * Adds the items of @arg, a comma list or @FILE, to @list. Items are globs if @glob is true, else
 * substrings. @option ("-t") names the option in messages. Returns 0, or -EINVAL after a message on
 * stderr; @list is then unchanged.
 */
int select_list__add_names(struct select_list *list, const char *option, const char *arg,
			   bool glob);

/*
 * Replaces the numbers of an earlier -n in @list by those of @arg: LIST or LIST/LIST. Returns as
 * above.
 */
int select_list__set_numbers(struct select_list *list, const char *arg);

/* Returns whether test @number, called @name, or any of its subtests is wanted. */
bool selection__wants_test(const struct selection *selection, unsigned int number,
			   const char *name);

/* Returns whether subtest @sub_number, called @sub_name, is wanted. Its test must be wanted. */
bool selection__wants_subtest(const struct selection *selection, unsigned int number,
			      const char *name, unsigned int sub_number, const char *sub_name);

/* Returns whether the subtest is denied, even if it is also wanted. */
bool selection__denies_subtest(const struct selection *selection, unsigned int number,
			       const char *name, unsigned int sub_number, const char *sub_name);

bool select_item__matches_test(const struct select_item *item, unsigned int number,
			       const char *name);
/* The item must match the test. */
bool select_item__matches_subtest(const struct select_item *item, unsigned int sub_number,
				  const char *sub_name);

void selection__destroy(struct selection *selection);

#endif
