// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "select.h"
#include "../lib/xalloc.h"

static bool select_pattern__matches(const struct select_pattern *pattern, unsigned int number,
				    const char *name)
{
	if (pattern->glob)
		return glob_matches(name, pattern->glob);
	return !pattern->numbers.count || num_list__has(&pattern->numbers, number);
}

bool select_item__matches_test(const struct select_item *item, unsigned int number,
			       const char *name)
{
	return select_pattern__matches(&item->test, number, name);
}

bool select_item__matches_subtest(const struct select_item *item, unsigned int sub_number,
				  const char *sub_name)
{
	return !item->narrowed || select_pattern__matches(&item->subtest, sub_number, sub_name);
}

bool selection__wants_test(const struct selection *selection, unsigned int number, const char *name)
{
	const struct select_list *allow = &selection->allow, *deny = &selection->deny;

	for (size_t i = 0; i < deny->count; i++)
		if (!deny->items[i].narrowed &&
		    select_item__matches_test(&deny->items[i], number, name))
			return false;
	for (size_t i = 0; i < allow->count; i++)
		if (select_item__matches_test(&allow->items[i], number, name))
			return true;
	return !allow->count;
}

static bool list_has_subtest(const struct select_list *list, unsigned int number, const char *name,
			     unsigned int sub_number, const char *sub_name)
{
	for (size_t i = 0; i < list->count; i++)
		if (select_item__matches_test(&list->items[i], number, name) &&
		    select_item__matches_subtest(&list->items[i], sub_number, sub_name))
			return true;
	return false;
}

bool selection__denies_subtest(const struct selection *selection, unsigned int number,
			       const char *name, unsigned int sub_number, const char *sub_name)
{
	return list_has_subtest(&selection->deny, number, name, sub_number, sub_name);
}

bool selection__wants_subtest(const struct selection *selection, unsigned int number,
			      const char *name, unsigned int sub_number, const char *sub_name)
{
	const struct select_list *allow = &selection->allow;

	if (selection__denies_subtest(selection, number, name, sub_number, sub_name))
		return false;
	return !allow->count || list_has_subtest(allow, number, name, sub_number, sub_name);
}

static void select_item__destroy(struct select_item *item)
{
	free(item->text);
	free(item->origin);
	free(item->test.glob);
	free(item->subtest.glob);
	num_list__destroy(&item->test.numbers);
	num_list__destroy(&item->subtest.numbers);
}

static void select_list__shrink(struct select_list *list, size_t count)
{
	while (list->count > count)
		select_item__destroy(&list->items[--list->count]);
}

static void select_list__append(struct select_list *list, const struct select_item *item)
{
	list->items = xrealloc(list->items, list->count + 1, sizeof(*list->items));
	list->items[list->count++] = *item;
}

void selection__destroy(struct selection *selection)
{
	select_list__shrink(&selection->allow, 0);
	select_list__shrink(&selection->deny, 0);
	free(selection->allow.items);
	free(selection->deny.items);
}

/* State shared by the items of one option. */
struct adding {
	struct select_list *list;
	const char *origin; /* "-t" or the file's name */
	bool glob;
	bool typed;
};

static char *to_glob(const char *name, size_t size, bool glob)
{
	return xasprintf(glob ? "%.*s" : "*%.*s*", (int)size, name);
}

/* @line is 0 for the command line. */
static int add_name(const struct adding *adding, const char *name, unsigned int line)
{
	size_t test_size = strcspn(name, "/");
	const char *subtest = name[test_size] ? name + test_size + 1 : NULL;
	struct select_item item = { .typed = adding->typed, .narrowed = subtest };

	if (!*name)
		return 0;
	item.origin = line ? xasprintf("%s:%u", adding->origin, line) : xstrdup(adding->origin);
	item.text = xstrdup(name);
	if (!test_size || (subtest && !*subtest)) {
		fprintf(stderr,
			"test_progs: %s: '%s': wants TEST or TEST/SUBTEST, with no part empty\n",
			item.origin, name);
		select_item__destroy(&item);
		return -EINVAL;
	}
	item.test.glob = to_glob(name, test_size, adding->glob);
	if (subtest)
		item.subtest.glob = to_glob(subtest, strlen(subtest), adding->glob);
	select_list__append(adding->list, &item);
	return 0;
}

static int add_line(void *ctx, const char *line, unsigned int number)
{
	return add_name(ctx, line, number);
}

static int add_comma_list(const struct adding *adding, const char *arg)
{
	char *names = xstrdup(arg), *rest = names, *name;
	int err = 0;

	while (!err && (name = strsep(&rest, ",")))
		err = add_name(adding, name, 0);
	free(names);
	return err;
}

int select_list__add_names(struct select_list *list, const char *option, const char *arg, bool glob)
{
	struct adding adding = { .list = list, .origin = option, .glob = glob, .typed = true };
	size_t before = list->count;
	int err;

	if (arg[0] == '@') {
		adding.origin = arg + 1;
		adding.typed = false;
		err = walk_list_lines(arg + 1, add_line, &adding);
		if (err && err != -EINVAL)
			fprintf(stderr, "test_progs: %s %s: list file cannot be read: %s\n", option,
				arg, strerror(-err));
	} else {
		err = add_comma_list(&adding, arg);
	}
	if (err)
		select_list__shrink(list, before);
	return err ? -EINVAL : 0;
}

static void drop_numbers(struct select_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].by_number)
			select_item__destroy(&list->items[i]);
		else
			list->items[kept++] = list->items[i];
	}
	list->count = kept;
}

int select_list__set_numbers(struct select_list *list, const char *arg)
{
	struct select_item item = { .typed = true, .by_number = true };
	const char *slash = strchr(arg, '/');
	char *tests = xstrndup(arg, slash ? (size_t)(slash - arg) : strlen(arg));
	int err;

	item.narrowed = slash;
	err = num_list__parse(&item.test.numbers, tests);
	if (!err && slash)
		err = num_list__parse(&item.subtest.numbers, slash + 1);
	free(tests);
	if (err) {
		fprintf(stderr,
			"test_progs: -n %s: wants numbers from 1, such as 3 or 1,3-5 or 3/10-15\n",
			arg);
		select_item__destroy(&item);
		return err;
	}
	item.text = xstrdup(arg);
	item.origin = xstrdup("-n");
	drop_numbers(list);
	select_list__append(list, &item);
	return 0;
}
