// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "faults.h"

static void fail_quietly(void)
{
	ASSERT_EQ(1, 2, "in the child");
}

void fault_child_assert(void)
{
	if (test__start_subtest("child"))
		ASSERT_OK(run_child(fail_quietly), "child says it is well");
	if (test__start_subtest("other"))
		ASSERT_TRUE(true, "fine");
}

void fault_child_crash(void)
{
	ASSERT_EQ(run_child(abort), 0, "status of child");
}

static void call_exit(void)
{
	exit(0);
}

void fault_child_exit(void)
{
	ASSERT_OK(run_child(call_exit), "child says it is well");
}

static void exit_in_child(void)
{
	run_child(call_exit);
}

void fault_child_exit_grand(void)
{
	ASSERT_OK(run_child(exit_in_child), "child says it is well");
}

static void nothing(void)
{
}

/* Text in the buffer at a fork is the parent's, no matter how the child ends. */
void fault_child_buffer(void)
{
	printf("once ");
	run_child(nothing);
	run_child(call_exit);
	printf("upon a time\n");
}

static char *volatile lost;

static void leak_and_exit(void)
{
	lost = malloc(100);
	lost = NULL;
	exit(0);
}

void fault_child_exit_leak(void)
{
	ASSERT_OK(run_child(leak_and_exit), "child says it is well");
}

static void exec_nothing(void)
{
	execl("/nowhere", "nowhere", NULL);
	exit(0);
}

void fault_child_exit_exec(void)
{
	ASSERT_OK(run_child(exec_nothing), "child says it is well");
}

void fault_child_exit_vfork(void)
{
	pid_t pid = vfork();
	int status;

	if (!pid) {
		execl("/nowhere", "nowhere", NULL);
		exit(0);
	}
	ASSERT_EQ(waitpid(pid, &status, 0), pid, "waitpid");
}

/* Leaves the test's process group, to outlive it. */
static void stay(void)
{
	setsid();
	say_ready();
	for (;;)
		pause();
}

void fault_child_outlives(void)
{
	start_ready_child(stay);
}

static void start_and_stay(void)
{
	start_ready_child(stay);
	start_ready_child(stay);
	stay();
}

/* Leaves processes outside of the process group: orphans, and children of orphans. */
void fault_child_outlives_many(void)
{
	pid_t pid = start_ready_child(start_and_stay);

	/* A killed process may still be there. Its children are orphans only after it has ended. */
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	start_ready_child(start_and_stay);
}

/* Writes 10 MB. The log must have the last line too. */
static void write_much(void)
{
	for (int i = 0; i < 10 * 16384; i++)
		printf("%063d\n", i);
	printf("the end of it\n");
	fflush(stdout);
}

void fault_child_writes(void)
{
	run_child(write_much);
	ASSERT_TRUE(false, "so that it is printed");
}

/* Writes lines of one letter, at most PIPE_BUF long, so that they must stay whole. */
static void write_lines(char letter)
{
	char line[4096];

	for (int i = 0; i < 200; i++) {
		size_t len = 1 + (i * 97) % (sizeof(line) - 2);

		memset(line, letter, len);
		line[len] = '\0';
		puts(line);
	}
	fflush(stdout);
}

void fault_children_write(void)
{
	for (char letter = 'a'; letter <= 'd'; letter++) {
		if (!fork()) {
			write_lines(letter);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
	ASSERT_TRUE(false, "so that it is printed");
}

/* The child returns from the test's function, and would run the rest as a second test. */
void fault_walks_off(void)
{
	if (test__start_subtest("forks") && !fork())
		return;
	while (wait(NULL) > 0)
		;
	if (test__start_subtest("after"))
		ASSERT_TRUE(true, "fine");
}

void fault_walks_out(void)
{
	if (test__start_subtest("forks"))
		run_child(call_exit);
	if (test__start_subtest("after"))
		ASSERT_TRUE(true, "fine");
}

static void fail_late(void)
{
	usleep(50000);
	ASSERT_EQ(1, 2, "late");
}

static void wait_for_ever(void)
{
	for (;;)
		pause();
}

/*
 * Leaves a process that cannot be killed: another process finds its pid in the file $TRACE_ME, and
 * stops it when it exits.
 */
void fault_leave_unkillable(void)
{
	const char *path = getenv("TRACE_ME");
	FILE *file = path ? fopen(path, "w") : NULL;
	pid_t pid = start_child(wait_for_ever);
	char line[256], status[64];
	int tracer = 0;

	if (!ASSERT_OK_PTR(file, "TRACE_ME"))
		return;
	fprintf(file, "%d\n", pid);
	fclose(file);
	snprintf(status, sizeof(status), "/proc/%d/status", pid);
	while (!tracer && (file = fopen(status, "r"))) {
		while (fgets(line, sizeof(line), file))
			sscanf(line, "TracerPid: %d", &tracer);
		fclose(file);
	}
}

/* The child fails its subtest after the subtest's end. */
void fault_late_failure(void)
{
	test__start_subtest("forks");
	start_child(fail_late);
	test__start_subtest("waits");
	wait(NULL);
}
