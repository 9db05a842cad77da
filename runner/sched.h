/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sched: runs the selected tests, one or several at a time, and watches them.
 *
 * One loop waits for all events: a test's process ends (pidfd), a time limit is near (the wait's
 * time-out), a signal ends the run (signalfd), a log grows. While output waits for a slow reader,
 * the same events are handled there (output.h).
 */
#ifndef RUNNER_SCHED_H
#define RUNNER_SCHED_H

#include <stdio.h>

#include "plan.h"

struct sched_options {
	const struct selection *selection;
	unsigned int jobs;	/* tests at a time, at least 1 */
	unsigned int timeout_s; /* time limit of the watchdog in seconds; 0: none */
	uint64_t log_limit;	/* limit of a test's log in bytes; 0: none */
	bool listing;		/* tests announce their subtests, and run none */
	bool debug;		/* print on @err when processes of tests start, end or are killed */
	FILE *err;
	/* Called for each test that has a result. The test's log is valid until it returns. */
	void (*done)(void *ctx, struct planned_test *test, const struct log_view *log);
	/* Called for each running test whenever its log may have grown; or NULL. */
	void (*grown)(void *ctx, const struct planned_test *test, const struct result_page *page,
		      const struct log_view *log);
	void *ctx;
};

/*
 * Runs the selected tests of @plan. With one job they run in the order of their numbers. With more,
 * tests that may run beside others come first, then the serial ones, each alone. Sets ran and
 * result of each. Call stop__catch() and child__init() before. After stop__requested() no test
 * starts, and running ones are killed; ran is not set for tests that did not start.
 */
void sched__run(struct plan *plan, const struct sched_options *options);

#endif
