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

/* Uninterruptible, but for SIGKILL, as long as the child neither execs nor ends. */
void fault_hang_vfork(void)
{
	if (!vfork())
		for (;;)
			pause();
}

/*
 * Not to be killed: stopped by a tracer on its way out. The tracer, in a session of its own, lets
 * go after 8 seconds.
 */
static void trace_parent(void)
{
	setsid();
	signal(SIGHUP, SIG_IGN);
	if (ptrace(PTRACE_SEIZE, getppid(), 0, PTRACE_O_TRACEEXIT))
		_exit(1);
	sleep(8);
}

void fault_hang_unkillable(void)
{
	start_child(trace_parent);
	usleep(100000);
	signal(SIGABRT, SIG_IGN);
	for (;;)
		pause();
}
