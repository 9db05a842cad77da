// SPDX-License-Identifier: GPL-2.0
/* Children that return to whoever called the parent's function. */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void forgotten(void)
{
	if (fork() == 0)
		sleep(1);
} /* want: child falls out */

void exec_failed(char **argv)
{
	if (!fork())
		execv(argv[0], argv);
} /* want: child falls out */

int returns_early(int fd)
{
	pid_t pid = fork();

	if (pid < 0)
		return -1;
	if (!pid) {
		if (dup2(fd, 0) < 0)
			return -1; /* want: child falls out */
		_exit(0);
	}
	return pid;
}

/* Wrappers: their callers know. */
pid_t wrapper(void)
{
	return fork();
}

pid_t checked_wrapper(void)
{
	pid_t pid = fork();

	if (pid < 0)
		exit(1);
	return pid;
}

static pid_t inner(void)
{
	pid_t pid = fork();

	return pid;
}

void used_well(void)
{
	if (!inner())
		_exit(0);
}

int becomes_a_daemon(void)
{
	pid_t pid = fork();

	if (pid < 0)
		return -1;
	if (pid)
		exit(0);
	setsid();
	return 0;
}

void waits_in_vain(void)
{
	volatile pid_t pid = fork();

	if (!pid)
		_exit(0);
}

void ends_itself(void);

void ended_elsewhere(void)
{
	if (!fork())
		ends_itself();
}

void told_by_parent(void)
{
	volatile int *flag = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
				  -1, 0);

	*flag = 0;
	if (fork()) {
		*flag = 1;
		return;
	}
	while (!*flag)
		sleep(1);
	_exit(0);
}

static void in_a_table(void)
{
	if (!fork())
		sleep(1);
}

struct test {
	void (*run)(void);
} test = { .run = in_a_table };
