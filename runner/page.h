/* SPDX-License-Identifier: GPL-2.0 */
/*
 * page: memory shared by the main process, a test's process and its children.
 *
 * Writers record there the progress of the test, its subtests, failures and skips. The record
 * outlives its writer. After the test the main process turns it into a test_result (see result.h).
 * A test may overwrite the page, so readers check what they read.
 */
#ifndef RUNNER_PAGE_H
#define RUNNER_PAGE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Phases of a test's process. The last phase that it reached tells how it ended. */
enum page_phase {
	PHASE_STARTING,
	PHASE_RUNNING,	/* inside the test function */
	PHASE_RETURNED, /* the test function returned, its output is flushed */
	PHASE_TRIAL,	/* checks if LeakSanitizer can work */
	PHASE_LEAKS,	/* LeakSanitizer looks for leaks */
	PHASE_DONE,
};

/* The first failure of a subtest, or the first failed assertion of the test outside of subtests. */
struct failure {
	uint32_t line;	/* 0: no assertion */
	char file[88];	/* neither ends with NUL if it is cut off */
	char text[256]; /* the line in the log */
};

#define MAX_FAILURES 4096

#define MAX_FRAMES 64

/* A frame of a stack trace. */
struct crash_frame {
	uint64_t address; /* of the instruction that was interrupted; in all but the first frame: */
			  /* the one that a call returns to */
	uint64_t bias;	  /* add it to an address in @file to get the one in memory */
	char file[240];	  /* empty: the program itself; "?": no file is mapped there */
};

/* States of a crash_report. */
enum crash_state {
	CRASH_FREE,
	CRASH_FILLING, /* the crashing process writes it */
	CRASH_ASKED,   /* the crashing process waits until the main process has printed it */
};

/* A stack trace that a crashing process passes to the main process (see crash.h). */
struct crash_report {
	_Atomic uint32_t state;	   /* enum crash_state */
	_Atomic uint32_t answered; /* reports that the main process has printed */
	uint32_t signo;
	uint32_t count;
	struct crash_frame frames[MAX_FRAMES];
};

/* One announced and selected subtest. Records follow each other in the page. */
struct subtest_record {
	_Atomic uint32_t bytes; /* size with the name, a multiple of 8; written last */
	uint32_t number;	/* from 1, in the order of announcement, filtered ones counted */

	_Atomic uint32_t errors;
	_Atomic uint32_t skipped;
	_Atomic uint32_t failure;   /* from 1 in the page's failures; 0: none kept */
	_Atomic uint64_t start_ns;  /* CLOCK_MONOTONIC */
	_Atomic uint64_t end_ns;    /* 0: still open */
	_Atomic uint64_t log_start; /* offsets in the test's log */
	_Atomic uint64_t log_end;
	_Atomic uint64_t skipped_at;
	char name[]; /* NUL-terminated, then the description, or nothing, NUL-terminated */
};

struct result_page {
	_Atomic uint32_t phase;	  /* enum page_phase */
	_Atomic uint32_t errors;  /* failed assertions outside of any subtest */
	_Atomic uint32_t failure; /* as in a subtest's record */
	_Atomic uint32_t skipped; /* test__skip() outside of any subtest */
	_Atomic uint64_t skipped_at;
	_Atomic uint32_t force_log;
	_Atomic uint32_t announced;	    /* subtests, filtered ones counted */
	_Atomic uint32_t lost;		    /* subtests for which the page had no room */
	_Atomic uint32_t leaked;	    /* LeakSanitizer found leaks at the end of the test */
	_Atomic uint32_t exited;	    /* the test's process called exit() */
	_Atomic uint32_t thread_exited;	    /* the test's own thread called pthread_exit() */
	_Atomic uint32_t exit_calls;	    /* exit() called in a child of the test */
	_Atomic uint32_t returned_children; /* from the test's function */
	_Atomic uint32_t asan_reports;	    /* in the test or a child of it; so are the next two */
	_Atomic uint32_t ubsan_reports;
	_Atomic uint32_t sanitizer_deaths; /* processes that a sanitizer ended */
	char asan_error[64];		   /* the first one, such as "heap-buffer-overflow" */
	char ubsan_error[192];
	char unlogged[1024];	   /* a line for the log, which the test has closed; or empty */
	char no_leak_check[192];   /* why LeakSanitizer does not run, or empty */
	_Atomic uint64_t armed_ns; /* when the watchdog was last re-armed, CLOCK_MONOTONIC */
	_Atomic uint32_t failures_used;
	_Atomic uint64_t used; /* used bytes of records[] */
	struct crash_report crash;
	struct failure failures[MAX_FAILURES];
	char records[] __attribute__((aligned(8)));
};

/*
 * Makes an empty page, shared with processes forked from now on. Only written records take memory.
 * Returns the page, or NULL with errno set.
 */
struct result_page *result_page__new(void);
/* Hides @page from processes that this one forks from now on, as they could overwrite it. */
void result_page__hide(struct result_page *page);
void result_page__free(struct result_page *page);

/*
 * Adds a record for the open subtest @number called @name, which starts now with its log at
 * @log_start. @desc is another name for it, or NULL. Returns the record, or NULL if the page is
 * full, and counts that in page->lost.
 */
struct subtest_record *result_page__add(struct result_page *page, uint32_t number, const char *name,
					const char *desc, uint64_t log_start);

/*
 * Keeps the first failure of @record (NULL: of the test); ignores later ones. @text is its line in
 * the log or, if @line is 0, the reason.
 */
void result_page__keep_failure(struct result_page *page, struct subtest_record *record,
			       const char *file, unsigned int line, const char *text);

/* Copies @text to @field of @size bytes. Cuts it off if it is longer, and ends it with NUL. */
void result_page__set_text(char *field, size_t size, const char *text);

/*
 * Returns the next record at or after offset *@at and moves *@at behind it. Returns NULL at the
 * end, with *@torn set if the page ends in an invalid record.
 */
const struct subtest_record *result_page__next(const struct result_page *page, uint64_t *at,
					       bool *torn);

/* Returns the description in a record from result_page__next(), empty if there is none. */
const char *subtest_record__desc(const struct subtest_record *record);

/* The failure with number @failure of a record or of the page, or NULL. */
const struct failure *result_page__failure(const struct result_page *page, uint32_t failure);

/* Returns the name of the open subtest, or NULL. It is valid as long as the page. */
const char *result_page__open_subtest(const struct result_page *page);

#endif
