/* SPDX-License-Identifier: GPL-2.0 */
/*
 * leftover: processes that a test started and that outlive it.
 *
 * A test's process adopts the orphans among its descendants (PR_SET_CHILD_SUBREAPER). When it ends,
 * the main process adopts them all. So every child of the main process that is not a test is a
 * leftover, in any session or process group. Its process group, or the log that it has open, tells
 * which test started it.
 */
#ifndef RUNNER_LEFTOVER_H
#define RUNNER_LEFTOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* A test whose process runs, or has ended and is not reaped yet. */
struct leftover_test {
	pid_t pid;
	int log;
};

/*
 * Kills and reaps the leftovers of @test, their descendants, and all leftovers that belong to no
 * other test in @tests. @tests has @count members, with @test among them; those with pid 0 are
 * unused. Sets *@outlived to the number of leftovers that were alive. If one is still there after
 * two seconds, gives it up and returns false.
 */
bool leftover__reap(const struct leftover_test *test, const struct leftover_test *tests,
		    size_t count, unsigned int *outlived);

/* Ignores @pid from now on: it does not die, and must not be blamed on another test. */
void leftover__give_up(pid_t pid);

/*
 * Kills and reaps all children of this process, and their descendants. Takes at most two seconds.
 */
void leftover__end_all(void);

/* True if @pid is @ancestor or a descendant of it, as far as /proc shows. */
bool leftover__descends(pid_t pid, pid_t ancestor);

/* Returns whether @pid is in @test's process group, or has its log open. */
bool leftover__belongs(pid_t pid, const struct leftover_test *test);

#endif
