// SPDX-License-Identifier: GPL-2.0
/* A child that calls longjmp() goes on in a function that its parent has entered. */
#include <setjmp.h>
#include <stdlib.h>
#include <unistd.h>

static jmp_buf buffer;
static sigjmp_buf other;

void same_function(void)
{
	if (setjmp(buffer))
		exit(1); /* want: child */
	if (!fork())
		longjmp(buffer, 1);
}

static void fail(void)
{
	longjmp(buffer, 1);
}

static void fork_and_fail(void)
{
	if (!fork())
		fail();
}

void from_functions(void)
{
	int failed = setjmp(buffer);

	if (failed == 1)
		exit(1); /* want: child */
	fork_and_fail();
}

/* The result of the first call is kept: the same function jumps out of another one, too. */
void from_functions_again(void)
{
	switch (setjmp(buffer)) {
	case 0:
		fork_and_fail();
		break;
	default:
		exit(1); /* want: child */
	}
}

void parent_jumps_too(int failed)
{
	if (setjmp(buffer))
		exit(1); /* want: also run by the parent */
	if (!fork() || failed)
		fail();
}

void within_the_child(void)
{
	if (fork())
		exit(1);
	if (sigsetjmp(other, 1)) {
		exit(2); /* want: child */
	}
	siglongjmp(other, 1);
}

static void recover(void)
{
	if (!setjmp(other))
		longjmp(other, 1);
}

/* The jump of the child ends in recover(). */
void ends_below(void)
{
	if (setjmp(buffer))
		exit(1);
	if (!fork()) {
		recover();
		_exit(0);
	}
	recover();
}
