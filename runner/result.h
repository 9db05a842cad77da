/* SPDX-License-Identifier: GPL-2.0 */
/*
 * result: the verdicts on a test and its subtests, made of what the test left: its page, its log
 * and the way its process ended.
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

/* The verdict of a subtest that ends now. */
enum test_verdict subtest_record__verdict(const struct subtest_record *record);

struct subtest_result {
	uint32_t number;
	char *name;
	char *desc; /* another name, or NULL */
	enum test_verdict verdict;
	char *reason; /* of a FAIL or SKIP, in words; may be NULL */
	char *file;   /* and line of the first failed assertion, or NULL */
	unsigned int line;
	bool cut_short; /* the test ended while it was open */
	uint64_t duration_ns;
	struct span log; /* counted from the start of the test's log */
};

struct test_result {
	enum test_verdict verdict;
	char *reason; /* of a FAIL or SKIP, in words; may be NULL */
	char *file;   /* and line of the first failed one outside of subtests, or NULL */
	unsigned int line;
	bool untimely;	     /* failed by how it ended, whatever its assertions said */
	char *no_leak_check; /* the reason why no leaks were looked for, or NULL */
	bool force_log;
	uint32_t errors;    /* outside of subtests */
	uint32_t announced; /* subtests, filtered ones counted */
	uint64_t duration_ns;
	uint64_t log_bytes;
	struct log_view log; /* kept for the summary; fd -1: it was not */
	struct subtest_result *subtests;
	size_t subtest_count;
};

/*
 * Turns the page of a finished test into a result: verdicts, reasons and subtests. @log is the
 * test's log, where the reasons that a test gives for skipping stand.
 * A page that the test has scribbled over is read no further than it makes sense, and the test
 * fails.
 */
void result__harvest(struct test_result *result, const struct result_page *page, int log,
		     const struct ending *ending);
void test_result__destroy(struct test_result *result);

#endif
