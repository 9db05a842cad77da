// SPDX-License-Identifier: GPL-2.0
/* Functions of the C library change what the program knows. */
#include <getopt.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static int found;
static jmp_buf back;

static int compare(const void *a, const void *b)
{
	(void)a;
	(void)b;
	found = 1;
	return 0;
}

void behind_callback(int *numbers)
{
	found = 0;
	qsort(numbers, 2, sizeof(*numbers), compare);
	if (!found)
		return;
	if (!fork())
		exit(1); /* want: child */
}

void behind_options(int argc, char **argv)
{
	optind = 1;
	while (getopt(argc, argv, "v") != -1)
		;
	if (optind == 1)
		return;
	if (!fork())
		exit(1); /* want: child */
}

static void jump(void)
{
	longjmp(back, 1);
}

static void handle(int signal)
{
	(void)signal;
	jump();
}

static int try_to_write(volatile int *number)
{
	if (setjmp(back))
		return -1;
	*number = 1;
	return 0;
}

void behind_handler(void)
{
	signal(SIGSEGV, handle);
	if (fork())
		return;
	if (try_to_write(NULL) < 0)
		exit(1); /* want: child */
	_exit(0);
}

struct job {
	int is_ready;
};

void prepare_job(struct job *job); /* no file has it */

void behind_unknown_function(struct job *job)
{
	job->is_ready = 0;
	prepare_job(job);
	if (!job->is_ready)
		return;
	if (!fork())
		exit(1); /* want: child */
}
