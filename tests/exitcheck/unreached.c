// SPDX-License-Identifier: GPL-2.0
/* exit() behind a loop, or a function, that the child does not leave; and behind va_arg(). */
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

static int work(void)
{
	for (;;)
		pause();
}

static int leave(int status)
{
	pause();
	exit(status); /* want: child */
}

static void die(void)
{
	_exit(1);
}

void behind_a_loop(void)
{
	if (!fork()) {
		while (1)
			sleep(1);
		exit(1);
	}
}

void behind_other_loops(void)
{
	if (!fork()) {
		for (;;)
			pause();
		exit(1);
	}
	if (!fork()) {
		do {
			sleep(1);
		} while (1);
		exit(1);
	}
	if (!fork()) {
again:
		sleep(1);
		goto again;
		exit(1);
	}
}

void behind_a_loop_that_may_be_left(void)
{
	if (!fork()) {
		while (1)
			if (pause())
				break;
		exit(1); /* want: child */
	}
}

void around_endless_work(void)
{
	if (!fork())
		exit(work());
}

void behind_endless_work(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		work();
		exit(0);
	}
	exit(2);
}

/* Once leave() is changed, the child comes to the second exit(). */
void around_an_exit(void)
{
	if (!fork())
		exit(leave(1)); /* want: child */
}

void behind_an_exit(void)
{
	if (!fork()) {
		leave(2);
		exit(0); /* want: child */
	}
}

void behind_an_end(void)
{
	if (!fork()) {
		die();
		exit(0);
	}
}

void of_the_parent(void)
{
	if (!fork())
		work();
	exit(3);
}

void behind_the_parents_loop(void)
{
	if (!fork())
		_exit(0);
	work();
	exit(3);
}

void behind_a_loop_of_both(void)
{
	if (!fork())
		sleep(1);
	work();
	exit(3);
}

void run_list(const char *path, ...)
{
	va_list list;
	char *argument;

	if (fork())
		return;
	va_start(list, path);
	argument = va_arg(list, char *);
	while (argument)
		argument = va_arg(list, char *);
	va_end(list);
	exit(1); /* want: child */
}
