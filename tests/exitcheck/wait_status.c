// SPDX-License-Identifier: GPL-2.0
/* A status says how a child ended before it says with what. */
#include <sys/wait.h>

int unchecked(void)
{
	int status;

	wait(&status);
	return WEXITSTATUS(status); /* want: WEXITSTATUS without WIFEXITED */
}

int checked(void)
{
	int status;

	wait(&status);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int checked_for_signal(void)
{
	int status;

	wait(&status);
	if (WIFSIGNALED(status))
		return -1;
	return WEXITSTATUS(status);
}

int checked_another(void)
{
	int first, second;

	wait(&first);
	wait(&second);
	if (!WIFEXITED(first))
		return -1;
	return WEXITSTATUS(first) + WEXITSTATUS(second); /* want: WEXITSTATUS without WIFEXITED */
}
