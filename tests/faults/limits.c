// SPDX-License-Identifier: GPL-2.0
/* Tests that affect more than themselves: endless output, closed descriptors, signals, threads. */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "faults.h"

static void write_for_ever(void)
{
	static const char line[] =
		"again and again and again and again and again and again and ag\n";
	static char lines[64 * sizeof(line)];

	for (size_t i = 0; i < ARRAY_SIZE(lines) - sizeof(line); i += sizeof(line) - 1)
		memcpy(lines + i, line, sizeof(line) - 1);
	printf("the start of it\n");
	for (;;)
		if (write(STDOUT_FILENO, lines, strlen(lines)) < 0)
			_exit(1);
}

void fault_endless_log(void)
{
	write_for_ever();
}

void fault_endless_log_child(void)
{
	if (test__start_subtest("child"))
		run_child(write_for_ever);
}

void fault_endless_subtests(void)
{
	for (;;) {
		test__start_subtest("again");
		usleep(10000);
	}
}

static void call_exit(void)
{
	exit(0);
}

/* Also closes the runner's own descriptors. */
void fault_close_all(void)
{
	if (test__start_subtest("closes"))
		ASSERT_OK(close_range(3, ~0U, 0), "close_range");
	if (test__start_subtest("then exits"))
		run_child(call_exit);
}

void fault_close_stdio(void)
{
	close_range(0, ~0U, 0);
	test__start_subtest("silent");
	run_child(call_exit);
	ASSERT_EQ(1, 2, "nobody hears this");
}

/* The runner must not write its messages to a file of the test. */
void fault_close_and_open(void)
{
	struct stat st;
	int fds[8];

	close_range(3, ~0U, 0);
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		fds[i] = memfd_create("mine", 0);
	test__start_subtest("first");
	run_child(call_exit);
	test__start_subtest("second");
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		ASSERT_OK(fstat(fds[i], &st), "fstat");
		ASSERT_EQ(st.st_size, 0, "bytes in a file of the test's");
	}
}

/* Hangs outside of the process group that the runner gave it. */
void fault_hang_elsewhere(void)
{
	pid_t pid = fork();

	if (!pid) {
		for (;;)
			pause();
	}
	ASSERT_OK(setpgid(pid, pid), "setpgid of child");
	ASSERT_OK(setpgid(0, pid), "setpgid");
	signal(SIGABRT, SIG_IGN);
	for (;;)
		pause();
}

void fault_signal_realtime(void)
{
	raise(SIGRTMIN + 1);
}

void fault_signal_term(void)
{
	kill(getppid(), SIGTERM);
}

void fault_signal_usr1(void)
{
	kill(getppid(), SIGUSR1);
}

static pid_t runner;

/* Only the parents of this process show which test it belongs to. */
static void interrupt_runner(void)
{
	setsid();
	close(STDOUT_FILENO);
	close(STDERR_FILENO);
	kill(runner, SIGINT);
}

/* The sender has ended before the runner reads the signal. */
void fault_gone_sender(void)
{
	runner = getppid();
	kill(runner, SIGSTOP);
	run_child(interrupt_runner);
	kill(runner, SIGCONT);
}

/* The sender still runs when the test ends. */
void fault_signal_child(void)
{
	int ready[2];
	char byte;

	runner = getppid();
	if (!ASSERT_OK(pipe(ready), "pipe"))
		return;
	if (!fork()) {
		interrupt_runner();
		close(ready[0]);
		close(ready[1]);
		pause();
		_exit(0);
	}
	close(ready[1]);
	/* The pipe ends when the signal was sent. */
	ASSERT_EQ(read(ready[0], &byte, 1), 0, "end of pipe");
	close(ready[0]);
}

void fault_file_limit(void)
{
	struct rlimit none = {};

	printf("before\n");
	ASSERT_OK(setrlimit(RLIMIT_FSIZE, &none), "setrlimit");
	ASSERT_EQ(1, 2, "after the limit");
}

static void *read_line(void *ctx)
{
	char line[16];

	return fgets(line, sizeof(line), ctx);
}

static void nothing(void)
{
}

/* A thread that reads from a stream holds its lock. */
void fault_thread_reads(void)
{
	pthread_t thread;
	FILE *file;
	int fds[2];

	if (!ASSERT_OK(pipe(fds), "pipe"))
		return;
	file = fdopen(fds[0], "r");
	ASSERT_OK(pthread_create(&thread, NULL, read_line, file), "pthread_create");
	usleep(100000);
	if (test__start_subtest("one"))
		ASSERT_OK(run_child(nothing), "child");
	if (test__start_subtest("two"))
		ASSERT_OK(run_child(nothing), "child");
	test__end_subtest();
	close(fds[1]);
	pthread_join(thread, NULL);
	fclose(file);
}

void fault_thread_exit(void)
{
	printf("before\n");
	pthread_exit(NULL);
}

static void *sleep_a_little(void *unused)
{
	usleep(100000);
	return unused;
}

void fault_thread_exit_first(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, sleep_a_little, NULL);
	pthread_exit(NULL);
}
