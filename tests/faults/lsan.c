// SPDX-License-Identifier: GPL-2.0
/* Tests that pass, and leave a process in which LeakSanitizer cannot work. */
#define _GNU_SOURCE
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>

#include "faults.h"

/* Installs a seccomp filter: system call @number of this process and its children gets @action. */
static void filter(__u32 number, __u32 action)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { ARRAY_SIZE(code), code };

	ASSERT_OK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
	ASSERT_OK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), "seccomp");
}

void fault_lsan_ptrace_refused(void)
{
	filter(__NR_ptrace, SECCOMP_RET_ERRNO | EPERM);
}

void fault_lsan_ptrace_invalid(void)
{
	filter(__NR_ptrace, SECCOMP_RET_ERRNO | EINVAL);
}

void fault_lsan_tracer_killed(void)
{
	filter(__NR_ptrace, SECCOMP_RET_KILL_PROCESS);
}

void fault_lsan_tracer_trapped(void)
{
	filter(__NR_ptrace, SECCOMP_RET_TRAP);
}

void fault_lsan_stack_refused(void)
{
	filter(__NR_sigaltstack, SECCOMP_RET_KILL_PROCESS);
}

static void nothing(void)
{
}

/* The first child is the namespace's init. After its end no fork works. */
void fault_lsan_pid_namespace(void)
{
	if (!ASSERT_OK(geteuid() && unshare(CLONE_NEWUSER), "user namespace") ||
	    !ASSERT_OK(unshare(CLONE_NEWPID), "unshare"))
		return;
	ASSERT_OK(run_child(nothing), "child");
}

/* The namespace has no process, so its first one would be LeakSanitizer's tracer. */
void fault_lsan_pid_namespace_empty(void)
{
	if (ASSERT_OK(geteuid() && unshare(CLONE_NEWUSER), "user namespace"))
		ASSERT_OK(unshare(CLONE_NEWPID), "unshare");
}

static bool is_root(void)
{
	if (!geteuid())
		return true;
	printf("%s:SKIP:takes root\n", __func__);
	test__skip();
	return false;
}

void fault_lsan_seteuid(void)
{
	if (is_root())
		ASSERT_OK(seteuid(65534), "seteuid");
}

void fault_lsan_setresuid(void)
{
	if (is_root())
		ASSERT_OK(setresuid(65534, 65534, 0), "setresuid");
}

static void limit(int resource, rlim_t most)
{
	struct rlimit limit = { most, most };

	ASSERT_OK(setrlimit(resource, &limit), "setrlimit");
}

void fault_lsan_processes(void)
{
	if (!is_root())
		return;
	ASSERT_OK(setresuid(65534, 65534, 65534), "setresuid");
	limit(RLIMIT_NPROC, 0);
}

void fault_lsan_memory(void)
{
	limit(RLIMIT_AS, 1 << 20);
}

void fault_lsan_descriptors(void)
{
	limit(RLIMIT_NOFILE, 0);
}

static void trace_parent(void)
{
	bool is_tracer = !ptrace(PTRACE_SEIZE, getppid(), 0, 0);

	say_ready();
	while (is_tracer)
		pause();
}

void fault_lsan_traced(void)
{
	start_ready_child(trace_parent);
}

void fault_lsan_proc(void)
{
	if (!is_root())
		return;
	ASSERT_OK(unshare(CLONE_NEWNS), "unshare");
	ASSERT_OK(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "private mounts");
	ASSERT_OK(umount2("/proc", MNT_DETACH), "umount");
}

void fault_lsan_chroot(void)
{
	if (is_root())
		ASSERT_OK(chroot("/usr"), "chroot");
}

/* ptrace() works only if the caller may read the other process's memory. */
void fault_lsan_not_dumpable(void)
{
	ASSERT_OK(prctl(PR_SET_DUMPABLE, 0), "dumpable");
}

/* LeakSanitizer's tracer lists the threads. If the tracer dies, LeakSanitizer waits for ever. */
void fault_stuck_lsan(void)
{
#ifdef __NR_getdents
	filter(__NR_getdents, SECCOMP_RET_KILL_PROCESS);
#endif
	filter(__NR_getdents64, SECCOMP_RET_KILL_PROCESS);
}
