// SPDX-License-Identifier: GPL-2.0
/* Behind an exec there is another program, or a child whose exec failed. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

void plain(void)
{
	if (!fork()) {
		execlp("true", "true", NULL);
		exit(127); /* want: child (exec failed) */
	}
}

void with_message(char **argv, char **envp)
{
	if (vfork())
		return;
	execve(argv[0], argv, envp);
	perror(argv[0]);
	exit(errno_of(argv)); /* want: needs fflush first */
}

void before_and_behind(int fd, char **argv)
{
	if (fork())
		return;
	if (dup2(fd, 1) < 0)
		exit(1); /* want: child */
	if (syscall(SYS_execveat, fd, "", argv, NULL, 0) < 0)
		exit(2); /* want: child (exec failed) */
	exit(3); /* no exec ever gets here */
}

/* exec returns -1 only. */
void compared_with_its_result(char **argv)
{
	if (fork())
		return;
	if (execv(argv[0], argv) == -1)
		_exit(1);
	exit(1);
}

void compared_otherwise(char **argv)
{
	int result;

	if (!fork()) {
		if (execvp(argv[0], argv) != -1)
			exit(1);
		_exit(1);
	}
	if (!fork()) {
		if (execve(argv[0], argv, NULL) != 0)
			_exit(1);
		exit(1);
	}
	if (!fork()) {
		result = execl(argv[0], argv[0], NULL);
		if (result < 0 || result == 1)
			_exit(1);
		exit(1);
	}
	if (!fork()) {
		if (execv(argv[0], argv) == -1)
			exit(1); /* want: child (exec failed) */
		_exit(1);
	}
}

static void run_program(char **argv)
{
	execv(argv[0], argv);
	exit(1); /* want: child (exec failed) */
}

void in_function(char **argv)
{
	if (!fork())
		run_program(argv);
}

void perhaps(char **argv)
{
	if (fork())
		return;
	if (argv)
		execv(argv[0], argv);
	exit(1); /* want: child */
}

/* A program of its own: its exit() is nobody's child's. */
int main(int argc, char **argv)
{
	if (argc > 1) {
		execv(argv[1], argv + 1);
		exit(1);
	}
	exit(0);
}
