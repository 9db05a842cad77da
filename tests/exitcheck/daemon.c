// SPDX-License-Identifier: GPL-2.0
/* The parent ends: its child is the program, and forks in its turn. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	pid_t pid = fork();

	if (pid < 0)
		return 1;
	if (pid > 0) {
		printf("started as %d\n", pid);
		return 0;
	}
	setsid();
	if (!fork())
		return 2; /* want: child returns from main */
	wait(NULL);
	return 3;
}
