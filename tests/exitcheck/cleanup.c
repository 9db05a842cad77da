// SPDX-License-Identifier: GPL-2.0
/* Functions that run where control leaves the block of a variable. */
#include <stdlib.h>
#include <unistd.h>

#define WITH(f) __attribute__((cleanup(f)))

static void at_end(int *status)
{
	exit(*status); /* want: child */
}

void end_of_block(void)
{
	if (!fork()) {
		{
			int status WITH(at_end) = 1;

			(void)status;
		}
		_exit(1);
	}
}

static void at_return(int *status)
{
	exit(*status); /* want: child */
}

int return_in_the_child(void)
{
	int pid = fork();

	if (pid)
		return pid;
	WITH(at_return) int status = 0;

	return status;
}

static void at_break(int *status)
{
	exit(*status); /* want: child */
}

void break_in_the_child(void)
{
	if (!fork()) {
		for (;;) {
			WITH(at_break) int status = 0;

			if (!status)
				break;
		}
		_exit(0);
	}
}

static void at_continue(int *status)
{
	exit(*status); /* want: child */
}

void continue_in_the_child(int count)
{
	if (!fork()) {
		while (count--) {
			WITH(at_continue) int status = 0;

			if (count)
				continue;
			_exit(status);
		}
		_exit(0);
	}
}

static void at_goto(int *status)
{
	exit(*status); /* want: child */
}

void goto_in_the_child(void)
{
	if (!fork()) {
		{
			WITH(at_goto) int status = 0;

			if (!status)
				goto out;
			_exit(2);
		}
out:
		_exit(0);
	}
}

static void in_any_process(int *status)
{
	exit(*status); /* want: also run by the parent */
}

void both_leave(void)
{
	int status WITH(in_any_process) = 0;

	(void)status;
	fork();
}

static void if_zero(pid_t *pid)
{
	if (!*pid)
		exit(1); /* want: child */
}

void looks_at_the_variable(void)
{
	pid_t pid WITH(if_zero) = fork();

	if (pid < 0)
		_exit(1);
}

static void at_end_of_expression(int *status)
{
	exit(*status); /* want: child */
}

void statement_expression(void)
{
	if (!fork())
		_exit(({ WITH(at_end_of_expression) int status = 1; status; }));
}

static void of_parent(int *status)
{
	exit(*status);
}

/* The child does not leave the block of the first variable, nor goto that of the second. */
void not_by_the_child(void)
{
	int status WITH(of_parent) = 0;

	if (!fork()) {
		int other WITH(of_parent) = 0;

		if (!status)
			goto out;
		other = 1;
out:
		_exit(other);
	}
}
