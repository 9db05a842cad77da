/* SPDX-License-Identifier: GPL-2.0 */
/*
 * leftover: processes that a test started and that are still there when it is over.
 *
 * A test's process adopts the orphans among its descendants (PR_SET_CHILD_SUBREAPER); when it is
 * gone the main process adopts them all. So every child of the main process that is not a test is a
 * leftover, whatever session or process group it has put itself into. Its process group tells whose
 * it is, or the log that it still has open.
 */
#ifndef RUNNER_LEFTOVER_H
#define RUNNER_LEFTOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* A test whose process is there, or has ended and is not reaped yet. */
struct leftover_test {
	pid_t pid;
	int log;
};

/*
 * Kills and reaps what @test has left, and what that has left, and all leftovers that are nobody's
 * among @tests (@count of them, @test included; those with pid 0 do not count).
 * Sets *@outlived to the number of those that were alive. Returns false if one of them is still
 * there after two seconds; it is given up.
 */
bool leftover__reap(const struct leftover_test *test, const struct leftover_test *tests,
		    size_t count, unsigned int *outlived);

/* Leaves @pid alone from now on: it does not die, and is not to be blamed on another test. */
void leftover__give_up(pid_t pid);

/* Kills and reaps all children of this process, and what they leave. Takes two seconds at most. */
void leftover__end_all(void);

/* True if @pid is @ancestor or a descendant of it, as far as /proc shows. */
bool leftover__descends(pid_t pid, pid_t ancestor);

/* Returns whether @pid is in @test's process group, or has its log open. */
bool leftover__belongs(pid_t pid, const struct leftover_test *test);

#endif
