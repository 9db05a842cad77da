/* SPDX-License-Identifier: GPL-2.0 */
/* reason: why a test failed, apart from its assertions, in words. */
#ifndef RUNNER_REASON_H
#define RUNNER_REASON_H

#include <stdbool.h>

#include "page.h"

/* The end of a test's process, as the scheduler saw it. */
struct ending {
	int status;	/* wait status of waitpid(2) */
	bool timed_out; /* killed by the watchdog after @timeout_s seconds */
	unsigned int timeout_s;
	int interrupted;    /* the signal that ended the whole run, or 0 */
	bool unkillable;    /* it did not die: there is no status */
	bool leftover;	    /* a process that the test left behind cannot be killed */
	int sent_signal;    /* signal that the test sent to the main process, or 0 */
	uint64_t log_limit; /* the exceeded limit of its log in bytes, or 0 */
};

/*
 * Returns all reasons for which a test with @page and @ending failed, the most specific first, as a
 * new string; NULL if there is none. Failed assertions are not among them.
 */
char *reason__of_failure(const struct result_page *page, const struct ending *ending);

/*
 * Returns why the runner did not look for leaks although it should have, as a new string, or NULL.
 * This is no failure of the test.
 */
char *reason__no_leak_check(const struct result_page *page, const struct ending *ending);

#endif
