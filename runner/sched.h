/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sched: runs the selected tests, so many at a time, and watches over them.
 *
 * One loop waits for everything that can happen: a test's process ends (pidfd), a time-out nears
 * (the wait's own limit), a signal asks to stop (signalfd).
 */
#ifndef RUNNER_SCHED_H
#define RUNNER_SCHED_H

#include "plan.h"

struct sched_options {
	const struct selection *selection;
	unsigned int jobs;	/* tests at a time, at least 1 */
	unsigned int timeout_s; /* of the watchdog; 0: none */
	bool debug;		/* say on stderr what is done with the tests' processes */
	int spool;		/* where logs are kept, see log.h */
	/* Called for each test when its result is there. */
	void (*done)(void *ctx, const struct planned_test *test);
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
