/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sched: runs the selected tests, so many at a time, and watches over them.
 *
 * One loop waits for everything that can happen: a test's process ends (pidfd), a time-out nears
 * (the wait's own limit), a signal asks to stop (signalfd), a log grows. While output waits for a
 * slow reader the same is served from there (output.h).
 */
#ifndef RUNNER_SCHED_H
#define RUNNER_SCHED_H

#include <stdio.h>

#include "plan.h"

struct sched_options {
	const struct selection *selection;
	unsigned int jobs;	/* tests at a time, at least 1 */
	unsigned int timeout_s; /* of the watchdog; 0: none */
	uint64_t log_limit;	/* bytes that a test may write to its log; 0: any number */
	bool listing;		/* have tests announce their subtests, and run none */
	bool debug;		/* say on @err what is done with the tests' processes */
	FILE *err;
	/* Called for each test when its result is there. Its log can be read until it returns. */
	void (*done)(void *ctx, struct planned_test *test, const struct log_view *log);
	/* Called for each running test whenever its log may have grown; or NULL. */
	void (*grown)(void *ctx, const struct planned_test *test, const struct result_page *page,
		      const struct log_view *log);
	void *ctx;
};

/*
 * Runs the selected tests of @plan: with one job in the order of their numbers, with more first
 * those that may run beside others, then the serial ones, each alone. Sets ran and result of each.
 * stop__catch() and child__init() have been called. Once stop__requested(), no test is started and
 * those that run are ended; what did not get its turn has not ran set.
 */
void sched__run(struct plan *plan, const struct sched_options *options);

#endif
