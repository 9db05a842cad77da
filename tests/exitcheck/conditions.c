// SPDX-License-Identifier: GPL-2.0
/* Ways to tell the child from the parent. A line with "want:" has to be reported as it says. */
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXPECT_GE(value, least) ({ typeof(value) seen = (value); bool ok = seen >= (least); ok; })

int not(void)
{
	pid_t pid = fork();

	if (!pid)
		exit(1); /* want: child */
	return pid;
}

void in_condition(void)
{
	if (fork() == 0)
		exit(0); /* want: child */
	wait(NULL);
}

void assigned_in_condition(void)
{
	pid_t pid;

	if ((pid = fork()) == 0) {
		exit(0); /* want: child */
	} else if (pid < 0) {
		exit(2);
	}
}

void parent_returns(void)
{
	pid_t pid = fork();

	if (pid > 0)
		return;
	if (pid == -1)
		exit(1);
	exit(0); /* want: child */
}

void parent_returns_unless_zero(void)
{
	if (fork())
		return;
	exit(0); /* want: child */
}

int by_switch(void)
{
	pid_t pid;

	switch (pid = fork()) {
	case -1:
		exit(1);
	case 0:
		exit(0); /* want: child */
	default:
		return pid;
	}
}

int by_switch_with_fallthrough(void)
{
	switch (fork()) {
	case 0:
		sleep(1);
	case 12345:
		exit(0); /* want: also run by the parent */
	}
	return 1;
}

void whoever_is_left(bool flag)
{
	pid_t pid = fork();

	if (pid != 0 && flag)
		exit(1);
	if (pid == 0 || flag)
		exit(2); /* want: child */
	exit(3);
}

void both_ways(bool flag)
{
	pid_t pid = fork();

	if (pid == 0 || flag)
		exit(2); /* want: also run by the parent */
}

void by_macro(void)
{
	pid_t pid = fork();

	if (!EXPECT_GE(pid, 0))
		exit(1);
	if (pid == 0)
		exit(0); /* want: child */
}

void by_flag(void)
{
	bool is_child = false;
	pid_t pid = fork();

	if (pid == 0)
		is_child = true;
	if (is_child)
		exit(0); /* want: child */
	exit(1);
}

int by_choice(void)
{
	pid_t pid = fork();

	return pid ? 1 : (exit(0), 2); /* want: child */
}

void in_loop(void)
{
	pid_t pids[4];

	for (int i = 0; i < 4; i++) {
		pids[i] = fork();
		if (pids[i] < 0)
			exit(1);
		if (!pids[i]) {
			while (getppid() != 1)
				sleep(1);
			exit(0); /* want: child */
		}
	}
	for (int i = 0; i < 4; i++)
		if (waitpid(pids[i], NULL, 0) < 0)
			exit(2);
}

void by_range(void)
{
	switch (fork()) {
	case 1 ... 4194304:
		return;
	case 0:
		exit(0); /* want: child */
	}
}

void by_computed_goto(int way)
{
	static void *const ways[] = { &&first, &&second };

	if (fork())
		return;
	goto *ways[way];
first:
	exit(1); /* want: child */
second:
	exit(2); /* want: child */
}

void by_goto(void)
{
	pid_t pid = fork();

	if (pid == 0)
		goto child;
	return;
child:
	exit(0); /* want: child */
}

void cleaned_up_together(int err)
{
	pid_t pid = fork();

	if (pid < 0)
		goto out;
	if (!pid)
		err = 0;
out:
	exit(err); /* want: also run by the parent */
}

void do_once(void)
{
	do {
		if (!fork())
			break;
		return;
	} while (0);
	exit(0); /* want: child */
}

void grandchild(void)
{
	if (fork() == 0) {
		if (fork() == 0)
			exit(1); /* want: child */
		exit(0); /* want: child */
	}
}

