// SPDX-License-Identifier: GPL-2.0
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "list.h"

void list__tests(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->tests[i].selected)
			puts(plan->tests[i].name);
}

/* Prints a character that a list file cannot hold as "*", which matches it. */
static void print_name(const char *test, const char *name)
{
	printf("%s/", test);
	for (; *name; name++) {
		bool last_blank = *name == ' ' && !name[1 + strspn(name + 1, " ")];

		putchar((unsigned char)*name < ' ' || *name == '#' || last_blank ? '*' : *name);
	}
	putchar('\n');
}

static void list_test(const struct planned_test *test)
{
	const struct test_result *result = &test->result;
	bool failed = result->verdict == VERDICT_FAIL;
	const char *what = NULL;

	for (size_t i = 0; !result->untimely && i < result->subtest_count; i++)
		print_name(test->name, result->subtests[i].name);
	if (result->untimely || !result->announced || (failed && !result->subtest_count)) {
		puts(test->name);
		what = "its subtests cannot be listed";
	} else if (failed) {
		what = "it fails when no subtest runs, and some may be missing";
	}
	if (what && result->reason)
		fprintf(stderr, "test_progs: %s: %s: %s\n", test->name, what, result->reason);
}

void list__subtests(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->tests[i].ran)
			list_test(&plan->tests[i]);
}
