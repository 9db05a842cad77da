/* SPDX-License-Identifier: GPL-2.0 */
/*
 * report: results as text, line by line as scripts of BPF CI read them.
 */
#ifndef RUNNER_REPORT_H
#define RUNNER_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "plan.h"

struct report_options {
	bool verbose;	    /* logs of passing tests too */
	bool error_summary; /* the logs of failed tests once more at the end */
	int spool;	    /* where the logs are */
	FILE *out;
};

/* Prints a finished test: its log where that is wanted, a line a subtest, a line for itself. */
void report__test(const struct report_options *options, const struct planned_test *test);

/* Says on stderr, once for each reason, that no leaks were looked for in @test. */
void report__no_leak_check(const struct plan *plan, const struct planned_test *test);

/* Prints, for each test of @plan that ran, how often, and how often it failed. */
void report__repeats(const struct report_options *options, const struct plan *plan);

/* Prints the failed tests of @plan again, as asked for, and the line with the counts. */
void report__summary(const struct report_options *options, const struct plan *plan);

/* The counts of the Summary. */
struct report_counts {
	unsigned int passed, passed_subtests;
	unsigned int skipped; /* tests without subtests, and subtests */
	unsigned int failed, failed_subtests;
};

struct report_counts report__count(const struct plan *plan);

/*
 * The outcome of the whole run in one word: "failed" if a test failed or a selected one did not
 * run; else "passed" if a test passed; else "skipped" if one was skipped; else "nothing".
 */
const char *report__status(const struct plan *plan);

#endif
