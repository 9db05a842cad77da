/* SPDX-License-Identifier: GPL-2.0 */
/*
 * log: a file per test that catches all it writes, and the spool where the logs of failed tests
 * wait for the summary.
 *
 * A test's log is an unlinked file in memory, opened for appending and handed to the test as its
 * descriptors 1 and 2: what the test, its children, programs it runs and the sanitizers write is
 * there in the order in which it was written, and stays when the writer dies.
 */
#ifndef RUNNER_LOG_H
#define RUNNER_LOG_H

#include <stdint.h>
#include <stdio.h>

/*
 * The log in a test's process and in those that it forks. The test's own descriptors come after it.
 */
#define LOG_FD 3

/* A stretch of a log. */
struct span {
	uint64_t start, end;
};

/* A test's log, or its copy in the spool. Offsets count from the start of the test's log. */
struct log_view {
	int fd;
	uint64_t base;	 /* where the log starts in the file */
	struct span gap; /* what was dropped of it; empty: nothing */
};

/* Makes an empty log. Returns a descriptor (close-on-exec) or a negative errno. */
int log__new(const char *name);

/* Makes @log the stdout and stderr of this process, line-buffered. Returns 0 or -errno. */
int log__capture(int log);

/* Bytes in @log so far. */
uint64_t log__size(int log);

/* Appends a formatted line of the runner's own to @log, up to 2,047 bytes of it. */
void log__printf(int log, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * Drops the middle of a @log of more than @limit bytes, so that half of @limit is left at its start
 * and at its end, and frees its memory. Returns the gap.
 */
struct span log__cut(int log, uint64_t limit);

/* Makes an empty spool, on a disk where there is a directory. Returns as log__new(). */
int spool__new(void);
void spool__empty(int spool);

/* Appends all of @log to @spool. Returns where it is there; nothing if it cannot be written. */
struct log_view spool__add(int spool, const struct log_view *log);

/*
 * Calls @use on the bytes @part of @log, a piece at a time, until it returns non-zero. In the place
 * of the gap stands a line that says how much is left out. Returns 0, what @use returned or -errno.
 */
int log__walk(const struct log_view *log, struct span part,
	      int (*use)(void *ctx, const char *data, size_t size), void *ctx);

/* Writes the bytes @part of @log to @out. Returns 0 or -errno. */
int log__copy(const struct log_view *log, struct span part, FILE *out);

/* The byte at offset @at of @log, or NUL. */
char log__byte(const struct log_view *log, uint64_t at);

/* log__copy(), and a newline if the last byte was none. */
int log__print(const struct log_view *log, struct span part, FILE *out);

/* The bytes @span of @log as a new string (NUL-terminated, may hold NULs), or NULL. */
char *log__read(int log, struct span span, size_t *size);

#endif
