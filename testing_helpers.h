/* SPDX-License-Identifier: GPL-2.0 */
/*
 * testing_helpers: parsing of numbers and lists, and small helpers of tests.
 */
#ifndef __TESTING_HELPERS_H
#define __TESTING_HELPERS_H

#include <bpf/libbpf.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

/* A list of numbers from 1 as the command line has it: 3 or 1,3-5. */
struct num_range {
	unsigned int first, last;
};

struct num_list {
	struct num_range *ranges;
	size_t count;
};

/* Parses @text into the empty @list. Returns 0, or -EINVAL with @list empty. */
int num_list__parse(struct num_list *list, const char *text);
bool num_list__has(const struct num_list *list, unsigned int number);
void num_list__destroy(struct num_list *list);

/*
 * Parses all of @text as a decimal number between @min and @max into @value.
 * Returns 0 or -EINVAL.
 */
int parse_uint(const char *text, unsigned int min, unsigned int max, unsigned int *value);

/* Whether all of @text matches @pattern, in which only '*' is special: any run of characters. */
bool glob_matches(const char *text, const char *pattern);

/*
 * Calls @use for each entry of list file @path: one a line, '#' starts a comment anywhere, blanks
 * around the entry and the CR of a CRLF dropped, empty lines skipped. @number is the line's.
 * Stops when @use returns non-zero, and returns that; else 0, or a negative errno where the file
 * cannot be read (-EILSEQ: it holds a NUL byte and is no text).
 */
int walk_list_lines(const char *path, int (*use)(void *ctx, const char *line, unsigned int number),
		    void *ctx);

/*
 * Bits that -vv, -vvv and -s add to the log level of programs that a test loads: 1 and 2, verifier
 * log level; 4, statistics (BPF_PROG_LOAD's log_level).
 */
extern int extra_prog_load_log_flags;

/*
 * Opens object file @file and loads it, every program as of type @type (BPF_PROG_TYPE_UNSPEC: each
 * as its section says), with extra_prog_load_log_flags. Returns 0 with the object in @obj, for
 * bpf_object__close(), and its first program's descriptor in @prog_fd; or a negative errno.
 */
int bpf_prog_test_load(const char *file, enum bpf_prog_type type, struct bpf_object **obj,
		       int *prog_fd);

/* Waits until every program that ran when it was called has ended. Returns 0 or -errno. */
int kern_sync_rcu(void);

/*
 * As usleep(3), by nanosleep(2) whatever the C library does: tests call it to make that call.
 */
int usleep(useconds_t usec);

/* Current time of CLOCK_MONOTONIC in nanoseconds. */
static inline __u64 get_time_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (__u64)t.tv_sec * 1000000000 + (__u64)t.tv_nsec;
}

#endif
