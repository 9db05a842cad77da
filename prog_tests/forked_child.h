/* SPDX-License-Identifier: GPL-2.0 */
/*
 * forked_child: children of tests, from fork() to their verdict.
 *
 * A child leaves by forked_child__exit(), never by exit(): that would run the exit handlers of the
 * program it was forked from, and under AddressSanitizer LeakSanitizer's changes the exit status.
 *
 * Waiting has no time limit here. The runner's watchdog has one (-w) and ends the test when a child
 * hangs; a child never outlives its test.
 */
#ifndef __FORKED_CHILD_H
#define __FORKED_CHILD_H

#include <sys/prctl.h>
#include <test_progs.h>

/* A child's verdict is its exit status, as in kselftest. */
enum forked_child_verdict {
	CHILD_PASSED = 0,
	CHILD_FAILED = 1,
	CHILD_SKIPPED = 4, /* the kernel lacks a feature */
};

static inline void __attribute__((noreturn)) forked_child__exit(enum forked_child_verdict verdict)
{
	fflush(NULL);
	_exit(verdict);
}

/*
 * Flushes stdio, so that no buffer is written twice, and calls fork(2). The kernel kills the child
 * when this process ends.
 */
static inline pid_t forked_child__start(void)
{
	pid_t parent = getpid(), pid;

	fflush(NULL);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		/* The parent may have ended before the prctl(). */
		if (getppid() != parent)
			_exit(CHILD_FAILED);
	}
	return pid;
}

/*
 * Waits for child @pid and reaps it. Asserts that no signal killed it and that its verdict is not
 * CHILD_FAILED. Returns the verdict.
 */
static inline enum forked_child_verdict forked_child__wait(pid_t pid)
{
	int status;

	if (!ASSERT_EQ(TEMP_FAILURE_RETRY(waitpid(pid, &status, 0)), pid, "waitpid of child") ||
	    !ASSERT_EQ(WIFSIGNALED(status) ? WTERMSIG(status) : 0, 0, "signal that ended child"))
		return CHILD_FAILED;
	if (WEXITSTATUS(status) == CHILD_SKIPPED)
		return CHILD_SKIPPED;
	return ASSERT_EQ(WEXITSTATUS(status), CHILD_PASSED, "exit status of child") ? CHILD_PASSED :
										      CHILD_FAILED;
}

#endif
