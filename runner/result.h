/* SPDX-License-Identifier: GPL-2.0 */
/*
 * result: what a test has recorded about itself.
 *
 * While a test runs, its record is a result_page: memory shared by the main process, the test's
 * process and everything the test forks. Whoever writes there, the main process sees it, whatever
 * becomes of the writer. When the test is over the main process harvests the page into a
 * test_result of its own and never looks at shared memory again.
 */
#ifndef RUNNER_RESULT_H
#define RUNNER_RESULT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "log.h"

enum test_verdict { VERDICT_OK, VERDICT_SKIP, VERDICT_FAIL };

/* "OK", "SKIP" or "FAIL". */
const char *verdict__word(enum test_verdict verdict);

/* How far the test's process has come; what it reached last tells how it ended. */
enum result_phase {
	PHASE_STARTING,
	PHASE_RUNNING,	/* inside the test function */
	PHASE_RETURNED, /* the test function returned */
	PHASE_DONE,	/* leak check and flushing too */
};

/* Where the first failed assertion stands. */
struct failure_site {
	_Atomic uint32_t taken; /* somebody has written, or writes, the rest */
	uint32_t line;
	char file[88]; /* may be cut off, and not end in NUL */
};

/* One announced and selected subtest, in shared memory. Records follow each other in the page. */
struct subtest_record {
	uint32_t bytes;	 /* of this record, name included, a multiple of 8 */
	uint32_t number; /* from 1, as announced, filtered ones counted */
	_Atomic uint32_t errors;
	_Atomic uint32_t skipped;
	_Atomic uint64_t start_ns;  /* CLOCK_MONOTONIC */
	_Atomic uint64_t end_ns;    /* 0: still open */
	_Atomic uint64_t log_start; /* offsets in the test's log */
	_Atomic uint64_t log_end;
	struct failure_site site;
	char name[]; /* NUL-terminated */
};

/* What the test's process found out about itself that a wait status cannot tell. */
struct result_page {
	_Atomic uint32_t phase;	  /* enum result_phase */
	_Atomic uint32_t errors;  /* failed assertions outside of any subtest */
	_Atomic uint32_t skipped; /* test__skip() outside of any subtest */
	_Atomic uint32_t force_log;
	_Atomic uint32_t announced;	    /* subtests, filtered ones counted */
	_Atomic uint32_t lost;		    /* subtests that found no room in the page */
	_Atomic uint32_t leaked;	    /* LeakSanitizer found leaks at the end of the test */
	_Atomic uint32_t exit_calls;	    /* exit() called in the test or a child of it */
	_Atomic uint32_t returned_children; /* from the test's function */
	_Atomic uint32_t sanitizer_reports; /* errors that one found in the test or a child of it */
	_Atomic uint64_t armed_ns; /* when the watchdog was last re-armed, CLOCK_MONOTONIC */
	_Atomic uint64_t used;	   /* bytes of records[] taken */
	struct failure_site site;  /* of assertions outside of any subtest */
	char records[] __attribute__((aligned(8)));
};

/*
 * Makes an empty page, shared with processes forked from now on. Memory is taken only as records
 * are written. Returns the page, or NULL with errno set.
 */
struct result_page *result_page__new(void);
/* Keeps @page from processes that this one forks from now on: they could overwrite it. */
void result_page__hide(struct result_page *page);
void result_page__free(struct result_page *page);

/*
 * Adds a record for subtest @number named @name, open, starting now, its log at @log_start.
 * Returns the record, or NULL when the page is full; that is counted in page->lost.
 */
struct subtest_record *result_page__add(struct result_page *page, uint32_t number, const char *name,
					uint64_t log_start);

/* The verdict of a subtest that ends now. */
enum test_verdict subtest_record__verdict(const struct subtest_record *record);

/* Keeps @file and @line in @site, unless something is kept there already. */
void failure_site__set(struct failure_site *site, const char *file, unsigned int line);

/* The name of the subtest that is open, or NULL; good until the page goes. */
const char *result_page__open_subtest(const struct result_page *page);

struct subtest_result {
	uint32_t number;
	char *name;
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
	bool untimely; /* failed by how it ended, whatever its assertions said */
	bool force_log;
	uint32_t errors;    /* outside of subtests */
	uint32_t announced; /* subtests, filtered ones counted */
	uint64_t duration_ns;
	struct span log; /* in the spool of logs, see log.h */
	struct subtest_result *subtests;
	size_t subtest_count;
};

/* How a test's process ended, as the scheduler saw it. */
struct ending {
	int status;	/* as from waitpid(2) */
	bool timed_out; /* killed by the watchdog after @timeout_s seconds */
	unsigned int timeout_s;
	int interrupted; /* the signal that ended the whole run, or 0 */
	bool unkillable; /* it is still there: there is no status */
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

/* Where the stretch @part of the test's log, counted from its start, stands in the spool. */
struct span test_result__spooled(const struct test_result *result, struct span part);

#endif
