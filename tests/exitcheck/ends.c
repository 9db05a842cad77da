// SPDX-License-Identifier: GPL-2.0
/* Other functions that call exit(), and values that a child's way depends on. */
#include <assert.h>
#include <err.h>
#include <error.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void by_err(int fd)
{
	if (fork())
		return;
	if (fd < 0)
		err(1, "child"); /* want: child */
	if (!fd)
		error(1, 0, "child"); /* want: child */
	error(0, 0, "no end");
	errx(2, "child"); /* want: child */
}

void last_thread(void)
{
	if (!fork())
		pthread_exit(NULL); /* want: child */
}

void by_failed_assertions(int (*run)(void))
{
	if (!fork()) {
		run();
		assert(!"run() returns");
	}
	if (!fork())
		assert(0);
	if (!fork())
		assert(0 && "run() returns");
	exit(1);
}

void by_a_condition(int (*run)(void))
{
	if (!fork())
		assert(run() && "run() has failed");
	exit(1); /* want: also run by the parent */
}

static void *thread(void *data)
{
	pthread_exit(data);
}

void threads_of_a_child(void)
{
	pthread_t id;

	if (fork())
		return;
	pthread_create(&id, NULL, thread, NULL);
	pthread_exit(NULL);
}

static void start(int tasks)
{
	for (int i = 0; i < tasks; i++)
		if (!fork())
			exit(i); /* want: fork not reached */
}

void starts_none(void)
{
	start(0);
}
