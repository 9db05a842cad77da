// SPDX-License-Identifier: GPL-2.0
/* Children inherit a signal handler that prints, also those of other functions: it stays set. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void on_signal(int number)
{
	printf("%d\n", number);
}

void set_handler(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGUSR1, &action, NULL);
	if (!fork())
		exit(0); /* want: needs fflush first */
}

void other_function(void)
{
	if (!fork())
		exit(0); /* want: needs fflush first */
}
