// SPDX-License-Identifier: GPL-2.0
/* Nothing here is to be reported. */
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void *thread(void *arg)
{
	if (arg)
		exit(1);
	return NULL;
}

static void usage(void)
{
	fprintf(stderr, "usage\n");
	exit(2);
}

static void at_exit(void)
{
	_exit(0);
}

struct fake {
	void (*exit)(int status);
	int (*fork)(void);
};

static void leave(int status)
{
	(void)status;
}

void methods(struct fake *fake)
{
	fake->exit = leave;
	if (!fake->fork())
		fake->exit(1);
}

void ended_otherwise(int how)
{
	if (fork() == 0) {
		if (how == 1)
			_exit(0);
		if (how == 2)
			_Exit(0);
		if (how == 3)
			abort();
		if (how == 4)
			kill(getpid(), 9);
		for (;;)
			pause();
	}
	exit(0);
}

void waited_for(void)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(0);
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		exit(1);
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		exit(WIFEXITED(status) ? 2 : 3);
}

#if 0
void left_out(void)
{
	if (!fork())
		exit(0);
}
#endif

/* if (!fork()) exit(0); */
static const char text[] = "if (!fork()) exit(0);";

int main(int argc, char **argv)
{
	pthread_t id;

	if (argc > 1)
		usage();
	atexit(at_exit);
	pthread_create(&id, NULL, thread, argv);
	waited_for();
	ended_otherwise(argc);
	puts(text);
	exit(0);
}

static void become_daemon(void)
{
	pid_t pid = fork();

	if (pid < 0)
		return;
	if (pid)
		_exit(0);
	setsid();
}

void serve(void)
{
	become_daemon();
	exit(0);
}

#define exit(status) _exit(status)

void named_otherwise(void)
{
	if (!fork())
		exit(1);
}
