// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "leftover.h"
#include "testing_helpers.h"

#define PATIENCE_NS 2000000000ULL

/* Whether descriptor @fd of process @pid is the file @log. */
static bool has_open(pid_t pid, int fd, int log)
{
	struct stat theirs, ours;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
	return !stat(path, &theirs) && !fstat(log, &ours) && theirs.st_ino == ours.st_ino &&
	       theirs.st_dev == ours.st_dev;
}

static bool belongs_to(pid_t pid, const struct leftover_test *test)
{
	return test->pid && (getpgid(pid) == test->pid || has_open(pid, STDOUT_FILENO, test->log) ||
			     has_open(pid, STDERR_FILENO, test->log));
}

static bool is_alive(pid_t pid)
{
	siginfo_t info = {};

	return !waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) && !info.si_pid;
}

/* What leftover__reap() was told. */
struct reaping {
	const struct leftover_test *test, *tests;
	size_t count;
	const pid_t *unkillable;
	size_t unkillable_count;
};

/* Whether child @pid of this process is one to be reaped now. */
static bool is_wanted(const struct reaping *reaping, pid_t pid)
{
	for (size_t i = 0; i < reaping->unkillable_count; i++)
		if (pid == reaping->unkillable[i])
			return false;
	for (size_t i = 0; i < reaping->count; i++)
		if (pid == reaping->tests[i].pid)
			return false;
	for (size_t i = 0; i < reaping->count; i++)
		if (&reaping->tests[i] != reaping->test && belongs_to(pid, &reaping->tests[i]))
			return false;
	return true;
}

/*
 * Reads the numbers of this process's children into @pids, as many as fit. Returns how many.
 * Without memory of its own: what AddressSanitizer has to keep of freed memory makes every later
 * fork dearer.
 */
static size_t read_children(pid_t *pids, size_t room)
{
	char text[8192], *at = text, *end;
	size_t count = 0;
	ssize_t got;
	int fd;

	/* Without CONFIG_PROC_CHILDREN there is only the process group to go by. */
	snprintf(text, sizeof(text), "/proc/self/task/%d/children", getpid());
	fd = open(text, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	got = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[got > 0 ? got : 0] = '\0';
	while (count < room && (pids[count] = (pid_t)strtol(at, &end, 10)) > 0 && *end) {
		count++;
		at = end;
	}
	return count;
}

/* Kills those that are wanted, once. Returns how many it has seen; adds to *@alive. */
static unsigned int reap_once(const struct reaping *reaping, unsigned int *alive)
{
	unsigned int seen = 0;
	pid_t pids[1024];
	size_t count = read_children(pids, sizeof(pids) / sizeof(*pids));

	for (size_t i = 0; i < count; i++) {
		if (!is_wanted(reaping, pids[i]))
			continue;
		seen++;
		*alive += is_alive(pids[i]);
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, WNOHANG);
	}
	return seen;
}

bool leftover__reap(const struct leftover_test *test, const struct leftover_test *tests,
		    size_t count, const pid_t *unkillable, size_t unkillable_count,
		    unsigned int *outlived)
{
	const struct reaping reaping = { test, tests, count, unkillable, unkillable_count };
	const struct timespec pause = { .tv_nsec = 200000 };
	__u64 limit = get_time_ns() + PATIENCE_NS;
	unsigned int again = 0;

	/* The end of one may bring its children, which are counted when they come. */
	*outlived = 0;
	for (unsigned int *alive = outlived; reap_once(&reaping, alive); alive = &again) {
		if (get_time_ns() > limit)
			return false;
		nanosleep(&pause, NULL);
	}
	return true;
}
