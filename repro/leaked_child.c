// SPDX-License-Identifier: GPL-2.0
/*
 * leaked_child KIND END: what a parent sees of a forked child that has nothing to complain about.
 *
 * KIND  how the memory came to be held that the child takes for leaked:
 *	 pointer   the parent lost it, before the fork
 *	 thread    another thread of the parent has it: no leak, but that thread is not in the child
 *	 library   a shared library has it, and hides the pointer
 * END   how the child ends: exit or _exit, in both cases with status 0
 *
 * Prints what the parent saw ("status 0", "status 1", "signal 6"). Exit status: 0 if that was
 * status 0, 1 if not, 2 if something else went wrong.
 *
 * Linked with the runner's leak.c as well it has the runner's guard: leaks are looked for in the
 * process that owns the check, not in its children. It then also says whether they are.
 */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "library.h"
#include "runner/leak.h"

/* Not there where leak.c is not linked. */
#pragma weak leak__settle
#pragma weak leak__found

#define BAD 2
#define BLOCKS 16	/* some are really lost, whatever registers or the stack still point to */

static void __attribute__((noreturn)) die(const char *what)
{
	fprintf(stderr, "leaked_child: %s: %s\n", what, strerror(errno));
	_exit(BAD);
}

static int lose_pointer(void)
{
	for (int i = 0; i < BLOCKS; i++) {
		char *volatile memory = malloc(1000);

		if (!memory)
			return -1;
	}
	return 0;
}

static void *hold(void *ready)
{
	void *volatile memory[BLOCKS];

	for (int i = 0; i < BLOCKS; i++)
		memory[i] = malloc(1000);
	sem_post(ready);
	for (;;)
		pause();
	return memory[0];
}

static int hold_in_thread(void)
{
	static sem_t ready;
	pthread_t thread;

	sem_init(&ready, 0, 0);
	errno = pthread_create(&thread, NULL, hold, &ready);
	return errno ? -1 : sem_wait(&ready);
}

static int prepare(const char *kind)
{
	if (!strcmp(kind, "pointer"))
		return lose_pointer();
	if (!strcmp(kind, "thread"))
		return hold_in_thread();
	if (!strcmp(kind, "library"))
		return library__prepare();
	errno = EINVAL;
	return -1;
}

/* Has a child end as @end says. Returns its wait status. */
static int run_child(const char *end)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		if (!strcmp(end, "_exit"))
			_exit(0);
		exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		die("fork, wait");
	return status;
}

int main(int argc, char **argv)
{
	int status;

	if (argc != 3 || (strcmp(argv[2], "exit") && strcmp(argv[2], "_exit"))) {
		fprintf(stderr, "usage: leaked_child pointer|thread|library exit|_exit\n");
		return BAD;
	}
	if (leak__settle)
		leak__settle();
	if (prepare(argv[1]))
		die(argv[1]);
	status = run_child(argv[2]);
	if (WIFSIGNALED(status))
		printf("signal %d", WTERMSIG(status));
	else
		printf("status %d", WEXITSTATUS(status));
	if (leak__found)
		printf(leak__found() ? ", leak found in parent" : ", no leak in parent");
	puts("");
	fflush(stdout);
	/* Not exit(): this process has the leak too. */
	_exit(status != 0);
}
