// SPDX-License-Identifier: GPL-2.0
/* Children that return to whoever called the parent's function. */
#include <stdlib.h>
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

int main(void)
{
	if (fork() == 0)
		return 0; /* main() has no caller of ours */
	return 1;
}
