/* SPDX-License-Identifier: GPL-2.0 */
/* report: results as text, in the format that scripts of BPF CI read. */
#ifndef RUNNER_REPORT_H
#define RUNNER_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "plan.h"

struct report {
	bool verbose;	    /* logs of passing tests too */
	bool error_summary; /* repeat the logs of failed tests at the end */
	FILE *out, *err;
	/* The running test whose log is printed as it grows. Printed so far: */
	uint64_t streamed;	   /* bytes of its log */
	uint64_t streamed_records; /* offset in its page */
	size_t streamed_subtests, streamed_failures;
	bool mid_line;
};

/*
 * Prints the new part of a running test's log, and the lines of subtests that have ended. For one
 * test at a time; report__test() prints the rest.
 */
void report__grown(struct report *report, const struct planned_test *test,
		   const struct result_page *page, const struct log_view *log);

/* Prints a finished test: its log if wanted, a line for each subtest, a line for itself. */
void report__test(struct report *report, const struct planned_test *test,
		  const struct log_view *log);

/* Prints on stderr, once for each reason, that the runner did not look for leaks in @test. */
void report__no_leak_check(const struct report *report, const struct plan *plan,
			   const struct planned_test *test);

/* Prints how often each test of @plan ran, and how often it failed. */
void report__repeats(const struct report *report, const struct plan *plan);

/* Prints the failed tests of @plan again if the options say so, and the line with the counts. */
void report__summary(const struct report *report, const struct plan *plan);

/* The counts of the Summary. */
struct report_counts {
	unsigned int passed, passed_subtests;
	unsigned int skipped; /* tests without subtests, and subtests */
	unsigned int failed, failed_subtests;
	unsigned int not_built;
};

struct report_counts report__count(const struct plan *plan);

/*
 * Returns the outcome of the whole run in one word: "failed" if a test failed or a selected test
 * did not run; else "passed" if a test passed; else "skipped" if one was skipped; else "nothing".
 */
const char *report__status(const struct plan *plan);

#endif
