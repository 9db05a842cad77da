/* SPDX-License-Identifier: GPL-2.0 */
/*
 * forked_child: children of tests, from fork() to their verdict.
 *
 * A child leaves by forked_child__exit(), never by exit(): that would run the exit handlers of the
 * program it was forked from, and under AddressSanitizer LeakSanitizer's changes the exit status.
 */
#ifndef __FORKED_CHILD_H
#define __FORKED_CHILD_H

#include <poll.h>
#include <sys/syscall.h>
#include <test_progs.h>

/* As fork(2), after flushing what both processes would write otherwise. */
static inline pid_t forked_child__start(void)
{
	fflush(NULL);
	return fork();
}

/* The verdicts that a child has for exit statuses, those of kselftest. */
enum forked_child_verdict {
	CHILD_PASSED = 0,
	CHILD_FAILED = 1,
	CHILD_SKIPPED = 4, /* it has found that the kernel lacks something */
};

static inline void __attribute__((noreturn)) forked_child__exit(enum forked_child_verdict verdict)
{
	fflush(NULL);
	_exit(verdict);
}

/* Waits up to @timeout_s seconds for child @pid to end. Returns whether it did; reaps nothing. */
static inline bool forked_child__ends_within(pid_t pid, int timeout_s)
{
	struct pollfd pollfd = { .events = POLLIN };
	int ready;

	pollfd.fd = syscall(SYS_pidfd_open, pid, 0);
	if (!ASSERT_OK_FD(pollfd.fd, "pidfd_open of child"))
		return false;
	do {
		ready = poll(&pollfd, 1, timeout_s * 1000);
	} while (ready < 0 && errno == EINTR);
	close(pollfd.fd);
	return ready > 0;
}

/*
 * Waits for child @pid, which has @timeout_s seconds to end, and reaps it. Asserts that it ended
 * in time, by itself, and with a verdict that is no failure. Returns the verdict.
 */
static inline enum forked_child_verdict forked_child__wait(pid_t pid, int timeout_s)
{
	bool in_time = forked_child__ends_within(pid, timeout_s);
	int status;

	/* Not reaped yet, the number is still the child's. */
	if (!in_time)
		kill(pid, SIGKILL);
	if (!ASSERT_EQ(TEMP_FAILURE_RETRY(waitpid(pid, &status, 0)), pid, "waitpid of child") ||
	    !ASSERT_TRUE(in_time, "child ended in time") ||
	    !ASSERT_EQ(WIFSIGNALED(status) ? WTERMSIG(status) : 0, 0, "signal that ended child"))
		return CHILD_FAILED;
	if (WEXITSTATUS(status) == CHILD_SKIPPED)
		return CHILD_SKIPPED;
	return ASSERT_EQ(WEXITSTATUS(status), CHILD_PASSED, "exit status of child") ? CHILD_PASSED :
										      CHILD_FAILED;
}

#endif
