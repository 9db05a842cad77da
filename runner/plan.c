// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "plan.h"
#include "../lib/xalloc.h"

static int plan_test(struct planned_test *test, const struct test_def *def, unsigned int number)
{
	if (def->run && def->run_serial) {
		fprintf(stderr,
			"test_progs: test %s: defined twice: remove test_%s() or serial_test_%s()\n",
			def->name, def->name, def->name);
		return -EINVAL;
	}
	test->name = def->name;
	test->number = number;
	test->serial = def->run_serial;
	test->run = def->run ?: def->run_serial;
	return 0;
}

int plan__init(struct plan *plan, const struct selection *selection)
{
	plan->count = test_def_count;
	plan->tests = xcalloc(plan->count, sizeof(*plan->tests));
	for (size_t i = 0; i < plan->count; i++) {
		struct planned_test *test = &plan->tests[i];
		int err = plan_test(test, &test_defs[i], (unsigned int)i + 1);

		if (err)
			return err;
		test->selected = selection__wants_test(selection, test->number, test->name);
	}
	return 0;
}

void plan__reset(struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		test_result__destroy(&plan->tests[i].result);
		plan->tests[i].ran = false;
	}
}

void plan__destroy(struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		test_result__destroy(&plan->tests[i].result);
	free(plan->tests);
}

size_t plan__selected(const struct plan *plan)
{
	size_t selected = 0;

	for (size_t i = 0; i < plan->count; i++)
		selected += plan->tests[i].selected;
	return selected;
}

bool plan__did_something(const struct planned_test *test)
{
	const struct test_result *result = &test->result;

	return test->ran &&
	       (result->verdict == VERDICT_FAIL || result->subtest_count || !result->announced);
}

static bool names_a_test(const struct plan *plan, const struct select_item *item)
{
	for (size_t i = 0; i < plan->count; i++)
		if (select_item__matches_test(item, plan->tests[i].number, plan->tests[i].name))
			return true;
	return false;
}

static bool names_a_subtest(const struct planned_test *test, const struct select_item *item)
{
	for (size_t i = 0; i < test->result.subtest_count; i++) {
		const struct subtest_result *subtest = &test->result.subtests[i];

		if (select_item__matches_subtest(item, subtest->number, subtest->name) ||
		    (subtest->desc &&
		     select_item__matches_subtest(item, subtest->number, subtest->desc)))
			return true;
	}
	return false;
}

static void report_unknown(const struct select_item *item, const char *what)
{
	fprintf(stderr,
		"test_progs: %s %s: matches no %s: -l lists the tests, -l -v their subtests\n",
		item->origin, item->text, what);
}

bool plan__report_unknown_tests(const struct plan *plan, const struct selection *selection)
{
	const struct select_list *allow = &selection->allow;
	bool nothing = !plan__selected(plan), said = false;

	/* A list file may name tests of the kernel tree that are not here. */
	for (size_t i = 0; i < allow->count; i++) {
		if ((nothing || allow->items[i].typed) && !names_a_test(plan, &allow->items[i])) {
			report_unknown(&allow->items[i], "test");
			said = true;
		}
	}
	if (nothing && !said) {
		fprintf(stderr, "test_progs: nothing to run: all that is selected is denied\n");
		said = true;
	}
	return said;
}

/*
 * Returns true if all tests that match @item announced their subtests, and none of these matches.
 */
static bool names_no_subtest(const struct plan *plan, const struct select_item *item)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct planned_test *test = &plan->tests[i];

		if (!select_item__matches_test(item, test->number, test->name) || !test->selected)
			continue;
		if (!test->ran || test->result.verdict == VERDICT_FAIL ||
		    names_a_subtest(test, item))
			return false;
	}
	return true;
}

bool plan__report_unknown_subtests(const struct plan *plan, const struct selection *selection)
{
	const struct select_list *allow = &selection->allow;
	bool nothing = true, said = false;

	for (size_t i = 0; i < plan->count; i++)
		nothing &= !plan__did_something(&plan->tests[i]);
	for (size_t i = 0; i < allow->count; i++) {
		const struct select_item *item = &allow->items[i];

		if ((nothing || item->typed) && item->narrowed && names_no_subtest(plan, item)) {
			report_unknown(item, "subtest");
			said = true;
		}
	}
	return said;
}
