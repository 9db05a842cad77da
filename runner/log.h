/* SPDX-License-Identifier: GPL-2.0 */
/*
 * log: a file for the output of each test, and the spool that keeps the logs of failed tests for
 * the summary.
 *
 * A test's log is an unlinked file in memory, opened for appending. It is the test's descriptors 1
 * and 2. It has the output of the test, its children, programs that it runs and the sanitizers in
 * the order of writing, and keeps it when the writer dies.
 */
#ifndef RUNNER_LOG_H
#define RUNNER_LOG_H

#include <stdint.h>
#include <stdio.h>

/*
 * The descriptor of the log in a test's process and its children. The test's own descriptors are
 * higher.
 */
#define LOG_FD 3

/* A range of bytes in a log. */
struct span {
	uint64_t start, end;
};

/* A test's log, or its copy in the spool. Offsets count from the start of the test's log. */
struct log_view {
	int fd;
	uint64_t base;	 /* offset of the log in the file */
	struct span gap; /* dropped bytes; empty: none */
};

/* Makes an empty log. Returns a descriptor (close-on-exec) or a negative errno. */
int log__new(const char *name);

/* Makes @log the stdout and stderr of this process, line-buffered. Returns 0 or -errno. */
int log__capture(int log);

/* Returns the number of bytes in @log. */
uint64_t log__size(int log);

/* Appends a formatted line of the runner to @log, at most 2,047 bytes. */
void log__printf(int log, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * If @log has more than @limit bytes, drops its middle and frees that memory. Half of @limit is
 * left at the start and at the end. Returns the gap.
 */
struct span log__cut(int log, uint64_t limit);

/* Makes an empty spool, on a disk if a directory on one is found. Returns as log__new(). */
int spool__new(void);
void spool__empty(int spool);

/* Appends all of @log to @spool. Returns its view there, empty if it cannot be written. */
struct log_view spool__add(int spool, const struct log_view *log);

/*
 * Calls @use on the bytes @part of @log, a piece at a time, until it returns non-zero. In place of
 * the gap it gets a line with the number of dropped bytes. Returns 0, the result of @use, or
 * -errno.
 */
int log__walk(const struct log_view *log, struct span part,
	      int (*use)(void *ctx, const char *data, size_t size), void *ctx);

/* Writes the bytes @part of @log to @out. Returns 0 or -errno. */
int log__copy(const struct log_view *log, struct span part, FILE *out);

/* The byte at offset @at of @log, or NUL. */
char log__byte(const struct log_view *log, uint64_t at);

/* log__copy(), and a newline if the last byte is not one. */
int log__print(const struct log_view *log, struct span part, FILE *out);

/* Returns the bytes @span of @log as a new NUL-terminated string, or NULL. It may hold NULs. */
char *log__read(int log, struct span span, size_t *size);

#endif
