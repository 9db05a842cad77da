// SPDX-License-Identifier: GPL-2.0
/* Functions that come out of a table before they are called. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int test_fn(void);

static int leave(void)
{
	exit(1); /* want: child */
}

static int stay(void)
{
	return 0;
}

static const struct {
	const char *name;
	test_fn *fn;
} passed[] = { { "stay", stay }, { "leave", leave } };

static void run(test_fn *fn)
{
	if (!fork())
		_exit(fn());
}

static void run_old_style(int (*fn)(void))
{
	if (!fork())
		_exit((*fn)());
}

void pass(int i)
{
	run(passed[i].fn);
}

static int leave_found(void)
{
	exit(1); /* want: child */
}

static const struct named {
	const char *name;
	test_fn *fn;
} named[] = { { "leave", leave_found }, { "stay", stay }, {} };

static test_fn *find(const char *name)
{
	for (const struct named *at = named; at->name; at++)
		if (!strcmp(at->name, name))
			return at->fn;
	return NULL;
}

void call_found(const char *name)
{
	if (!fork())
		_exit(find(name)());
}

static int leave_chosen(void)
{
	exit(1); /* want: child */
}

static int leave_otherwise(void)
{
	exit(1); /* want: child */
}

static test_fn *choose(int number)
{
	switch (number) {
	case 1:
		return leave_chosen;
	case 2:
		return leave_otherwise;
	default:
		return stay;
	}
}

void call_chosen(int number)
{
	test_fn *fn = choose(number);

	run_old_style(fn);
}

static int leave_by_array(void)
{
	exit(1); /* want: child */
}

static test_fn *const array[] = { stay, leave_by_array, NULL };

static void run_all(test_fn *const *fn)
{
	for (; *fn; fn++)
		if (!fork())
			_exit((*fn)());
}

void call_array(void)
{
	run_all(array);
}

void call_in_parentheses(void)
{
	if (!(*fork)())
		(*exit)(1); /* want: child */
}

static int leave_parent(void)
{
	exit(0);
}

static const struct {
	test_fn *fn;
} of_parent[] = { { leave_parent } };

void not_in_child(int i)
{
	if (!fork())
		_exit(1);
	of_parent[i].fn();
}

struct operations {
	int (*run)(void);
};

static int leave_by_literal(void)
{
	exit(1); /* want: child */
}

static const struct {
	const struct operations *operations;
} device = { .operations = &(const struct operations){ .run = leave_by_literal } };

void call_by_literal(void)
{
	if (!fork())
		_exit(device.operations->run());
}
