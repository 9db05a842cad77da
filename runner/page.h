/* SPDX-License-Identifier: GPL-2.0 */
/*
 * page: memory that the main process, a test's process and everything the test forks share.
 *
 * Writers record there how far the test has come, its subtests, failures and skips; the record
 * outlives its writer. When the test is over the main process turns it into a test_result (see
 * result.h). A test may overwrite the page: readers check what they read.
 */
#ifndef RUNNER_PAGE_H
#define RUNNER_PAGE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Phases of a test's process; the last one it reached tells how it ended. */
enum page_phase {
	PHASE_STARTING,
	PHASE_RUNNING,	/* inside the test function */
	PHASE_RETURNED, /* the test function returned, its output is flushed */
	PHASE_TRIAL,	/* finds out if LeakSanitizer can work */
	PHASE_LEAKS,	/* LeakSanitizer looks for leaks */
	PHASE_DONE,
};

/* The first failure of a subtest, or the first failed assertion of the test outside of subtests. */
struct failure {
	uint32_t line;	/* 0: no assertion */
	char file[88];	/* neither needs to end in NUL: both may be cut off */
	char text[256]; /* the line in the log */
};

#define MAX_FAILURES 4096

#define MAX_FRAMES 64

/* A frame of a stack trace. */
struct crash_frame {
	uint64_t address; /* of the instruction that was interrupted; in all but the first frame: */
			  /* the one that a call returns to */
	uint64_t bias;	  /* from addresses in @file to those in memory */
	char file[240];	  /* empty: the program itself; "?": no file is loaded there */
};

/* States of a crash_report. */
enum crash_state {
	CRASH_FREE,
	CRASH_FILLING, /* by the process that crashes */
	CRASH_ASKED,   /* that process waits for the main process to print it */
};

/* A stack trace on its way from a process that crashes to the main process (see crash.h). */
struct crash_report {
	_Atomic uint32_t state;	   /* enum crash_state */
	_Atomic uint32_t answered; /* reports that the main process has printed */
	uint32_t signo;
	uint32_t count;
	struct crash_frame frames[MAX_FRAMES];
};

/* One announced and selected subtest. Records follow each other in the page. */
struct subtest_record {
	_Atomic uint32_t bytes; /* of this record, name included, a multiple of 8; written last */
	uint32_t number;	/* from 1, as announced, filtered ones counted */

	_Atomic uint32_t errors;
	_Atomic uint32_t skipped;
	_Atomic uint32_t failure;   /* from 1 in the page's failures; 0: none kept */
	_Atomic uint64_t start_ns;  /* CLOCK_MONOTONIC */
	_Atomic uint64_t end_ns;    /* 0: still open */
	_Atomic uint64_t log_start; /* offsets in the test's log */
	_Atomic uint64_t log_end;
	_Atomic uint64_t skipped_at;
	char name[]; /* NUL-terminated; the description or nothing follows, the same */
};

struct result_page {
	_Atomic uint32_t phase;	  /* enum page_phase */
	_Atomic uint32_t errors;  /* failed assertions outside of any subtest */
	_Atomic uint32_t failure; /* as in a subtest's record */
	_Atomic uint32_t skipped; /* test__skip() outside of any subtest */
	_Atomic uint64_t skipped_at;
	_Atomic uint32_t force_log;
	_Atomic uint32_t announced;	    /* subtests, filtered ones counted */
	_Atomic uint32_t lost;		    /* subtests that found no room in the page */
	_Atomic uint32_t leaked;	    /* LeakSanitizer found leaks at the end of the test */
	_Atomic uint32_t exited;	    /* the test's process called exit() */
	_Atomic uint32_t thread_exited;	    /* the test's own thread called pthread_exit() */
	_Atomic uint32_t exit_calls;	    /* exit() called in a child of the test */
	_Atomic uint32_t returned_children; /* from the test's function */
	_Atomic uint32_t asan_reports;	    /* in the test or a child of it, as the next two */
	_Atomic uint32_t ubsan_reports;
	_Atomic uint32_t sanitizer_deaths; /* processes that a sanitizer ended */
	char asan_error[64];		   /* the first one, such as "heap-buffer-overflow" */
	char ubsan_error[192];
	char unlogged[1024];	   /* a line for the log, which the test has closed; or empty */
	char no_leak_check[192];   /* why LeakSanitizer does not look, or empty */
	_Atomic uint64_t armed_ns; /* when the watchdog was last re-armed, CLOCK_MONOTONIC */
	_Atomic uint32_t failures_used;
	_Atomic uint64_t used; /* bytes of records[] taken */
	struct crash_report crash;
	struct failure failures[MAX_FAILURES];
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
 * Adds a record for subtest @number named @name, open, starting now, its log at @log_start. @desc
 * is another name for it, or NULL.
 * Returns the record, or NULL when the page is full; that is counted in page->lost.
 */
struct subtest_record *result_page__add(struct result_page *page, uint32_t number, const char *name,
					const char *desc, uint64_t log_start);

/*
 * Keeps a failure of @record (NULL: of the test), unless one is kept there already. @text is its
 * line in the log, or, with @line 0, the reason.
 */
void result_page__keep_failure(struct result_page *page, struct subtest_record *record,
			       const char *file, unsigned int line, const char *text);

/* Copies @text to @field, of @size bytes, cut off; the last byte is NUL. */
void result_page__set_text(char *field, size_t size, const char *text);

/*
 * Returns the next record at or after offset *@at and moves *@at behind it; NULL at the end, with
 * *@torn set when the page ends in something that is no record.
 */
const struct subtest_record *result_page__next(const struct result_page *page, uint64_t *at,
					       bool *torn);

/* The description in a record from result_page__next(); empty if there is none. */
const char *subtest_record__desc(const struct subtest_record *record);

/* The failure with number @failure of a record or of the page, or NULL. */
const struct failure *result_page__failure(const struct result_page *page, uint32_t failure);

/* The name of the subtest that is open, or NULL; good until the page goes. */
const char *result_page__open_subtest(const struct result_page *page);

#endif
