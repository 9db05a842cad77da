// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <sys/ptrace.h>

#include "faults.h"

void fault_hang_busy(void)
{
	if (test__start_subtest("busy"))
		for (volatile bool forever = true; forever;)
			;
}

void fault_hang_read(void)
{
	int fds[2];
	char byte;

	if (ASSERT_OK(pipe(fds), "pipe"))
		ASSERT_EQ(read(fds[0], &byte, 1), 1, "read");
}

void fault_hang_stopped(void)
{
	raise(SIGSTOP);
}

void fault_hang_stubborn(void)
{
	signal(SIGABRT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	for (;;)
		pause();
}

void fault_hang_child(void)
{
	run_child(fault_hang_stubborn);
}

/* The parent of a vfork() can only be killed until the child execs or ends. */
void fault_hang_vfork(void)
{
	if (!vfork())
		for (;;)
			pause();
}

/*
 * Makes the parent unkillable: traces it, and stops it when it exits. The tracer runs in a session
 * of its own, and ends after 8 seconds.
 */
static void trace_parent(void)
{
	setsid();
	signal(SIGHUP, SIG_IGN);
	if (ptrace(PTRACE_SEIZE, getppid(), 0, PTRACE_O_TRACEEXIT))
		_exit(1);
	say_ready();
	sleep(8);
}

void fault_hang_unkillable(void)
{
	start_ready_child(trace_parent);
	signal(SIGABRT, SIG_IGN);
	for (;;)
		pause();
}

/* Hangs in other sessions, and in processes without their parent. */
static void hang_in_session(void)
{
	setsid();
	if (!fork())
		for (;;)
			pause();
	for (;;)
		pause();
}

void fault_hang_forks(void)
{
	start_child(hang_in_session);
	for (;;)
		pause();
}

void fault_hang_says(void)
{
	test__start_subtest("one");
	printf("in one\n");
	test__start_subtest("two");
	printf("in two\n");
	for (;;)
		pause();
}

/* Prints pieces of a line. A subtest ends within the line. */
void fault_mid_line(void)
{
	test__start_subtest("one");
	printf("a piece");
	fflush(stdout);
	usleep(20000);
	printf(" and another\n");
	printf("no end");
	fflush(stdout);
	usleep(20000);
	test__start_subtest("two");
	printf("no end here either");
}

void fault_oom_victim(void)
{
	FILE *file = fopen("/proc/self/oom_score_adj", "r");
	int mine = 0, runners = 0;
	char path[64];

	ASSERT_EQ(fscanf(file, "%d", &mine), 1, "own score");
	fclose(file);
	snprintf(path, sizeof(path), "/proc/%d/oom_score_adj", getppid());
	file = fopen(path, "r");
	ASSERT_EQ(fscanf(file, "%d", &runners), 1, "the runner's score");
	fclose(file);
	ASSERT_EQ(mine, 1000, "own score");
	ASSERT_LT(runners, mine, "the runner's score");
}
