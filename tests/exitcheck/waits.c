// SPDX-License-Identifier: GPL-2.0
/* A child that returns from a function in which its parent waits for it, and exits. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void watch(void)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		return;
	waitpid(pid, &status, 0);
	exit(WIFEXITED(status) ? WEXITSTATUS(status) : 9);
}

static void watch_in_loop(void)
{
	int status;

	if (!fork())
		return;
	for (;;) {
		wait(&status);
		if (WIFEXITED(status))
			exit(WEXITSTATUS(status));
	}
}

static void go_on_alone(void)
{
	if (fork())
		exit(0);
}

int main(int argc, char **argv)
{
	(void)argv;
	switch (argc) {
	case 1:
		watch();
		exit(1); /* want: child */
	case 2:
		watch_in_loop();
		return 1; /* want: child returns from main */
	default:
		go_on_alone();
		exit(2);
	}
}
