// SPDX-License-Identifier: GPL-2.0
/* Output of a child waits in a buffer, which _exit() throws away. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void printed(void)
{
	if (!fork()) {
		printf("child\n");
		exit(0); /* want: needs fflush first */
	}
}

void printed_to_stdout(FILE *log)
{
	pid_t pid = fork();

	if (pid)
		return;
	if (log) {
		fputs("child\n", log);
		exit(1); /* want: needs fflush first */
	}
	fprintf(stdout, "%d\n", pid);
	exit(0); /* want: needs fflush first */
}

void flushed(void)
{
	if (fork())
		return;
	puts("child");
	fflush(stdout);
	exit(0); /* want: child */
}

void to_stderr(void)
{
	if (fork())
		return;
	fprintf(stderr, "child\n");
	perror("child");
	exit(0); /* want: child */
}

void printed_by_parent(void)
{
	printf("parent\n");
	if (!fork())
		exit(0); /* want: child */
}

static void report(const char *text)
{
	puts(text);
}

void printed_by_function(void)
{
	if (fork())
		return;
	report("child");
	exit(0); /* want: needs fflush first */
}

void flushed_another(FILE *log)
{
	if (fork())
		return;
	puts("child");
	fclose(log);
	fflush(stderr);
	exit(0); /* want: needs fflush first */
}

void flushed_the_same(FILE *log)
{
	if (fork())
		return;
	fputs("child", log);
	fclose(log);
	exit(0); /* want: child */
}

static int complain(int err)
{
	if (err)
		puts("child");
	return err ? -1 : 0;
}

void printed_on_one_way_only(int err)
{
	if (fork())
		return;
	if (complain(err))
		exit(1); /* want: needs fflush first */
	exit(0); /* want: child */
}

void may_have_printed(int (*run)(void))
{
	if (fork())
		return;
	exit(run()); /* want: needs fflush first */
}
