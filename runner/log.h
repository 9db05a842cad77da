/* SPDX-License-Identifier: GPL-2.0 */
/*
 * log: a file per test that catches all it writes, and the spool where kept logs wait.
 *
 * A test's log is an unlinked file in memory, opened for appending and handed to the test as its
 * descriptors 1 and 2: whatever the test, its children, programs it runs and the sanitizers write
 * ends up in the order in which it was written, and stays when the writer dies.
 */
#ifndef RUNNER_LOG_H
#define RUNNER_LOG_H

#include <stdint.h>
#include <stdio.h>

/* A stretch of a log. */
struct span {
	uint64_t start, end;
};

/* Makes an empty log. Returns a descriptor (close-on-exec) or a negative errno. */
int log__new(const char *name);

/* Makes @log the stdout and stderr of this process, line-buffered. Returns 0 or -errno. */
int log__capture(int log);

/* Bytes in @log so far. */
uint64_t log__size(int log);

/* Drops all that is in @log. */
void log__empty(int log);

/* Appends a formatted line of the runner's own to @log, up to 2,047 bytes of it. */
void log__printf(int log, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Appends all of @log to @spool. Returns where it stands there; empty when it could not. */
struct span log__spool(int log, int spool);

/*
 * Writes the bytes @span of @log to @out, and a newline if the last one was not.
 * Returns 0 or -errno.
 */
int log__print(int log, struct span span, FILE *out);

/* The bytes @span of @log as a new string (NUL-terminated, may hold NULs), or NULL. */
char *log__read(int log, struct span span, size_t *size);

#endif
