// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "leftover.h"
#include "log.h"
#include "testing_helpers.h"
#include "../lib/xalloc.h"

#define PATIENCE_NS 2000000000ULL

static pid_t *given_up;
static size_t given_up_count;

void leftover__give_up(pid_t pid)
{
	given_up = xrealloc(given_up, given_up_count + 1, sizeof(*given_up));
	given_up[given_up_count++] = pid;
}

/*
 * Reads file @name of process @pid in /proc, or of this thread ("thread-self"), into @text. @pid is
 * a number of /proc's PID namespace. Returns false on failure.
 */
static bool read_proc(const char *pid, const char *name, char *text, size_t size)
{
	char path[64];
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	got = read(fd, text, size - 1);
	close(fd);
	text[got > 0 ? got : 0] = '\0';
	return got > 0;
}

/*
 * Returns the number of PID namespaces between /proc's and this process's: 0 if they are the same.
 */
static unsigned int namespace_depth(void)
{
	/* A process never changes its PID namespace. */
	static unsigned int known = UINT_MAX;
	unsigned int depth = 0;
	char text[4096], *line;

	if (known != UINT_MAX)
		return known;
	if (!read_proc("thread-self", "status", text, sizeof(text)))
		return 0;
	line = strstr(text, "\nNSpid:");
	for (line = line ? line + strlen("\nNSpid:") : ""; *line && *line != '\n'; line++)
		depth += *line == '\t';
	known = depth ? depth - 1 : 0;
	return known;
}

/* True if descriptor @fd of process @pid is the file @log. */
static bool has_open(pid_t pid, int fd, int log)
{
	struct stat theirs, ours;
	char path[64];

	/* The pid of another namespace would name another process. */
	if (namespace_depth())
		return false;
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
	return !stat(path, &theirs) && !fstat(log, &ours) && theirs.st_ino == ours.st_ino &&
	       theirs.st_dev == ours.st_dev;
}

bool leftover__belongs(pid_t pid, const struct leftover_test *test)
{
	static const int places[] = { STDOUT_FILENO, STDERR_FILENO, LOG_FD };

	if (!test->pid)
		return false;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		if (has_open(pid, places[i], test->log))
			return true;
	return getpgid(pid) == test->pid;
}

static bool is_alive(pid_t pid)
{
	siginfo_t info = {};

	return !waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) && !info.si_pid;
}

/* The arguments of leftover__reap(). */
struct reaping {
	const struct leftover_test *test, *tests;
	size_t count;
};

/* Returns true if child @pid of this process is to be reaped now. */
static bool is_wanted(const struct reaping *reaping, pid_t pid)
{
	for (size_t i = 0; i < given_up_count; i++)
		if (pid == given_up[i])
			return false;
	for (size_t i = 0; i < reaping->count; i++)
		if (pid == reaping->tests[i].pid)
			return false;
	for (size_t i = 0; i < reaping->count; i++)
		if (&reaping->tests[i] != reaping->test &&
		    leftover__belongs(pid, &reaping->tests[i]))
			return false;
	return true;
}

/* Returns the pid in our namespace, @depth below /proc's, of process @pid of /proc; or 0. */
static pid_t own_number(pid_t pid, unsigned int depth)
{
	char text[4096], number[16], *at;

	if (!depth)
		return pid;
	snprintf(number, sizeof(number), "%d", pid);
	if (!read_proc(number, "status", text, sizeof(text)))
		return 0;
	at = strstr(text, "\nNSpid:\t");
	if (!at)
		return 0;
	at += strlen("\nNSpid:\t");
	for (; depth; depth--) {
		at += strcspn(at, "\t\n");
		if (*at != '\t')
			return 0;
		at++;
	}
	return (pid_t)strtol(at, NULL, 10);
}

/*
 * Reads the pids of this process's children into @pids, at most @room. Returns their number.
 * Allocates no memory: AddressSanitizer keeps freed memory, which slows down every later fork.
 */
static size_t read_children(pid_t *pids, size_t room)
{
	unsigned int depth = namespace_depth();
	char text[8192], *at = text, *end;
	size_t count = 0;
	pid_t pid;

	/* Without CONFIG_PROC_CHILDREN only the process group is killed. */
	if (!read_proc("thread-self", "children", text, sizeof(text)))
		return 0;
	while (count < room && (pid = (pid_t)strtol(at, &end, 10)) > 0 && *end) {
		pids[count] = own_number(pid, depth);
		count += pids[count] > 0;
		at = end;
	}
	return count;
}

/*
 * Kills and reaps each wanted child once; gives up those that are left if this is the @last time.
 * Returns how many it found, and adds those that were alive to *@alive.
 */
static unsigned int reap_once(const struct reaping *reaping, bool last, unsigned int *alive)
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
		if (!waitpid(pids[i], NULL, WNOHANG) && last)
			leftover__give_up(pids[i]);
	}
	return seen;
}

bool leftover__reap(const struct leftover_test *test, const struct leftover_test *tests,
		    size_t count, unsigned int *outlived)
{
	const struct reaping reaping = { test, tests, count };
	const struct timespec pause = { .tv_nsec = 200000 };
	__u64 limit = get_time_ns() + PATIENCE_NS;
	unsigned int again = 0;

	/*
	 * This process adopts the children of each reaped process; they are not counted in
	 * @outlived.
	 */
	*outlived = 0;
	for (unsigned int *alive = outlived; reap_once(&reaping, false, alive); alive = &again) {
		if (get_time_ns() > limit)
			return !reap_once(&reaping, true, &again);
		nanosleep(&pause, NULL);
	}
	return true;
}

void leftover__end_all(void)
{
	const struct leftover_test none = {};
	unsigned int outlived;

	leftover__reap(&none, &none, 1, &outlived);
}

bool leftover__descends(pid_t pid, pid_t ancestor)
{
	char text[1024], number[16];

	/* The limit ends the loop if pids are reused while it runs. */
	for (unsigned int i = 0; i < 256 && pid > 1; i++) {
		const char *name_end;

		if (pid == ancestor)
			return true;
		snprintf(number, sizeof(number), "%d", pid);
		if (!read_proc(number, "stat", text, sizeof(text)))
			return false;
		name_end = strrchr(text, ')');
		if (!name_end || sscanf(name_end, ") %*c %d", &pid) != 1)
			return false;
	}
	return false;
}
