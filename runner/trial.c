// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "trial.h"

/* LeakSanitizer's tracer has a stack of 2 MiB, and its own lists. */
#define MEMORY_BYTES (4UL << 20)
#define PATIENCE_S 2

enum step {
	STEP_STARTING,
	STEP_STACK,
	STEP_PARENT, /* the tracer does not see its parent */
	STEP_ATTACH,
	STEP_WAIT,
	STEP_REGISTERS,
	STEP_DETACH,
	STEP_DONE,
};

struct tracer {
	pid_t pid; /* of the process that is traced */
	long tid;

	_Atomic bool go;
	_Atomic int step; /* the last step that the tracer began */
	_Atomic int error;
};

static const char *step__name(int step)
{
	static const char *const names[] = {
		[STEP_STARTING] = "starting", [STEP_STACK] = "sigaltstack",
		[STEP_PARENT] = "getppid",    [STEP_ATTACH] = "ptrace",
		[STEP_WAIT] = "waitpid",      [STEP_REGISTERS] = "ptrace",
		[STEP_DETACH] = "ptrace",     [STEP_DONE] = "exit",
	};

	return names[step];
}

static long trace(long request, const struct tracer *tracer, long address, void *data)
{
	/* Not ptrace(), which the sanitizer intercepts: the tracer shares its thread's state. */
	return syscall(SYS_ptrace, request, tracer->tid, address, data);
}

/* The tracer: a separate process that shares our memory. Ends after the first step that fails. */
static int __attribute__((no_sanitize("address"))) attach_and_detach(void *ctx)
{
	char registers[4096];
	struct iovec iov = { registers, sizeof(registers) };
	struct tracer *tracer = ctx;
	stack_t stack;
	int status;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* A signal handler of the test would print a stack trace. */
	signal(SIGSYS, SIG_DFL);
	while (!tracer->go)
		sched_yield();
	tracer->step = STEP_STACK;
	if (sigaltstack(NULL, &stack) < 0)
		goto fail;
	tracer->step = STEP_PARENT;
	if (getppid() != tracer->pid)
		return 1;
	tracer->step = STEP_ATTACH;
	if (trace(PTRACE_ATTACH, tracer, 0, NULL) < 0)
		goto fail;
	tracer->step = STEP_WAIT;
	if (waitpid((pid_t)tracer->tid, &status, __WALL) < 0)
		goto fail;
	tracer->step = STEP_REGISTERS;
	if (trace(PTRACE_GETREGSET, tracer, NT_PRSTATUS, &iov) < 0)
		goto fail;
	tracer->step = STEP_DETACH;
	if (trace(PTRACE_DETACH, tracer, 0, NULL) < 0)
		goto fail;
	tracer->step = STEP_DONE;
	return 0;
fail:
	tracer->error = errno;
	return 1;
}

/* Waits until the tracer @pid ends or the time is up. Returns false if it did not end. */
static bool wait_for(pid_t pid, int *status)
{
	const struct timespec pause = { .tv_nsec = 50000 };
	struct timespec start, now;

	clock_gettime(CLOCK_MONOTONIC, &start);
	while (waitpid(pid, status, __WALL | WNOHANG) != pid) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec > start.tv_sec + PATIENCE_S) {
			kill(pid, SIGKILL);
			waitpid(pid, status, __WALL);
			return false;
		}
		nanosleep(&pause, NULL);
	}
	return true;
}

/* Lets a tracer, with stack @stack, attach to this thread. */
static bool can_be_traced(char *stack, char *why, size_t size)
{
	struct tracer tracer = { .pid = getpid(), .tid = syscall(SYS_gettid) };
	int status = 0;
	pid_t pid;

	pid = clone(attach_and_detach, stack + MEMORY_BYTES,
		    CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_UNTRACED, &tracer);
	if (pid < 0) {
		snprintf(why, size, "a tracer cannot be started: clone: %s", strerror(errno));
		return false;
	}
	/* Yama: allow the child to trace its parent. */
	prctl(PR_SET_PTRACER, pid, 0, 0, 0);
	tracer.go = true;
	if (!wait_for(pid, &status))
		snprintf(why, size, "the tracer does not come back: %s", step__name(tracer.step));
	else if (WIFSIGNALED(status))
		snprintf(why, size, "the tracer was killed by SIG%s (seccomp?): %s",
			 sigabbrev_np(WTERMSIG(status)) ?: "", step__name(tracer.step));
	else if (tracer.error)
		snprintf(why, size, "the process cannot be traced: %s: %s", step__name(tracer.step),
			 strerror(tracer.error));
	else if (tracer.step != STEP_DONE)
		snprintf(why, size, "new children are in another PID namespace");
	else
		return true;
	return false;
}

static bool can_read(const char *path, int flags, char *why, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | flags);

	if (fd < 0) {
		snprintf(why, size, "%s: %s", path, strerror(errno));
		return false;
	}
	close(fd);
	return true;
}

/* LeakSanitizer finds its threads by their ids in /proc, which must be those that we see. */
static bool has_own_proc(char *why, size_t size)
{
	char number[32] = "";

	if (readlink("/proc/self", number, sizeof(number) - 1) < 0) {
		snprintf(why, size, "there is no /proc");
		return false;
	}
	if (atoi(number) != getpid()) {
		snprintf(why, size, "/proc is that of another PID namespace");
		return false;
	}
	return can_read("/proc/self/maps", 0, why, size) &&
	       can_read("/proc/self/task", O_DIRECTORY, why, size);
}

static bool is_traced(char *why, size_t size)
{
	static const char tracer[] = "TracerPid:\t";
	char status[2048];
	const char *line;
	ssize_t got;
	int fd;

	fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	got = read(fd, status, sizeof(status) - 1);
	close(fd);
	status[got > 0 ? got : 0] = '\0';
	line = strstr(status, tracer);
	if (!line || line[sizeof(tracer) - 1] == '0')
		return false;
	snprintf(why, size, "the process is traced (gdb, strace)");
	return true;
}

bool trial__passes(char *why, size_t size)
{
	int dumpable = prctl(PR_GET_DUMPABLE);
	bool passes = false;
	char *memory;

	memory = mmap(NULL, MEMORY_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		      0);
	if (memory == MAP_FAILED) {
		snprintf(why, size, "no memory can be mapped (RLIMIT_AS?): %s", strerror(errno));
		return false;
	}
	/* LeakSanitizer does this too: a process that has changed its user cannot be traced. */
	if (dumpable != 1)
		prctl(PR_SET_DUMPABLE, 1);
	passes = has_own_proc(why, size) && !is_traced(why, size) &&
		 can_be_traced(memory, why, size);
	if (dumpable != 1)
		prctl(PR_SET_DUMPABLE, dumpable);
	munmap(memory, MEMORY_BYTES);
	return passes;
}