void negated_twice(void)
{
	pid_t pid = fork();

	if (__builtin_expect(!!(pid == 0), 0))
		exit(0); /* want: child */
	exit(1);
}

void leaves_loop(int count)
{
	pid_t pid;
	int i;

	for (i = 0; i < count; i++) {
		pid = fork();
		if (pid == 0)
			break;
	}
	if (pid == 0)
		exit(i); /* want: child */
	exit(count);
}

void set_by_others(void)
{
	int status;

	if (fork())
		return;
	if (read(0, &status, sizeof(status)) < 0)
		exit(1); /* want: child */
	if (status)
		exit(2); /* want: child */
	exit(3); /* want: child */
}

void own_number(void)
{
	pid_t parent = getpid();

	fork();
	if (getpid() == parent)
		return;
	exit(1); /* want: child */
}

static pid_t main_number;

static void leave_in_children(void)
{
	if (main_number != getpid())
		exit(1); /* want: child */
}

void own_number_of_a_variable(void)
{
	main_number = getpid();
	if (fork() >= 0)
		leave_in_children();
}

/* One fork() makes several processes: whether a number is the same is not known. */
void own_number_of_siblings(void)
{
	pid_t first = 0;

	while (!fork()) {
		if (first && first != getpid())
			exit(1); /* want: child */
		first = getpid();
	}
	_exit(0);
}

enum { IS_CHILD = 1, IS_OTHER = 2 };

void flag(int other)
{
	int flags = other ? IS_OTHER : 0;

	if (!fork())
		flags |= IS_CHILD;
	if (flags & IS_CHILD)
		exit(1); /* want: child */
}

void flag_of_unknown_flags(int flags)
{
	flags &= ~IS_CHILD;
	if (!fork())
		flags |= IS_CHILD;
	if (!(flags & IS_CHILD))
		return;
	exit(1); /* want: child */
}

void count_of_children(void)
{
	int children = 0, before;

	if (!fork())
		children++;
	before = children--;
	if (before && !children)
		exit(1); /* want: child */
}

/* The count goes on: all that is known of it then is its sign. */
void count_in_a_loop(int status)
{
	int count = 0;

	if (fork())
		return;
	while (count < 3) {
		count += 2;
		if (count == 4)
			exit(status); /* want: child */
	}
	_exit(0);
}

void short_choice(void)
{
	int pid = fork() ?: -2;

	if (pid == -2)
		exit(1); /* want: child */
}

void call_in_short_choice(void)
{
	fork() ?: (exit(1), 0); /* want: child */
}

/* Volatile for a signal handler that reads it. */
static volatile pid_t watched = -1;
volatile pid_t watched_too;

static void pass_on(int number)
{
	if (watched > 0)
		kill(watched, number);
}

void volatile_for_a_handler(void)
{
	signal(SIGINT, pass_on);
	watched = fork();
	if (watched == -1)
		exit(2);
	if (!watched)
		_exit(1);
	exit(3);
}

void volatile_and_kept_twice(void)
{
	pid_t pid = watched_too = fork();

	if (watched_too == 0)
		exit(1); /* want: child */
	waitpid(pid, NULL, 0);
	exit(3);
}

/* A handler sets this one: what is behind the loop is reached. */
static volatile pid_t waited_for;

static void is_gone(int number)
{
	(void)number;
	waited_for = 0;
}

void volatile_and_set_by_a_handler(void)
{
	pid_t pid = waited_for = fork();

	signal(SIGCHLD, is_gone);
	if (pid == 0)
		_exit(0);
	while (waited_for)
		pause();
	if (fork() == 0)
		exit(1); /* want: child */
}

static volatile pid_t handed_out;

void volatile_and_given_away(void (*fill)(volatile pid_t *pid))
{
	pid_t pid = handed_out = fork();

	if (pid)
		return;
	fill(&handed_out);
	if (handed_out)
		exit(1); /* want: needs fflush first */
	_exit(0);
}
