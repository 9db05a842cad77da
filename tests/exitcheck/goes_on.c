// SPDX-License-Identifier: GPL-2.0
/* Children that return to the same caller as their parent, which has nothing more to do there. */
#include <stdlib.h>
#include <unistd.h>

static int starts(void)
{
	pid_t pid = fork();

	if (pid < 0)
		return -2;
	return pid ? 0 : -1;
}

static int runs(const char *directory, char **argv)
{
	pid_t pid = fork();

	if (!pid) {
		if (!chdir(directory))
			execv(argv[0], argv);
		return -1;
	}
	return pid < 0 ? -1 : 0;
}

static int passes_on(void)
{
	return starts() == -1;
}

/* Only the child comes back: a daemon. */
static int detaches(void)
{
	pid_t pid = fork();

	if (pid > 0)
		_exit(0);
	return pid;
}

int main(int argc, char **argv)
{
	switch (argc) {
	case 1:
		if (starts())
			return 1; /* want: child returns from main */
		return 0;
	case 2:
		return runs(argv[1], argv + 1) < 0; /* want: child returns from main */
	case 3:
		if (passes_on())
			exit(1); /* want: child */
		return 0;
	default:
		return detaches() < 0;
	}
}
