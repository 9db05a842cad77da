// SPDX-License-Identifier: GPL-2.0
/* A return from main() runs exit handlers, in a child too. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

void ends_itself(void);

static int child(int fd)
{
	return write(fd, "", 1) != 1;
}

static int in_both(void)
{
	if (!fork())
		return 1;
	wait(NULL);
	return 0;
}

static pid_t waited_fork(void)
{
	pid_t pid = fork();

	if (pid)
		wait(NULL);
	return pid;
}

#define RUN(call)                   \
	do {                        \
		if (!waited_fork()) \
			return !(call); \
	} while (0)

static int seldom(char **argv)
{
	switch (fork()) {
	case -1:
		return 2;
	case 0:
		execv(argv[1], argv);
		_exit(127);
	}
	if (fork() == 0)
		ends_itself();
	wait(NULL);
	return 0; /* only the parent, for all that is known */
}

int main(int argc, char **argv)
{
	pid_t pid;

	if (!waited_fork()) {
		if (argc > 2)
			return child(argc); /* want: child returns from main */
		ends_itself();
#ifdef BE_CAREFUL
		if (argc > 1)
			return 5; /* want: child returns from main */
#endif
		return 1; /* want: child returns from main */
	}
	RUN(child(1)); /* want: child returns from main */
	if (argc > 3)
		return in_both(); /* want: child returns from main */
	if (argc > 4)
		return seldom(argv);
	pid = fork();
	if (pid < 0)
		return 3;
	if (pid) {
		wait(NULL);
		return 4;
	}
	puts("child");
} /* want: child returns from main */
