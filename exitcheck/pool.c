// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/xalloc.h"
#include "pool.h"

struct piece {
	pid_t pid; /* 0: not started; -1: could not be */
	int fd;
	int status; /* as wait(2) gives it */
};

static void start(const struct pool *pool, struct piece *piece, int index)
{
	piece->fd = memfd_create("result", MFD_CLOEXEC);
	piece->pid = piece->fd < 0 ? -1 : fork();
	if (piece->pid)
		return;
	alarm(pool->seconds);
	pool->work(pool->data, index, piece->fd);
	_exit(0);
}

static const char *failure(const struct pool *pool, const struct piece *piece)
{
	if (piece->pid < 0)
		return "no process for it could be started";
	if (WIFSIGNALED(piece->status) && WTERMSIG(piece->status) == SIGALRM)
		return xasprintf("not done after %d seconds", pool->seconds);
	if (WIFSIGNALED(piece->status))
		return xasprintf("libclang died of it: %s", strsignal(WTERMSIG(piece->status)));
	if (WEXITSTATUS(piece->status))
		return xasprintf("its process ended with status %d", WEXITSTATUS(piece->status));
	return NULL;
}

static void deliver(const struct pool *pool, const struct piece *piece, int index)
{
	const char *why = failure(pool, piece);
	struct stat st = {};
	char *text;

	if (piece->fd >= 0)
		fstat(piece->fd, &st);
	text = xcalloc(1, st.st_size + 1);
	if (piece->fd >= 0 && pread(piece->fd, text, st.st_size, 0) != st.st_size && !why)
		why = strerror(errno);
	pool->done(pool->data, index, text, st.st_size, why);
	free(text);
	close(piece->fd);
}

static void show_progress(const struct pool *pool, int done)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r%s: %d of %d%s", pool->progress, done, pool->count,
			done == pool->count ? "\n" : "");
}

/* Notes the end of one of the processes. Returns whether there was one. */
static bool reap(struct piece *pieces, int count)
{
	int status;
	pid_t pid;

	do
		pid = waitpid(-1, &status, 0);
	while (pid < 0 && errno == EINTR);
	for (int i = 0; pid > 0 && i < count; i++) {
		if (pieces[i].pid == pid) {
			pieces[i].status = status;
			return true;
		}
	}
	return pid > 0;
}

void pool__run(const struct pool *pool)
{
	struct piece *pieces = xcalloc(pool->count, sizeof(*pieces));
	int cpus = sysconf(_SC_NPROCESSORS_ONLN), running = 0, done = 0, next = 0;

	/* Each of them would write the text that waits in a stream. */
	fflush(NULL);
	while (done < pool->count) {
		while (next < pool->count && running < (cpus > 0 ? cpus : 1)) {
			start(pool, &pieces[next], next);
			if (pieces[next++].pid > 0)
				running++;
			else
				done++;
		}
		if (running && reap(pieces, next)) {
			running--;
			done++;
		}
		show_progress(pool, done);
	}
	for (int i = 0; i < pool->count; i++)
		deliver(pool, &pieces[i], i);
	free(pieces);
}
