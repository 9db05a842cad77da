// SPDX-License-Identifier: GPL-2.0
/*
 * leaked_child KIND END: forks a child that ends with status 0, and prints the status that the
 * parent sees.
 *
 * KIND  why memory counts as leaked in the child:
 *	 pointer   the parent lost the pointer before the fork
 *	 thread    another thread of the parent holds the pointer, and the child has one thread
 *	 library   a shared library hides the pointer
 * END   the child's last call: exit or _exit
 *
 * Prints "status 0", "status 1", "signal 6" and so on. Exit status: 0 for status 0, 1 for others, 2
 * for errors.
 *
 * Linked with the runner's leak.c it has the runner's guard: only the process that owns the check
 * looks for leaks, not its children. It then also prints if it finds them.
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

/* Only in programs with leak.c. */
#pragma weak leak__settle
#pragma weak leak__found

#define BAD 2
#define BLOCKS 16	/* some are lost even if registers or the stack hold pointers to others */

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

/* Forks a child that ends with @end. Returns its wait status. */
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
	/* Not exit(), as this process has the leak too. */
	_exit(status != 0);
}
