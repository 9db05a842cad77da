/* SPDX-License-Identifier: GPL-2.0 */
/*
 * result: the verdicts on a test and its subtests, from the test's page, its log and the end of its
 * process.
 */
#ifndef RUNNER_RESULT_H
#define RUNNER_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "log.h"
#include "page.h"
#include "reason.h"

enum test_verdict { VERDICT_OK, VERDICT_SKIP, VERDICT_FAIL };

/* "OK", "SKIP" or "FAIL". */
const char *verdict__word(enum test_verdict verdict);

/* Returns the verdict of a subtest that ends now. */
enum test_verdict subtest_record__verdict(const struct subtest_record *record);

struct subtest_result {
	uint32_t number;
	char *name;
	char *desc; /* another name, or NULL */
	enum test_verdict verdict;
	char *reason; /* why it failed or was skipped, in words; may be NULL */
	char *file;   /* and line of the first failed assertion, or NULL */
	unsigned int line;
	bool cut_short; /* the test ended while it was open */
	uint64_t duration_ns;
	struct span log; /* offsets in the test's log */
};

struct test_result {
	enum test_verdict verdict;
	char *reason; /* why it failed or was skipped, in words; may be NULL */
	char *file;   /* and line of the first failed one outside of subtests, or NULL */
	unsigned int line;
	bool untimely;	     /* failed by the way it ended, whatever its assertions are */
	char *no_leak_check; /* why the runner did not look for leaks, or NULL */
	bool force_log;
	uint32_t errors;    /* outside of subtests */
	uint32_t announced; /* subtests, filtered ones counted */
	uint64_t duration_ns;
	uint64_t log_bytes;
	struct log_view log; /* kept for the summary; fd is -1 if it was not kept */
	struct subtest_result *subtests;
	size_t subtest_count;
};

/*
 * Turns the page of a finished test into a result: verdicts, reasons and subtests. @log is the
 * test's log, which has the reasons for skips. If the test has overwritten the page, reads only the
 * part that is valid, and the test fails.
 */
void result__harvest(struct test_result *result, const struct result_page *page, int log,
		     const struct ending *ending);
void test_result__destroy(struct test_result *result);

#endif
