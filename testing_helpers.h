/* SPDX-License-Identifier: GPL-2.0 */
/*
 * testing_helpers: small helpers of tests. bpf_prog_test_load(), kern_sync_rcu() and usleep() serve
 * tests of a kernel tree that check-drop-in builds.
 */
#ifndef __TESTING_HELPERS_H
#define __TESTING_HELPERS_H

#include <bpf/libbpf.h>
#include <linux/types.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

/*
 * Bits that -vv, -vvv and -s add to BPF_PROG_LOAD's log_level: 1 and 2 are the verifier's log
 * level, 4 is statistics.
 */
extern int extra_prog_load_log_flags;

/*
 * Opens and loads object file @file with extra_prog_load_log_flags. Every program gets type @type
 * (BPF_PROG_TYPE_UNSPEC: the type of its section). Returns 0 with the object in @obj, for
 * bpf_object__close(), and its first program's descriptor in @prog_fd. Returns a negative errno on
 * failure.
 */
int bpf_prog_test_load(const char *file, enum bpf_prog_type type, struct bpf_object **obj,
		       int *prog_fd);

/* Waits until every program that runs at the time of the call has ended. Returns 0 or -errno. */
int kern_sync_rcu(void);

/* usleep(3) that always calls nanosleep(2), as tests need that system call. */
int usleep(useconds_t usec);

/* Current time of CLOCK_MONOTONIC in nanoseconds. */
static inline __u64 get_time_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (__u64)t.tv_sec * 1000000000 + (__u64)t.tv_nsec;
}

#endif
