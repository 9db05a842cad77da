/* SPDX-License-Identifier: GPL-2.0 */
/*
 * reason: why a test failed, whatever its assertions say, in words.
 */
#ifndef RUNNER_REASON_H
#define RUNNER_REASON_H

#include <stdbool.h>

#include "page.h"

/* The end of a test's process, as the scheduler saw it. */
struct ending {
	int status;	/* as from waitpid(2) */
	bool timed_out; /* killed by the watchdog after @timeout_s seconds */
	unsigned int timeout_s;
	int interrupted;    /* the signal that ended the whole run, or 0 */
	bool unkillable;    /* it is still there: there is no status */
	bool leftover;	    /* a process that it has left cannot be ended */
	int sent_signal;    /* to the main process, or 0 */
	uint64_t log_limit; /* the limit that its log exceeds, in bytes, or 0 */
};

/*
 * Returns all reasons for which a test with @page and @ending failed, the most telling first, as a
 * new string; NULL if there is none. A failed assertion is not among them.
 */
char *reason__of_failure(const struct result_page *page, const struct ending *ending);

/*
 * Returns the reason why no leaks were looked for although they should have been, as a new string,
 * or NULL. It is no failure of the test.
 */
char *reason__no_leak_check(const struct result_page *page, const struct ending *ending);

#endif
