/* SPDX-License-Identifier: GPL-2.0 */
#ifndef FAULTS_H
#define FAULTS_H

#include <test_progs.h>

/*
 * The tests that misbehave, sorted by name like the real test_progs' table: F(NAME) is void
 * fault_NAME(void), S(NAME) the same as a serial test.
 */
#define FAULTS(F, S)		\
	F(asan_child) \
	F(asan_child_and_kill) \
	F(asan_overflow) \
	F(asan_use_after_free) \
	F(assert_after) \
	F(assert_before) \
	F(assert_between) \
	F(child_assert) \
	F(child_buffer) \
	F(child_crash) \
	F(child_exit) \
	F(child_exit_exec) \
	F(child_exit_grand) \
	F(child_exit_leak) \
	F(child_exit_vfork) \
	F(child_outlives) \
	F(child_outlives_many) \
	F(child_writes) \
	F(children_write) \
	F(close_all) \
	F(close_and_open) \
	F(close_stdio) \
	F(crash_abort) \
	F(crash_bus) \
	F(crash_fpe) \
	F(crash_ill) \
	F(crash_kill) \
	F(crash_segv) \
	F(crash_stack) \
	F(described) \
	F(endless_log) \
	F(endless_log_child) \
	F(endless_subtests) \
	F(exit_0) \
	F(exit_3) \
	F(exit_quiet) \
	F(fail) \
	F(file_limit) \
	F(gone_sender) \
	F(hang_busy) \
	F(hang_child) \
	F(hang_elsewhere) \
	F(hang_forks) \
	F(hang_read) \
	F(hang_says) \
	F(hang_stopped) \
	F(hang_stubborn) \
	F(hang_unkillable) \
	F(hang_vfork) \
	F(late_failure) \
	F(leak) \
	F(leak_and_exit) \
	F(leak_and_more) \
	F(leak_inherited) \
	F(leak_subtest) \
	F(leave_unkillable) \
	F(list_names) \
	F(lsan_chroot) \
	F(lsan_descriptors) \
	F(lsan_memory) \
	F(lsan_not_dumpable) \
	F(lsan_pid_namespace) \
	F(lsan_pid_namespace_empty) \
	F(lsan_proc) \
	F(lsan_processes) \
	F(lsan_ptrace_invalid) \
	F(lsan_ptrace_refused) \
	F(lsan_seteuid) \
	F(lsan_setresuid) \
	F(lsan_stack_refused) \
	F(lsan_traced) \
	F(lsan_tracer_killed) \
	F(lsan_tracer_trapped) \
	F(mid_line) \
	F(name_empty) \
	F(name_long) \
	F(name_odd) \
	F(oom_victim) \
	F(open_subtest) \
	F(overwrite_page) \
	F(pass) \
	F(rearm) \
	S(serial_alone) \
	F(signal_child) \
	F(signal_realtime) \
	F(signal_term) \
	F(signal_usr1) \
	F(skip) \
	F(skip_one) \
	F(slow_1) \
	F(slow_2) \
	F(slow_3) \
	F(stain) \
	F(stain_seen) \
	F(stuck_lsan) \
	F(subtests_10000) \
	F(thread_exit) \
	F(thread_exit_first) \
	F(thread_reads) \
	F(trace_closed) \
	F(trace_inlined) \
	F(trace_library) \
	F(trace_many) \
	F(trace_pointer) \
	F(trace_wild) \
	F(undefined_add) \
	F(undefined_child) \
	F(unfortified_copy) \
	F(verbose_child) \
	F(walks_off) \
	F(walks_out) \
	F(wasted)

#define DECLARE_FAULT(name) void fault_##name(void);
FAULTS(DECLARE_FAULT, DECLARE_FAULT)

/* Allocates @size bytes and leaks them. */
void lose(size_t size);

/* Forks a child that runs @body and ends with _exit(0). Returns its pid. */
static inline pid_t start_child(void (*body)(void))
{
	pid_t pid = fork();

	if (!pid) {
		body();
		_exit(0);
	}
	return pid;
}

static inline int *ready_pipe(void)
{
	static int fds[2];

	return fds;
}

/* In a child of start_ready_child(): lets the parent continue. */
static inline void say_ready(void)
{
	if (write(ready_pipe()[1], "", 1) != 1)
		_exit(1);
}

/* Like start_child(), and waits until @body calls say_ready() or has ended. */
static inline pid_t start_ready_child(void (*body)(void))
{
	int *fds = ready_pipe(), own[2] = { fds[0], fds[1] };
	pid_t pid = -1;
	char byte;

	if (!ASSERT_OK(pipe(fds), "pipe"))
		return pid;
	pid = start_child(body);
	close(fds[1]);
	ASSERT_EQ(read(fds[0], &byte, 1), 1, "child is ready");
	close(fds[0]);
	/* Such a child may start other ones. */
	fds[0] = own[0];
	fds[1] = own[1];
	return pid;
}

/* Like start_child(), and waits for it. Returns its wait status. */
static inline int run_child(void (*body)(void))
{
	pid_t pid = start_child(body);
	int status;

	return waitpid(pid, &status, 0) == pid ? status : -1;
}

#endif
