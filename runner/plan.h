/* SPDX-License-Identifier: GPL-2.0 */
/* plan: the tests of this binary, with their numbers and results. */
#ifndef RUNNER_PLAN_H
#define RUNNER_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "result.h"
#include "select.h"

/*
 * A test as its source in prog_tests/ defines it: by test_NAME() or serial_test_NAME().
 * test_table.sh generates the table of tests, sorted by name.
 */
struct test_def {
	const char *name;
	void (*run)(void);	  /* may run beside other tests; or NULL */
	void (*run_serial)(void); /* must run alone; or NULL */
};

extern const struct test_def test_defs[];
extern const size_t test_def_count;
/* True if the tests need CAP_SYS_ADMIN. */
extern const bool test_defs_need_root;

#define DECLARE_TEST(name)						\
	extern void test_##name(void) __attribute__((weak));		\
	extern void serial_test_##name(void) __attribute__((weak));
#define DEFINE_TEST(name) { #name, test_##name, serial_test_##name },

struct planned_test {
	const char *name;
	unsigned int number; /* from 1, in sorted order of name */
	bool serial;
	void (*run)(void); /* NULL: not built, its file defines no test */
	bool selected;
	bool ran;
	struct test_result result;   /* the last run */
	unsigned int runs, failures; /* of all runs (-r) */
};

struct plan {
	struct planned_test *tests;
	size_t count;
};

/*
 * Lists all tests and marks those that @selection wants. Returns 0, or -EINVAL after it named a
 * test whose source defines both functions.
 */
int plan__init(struct plan *plan, const struct selection *selection);
void plan__destroy(struct plan *plan);

/* Drops the results of the last run, but keeps the counts, for the next run. */
void plan__reset(struct plan *plan);

/* Returns the number of selected tests. */
size_t plan__selected(const struct plan *plan);

/* Returns whether @test ran, and not only with unwanted subtests. */
bool plan__did_something(const struct planned_test *test);

/*
 * Prints on stderr the items of @selection that match no test or, once the tests have run, no
 * subtest of those that reached their end. Returns whether it printed anything.
 */
bool plan__report_unknown_tests(const struct plan *plan, const struct selection *selection);
bool plan__report_unknown_subtests(const struct plan *plan, const struct selection *selection);

#endif
