// SPDX-License-Identifier: GPL-2.0
/*
 * liar: a library for LD_PRELOAD that makes the kernel lie.
 *
 * It counts the calls by which the tests ask the kernel for something ("questions") in a process
 * and all that it forks. A test that passes in spite of a lie does not look at that answer.
 *
 * LIAR_COUNT=FILE	nothing is changed; the number of questions goes to FILE at the end
 * LIAR_FLIP=N		question N gets the opposite of its true answer: what was refused is
 *			granted, what was granted is refused
 * LIAR_GRANT=1		every refused bpf(2) is granted
 * LIAR_INFO=1		a token is said to allow one command more than it does
 * LIAR_RESIDENT=1	nothing is dropped from the page cache, and it is said that it was
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_cachestat
#define SYS_cachestat 451
#endif

struct liar {
	_Atomic unsigned int questions;
	unsigned int flip;
	bool grant;
	bool info;
	bool resident;
	_Atomic size_t kept; /* bytes of files that it says are in the page cache */
	bool retry;	     /* the last question was flipped and may be asked again */
	pid_t owner;
	const char *count_path;
};

static struct liar *liar;

static long raw_syscall(long nr, const long *arg)
{
	register long r10 asm("r10") = arg[3];
	register long r8 asm("r8") = arg[4];
	register long r9 asm("r9") = arg[5];
	long ret;

	asm volatile("syscall"
		     : "=a"(ret)
		     : "a"(nr), "D"(arg[0]), "S"(arg[1]), "d"(arg[2]), "r"(r10), "r"(r8), "r"(r9)
		     : "rcx", "r11", "memory");
	return ret;
}

static void __attribute__((constructor)) init(void)
{
	const char *flip = getenv("LIAR_FLIP");

	liar = mmap(NULL, sizeof(*liar), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (liar == MAP_FAILED)
		abort();
	liar->flip = flip ? (unsigned int)strtoul(flip, NULL, 10) : 0;
	liar->grant = getenv("LIAR_GRANT");
	liar->info = getenv("LIAR_INFO");
	liar->resident = getenv("LIAR_RESIDENT");
	liar->kept = SIZE_MAX;
	liar->count_path = getenv("LIAR_COUNT");
	liar->owner = getpid();
}

static void __attribute__((destructor)) report(void)
{
	FILE *file;

	if (!liar->count_path || getpid() != liar->owner)
		return;
	file = fopen(liar->count_path, "w");
	if (file) {
		fprintf(file, "%u\n", liar->questions);
		fclose(file);
	}
}

static bool is_program_of_tests(const union bpf_attr *attr)
{
	static const char *const names[] = {
		"token_prog", "xdp_target", "xdp_replacement", "priv_test_1", "xdp_main",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strncmp(attr->prog_name, names[i], sizeof(attr->prog_name) - 1))
			return true;
	return false;
}

/* Whether it is the tests that ask, and not libbpf looking around. */
static bool is_bpf_question(int cmd, const union bpf_attr *attr)
{
	switch (cmd) {
	case BPF_MAP_CREATE:
		return attr->map_type == BPF_MAP_TYPE_STACK ||
		       attr->map_type == BPF_MAP_TYPE_QUEUE || !strcmp(attr->map_name, "bpffs_map");
	case BPF_BTF_LOAD:
		return memmem((const void *)attr->btf, attr->btf_size, "token_int", 9);
	case BPF_PROG_LOAD:
		return is_program_of_tests(attr);
	case BPF_TOKEN_CREATE:
		/* libbpf's own descriptors are not close-on-exec. */
		return fcntl((int)attr->token_create.bpffs_fd, F_GETFD) == FD_CLOEXEC;
	case BPF_OBJ_PIN:
	case BPF_OBJ_GET:
		return true;
	default:
		return false;
	}
}

static bool is_question(long nr, const long *arg)
{
	switch (nr) {
	case SYS_bpf:
		return is_bpf_question((int)arg[0], (const union bpf_attr *)arg[1]);
	case SYS_fsopen:
	case SYS_fsconfig:
	case SYS_fsmount:
	case SYS_fspick:
	case SYS_move_mount:
	case SYS_mount:
	case SYS_umount2:
	case SYS_renameat2:
		return true;
	default:
		return false;
	}
}

static bool returns_descriptor(long nr, const long *arg)
{
	if (nr == SYS_bpf)
		return arg[0] == BPF_MAP_CREATE || arg[0] == BPF_PROG_LOAD ||
		       arg[0] == BPF_BTF_LOAD || arg[0] == BPF_TOKEN_CREATE ||
		       arg[0] == BPF_OBJ_GET || arg[0] == BPF_BTF_GET_FD_BY_ID;
	return nr == SYS_fsopen || nr == SYS_fsmount || nr == SYS_fspick;
}

static long granted(long nr, const long *arg)
{
	return returns_descriptor(nr, arg) ? memfd_create("liar", MFD_CLOEXEC) : 0;
}

/* The opposite of answer @truth to call @nr. What was done stays done, but for descriptors. */
static long lie(long nr, const long *arg, long truth)
{
	if (truth < 0)
		return granted(nr, arg);
	if (returns_descriptor(nr, arg))
		close((int)truth);
	return -EPERM;
}

/* Whether a lie is due in answer to call @nr, which has been made. */
static bool is_due(long nr, const long *arg)
{
	/* libbpf asks again, with a log, when a program is refused. */
	if (liar->retry && nr == SYS_bpf && arg[0] == BPF_PROG_LOAD) {
		liar->retry = false;
		return true;
	}
	if (!is_question(nr, arg) || ++liar->questions != liar->flip)
		return false;
	liar->retry = nr == SYS_bpf && arg[0] == BPF_PROG_LOAD;
	return true;
}

/* Adds a command to what bpf(BPF_OBJ_GET_INFO_BY_FD) has told of a token. */
static void falsify_info(const union bpf_attr *attr)
{
	struct bpf_token_info *info = (void *)attr->info.info;

	if (attr->info.info_len == sizeof(*info))
		info->allowed_cmds |= 1ULL << BPF_PROG_LOAD;
}

/* Hides those pages from the answer of cachestat(2) that it says it has dropped. */
static void falsify_cachestat(const __u64 *range, __u64 *counts)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	__u64 kept = liar->kept > range[0] ? (liar->kept - range[0]) / page : 0;

	if (counts[0] > kept)
		counts[0] = kept;
}

/* libc's syscall(2), by which libbpf and the tests make these calls. */
long syscall(long nr, ...)
{
	long arg[6], ret;
	va_list args;

	va_start(args, nr);
	for (int i = 0; i < 6; i++)
		arg[i] = va_arg(args, long);
	va_end(args);

	ret = raw_syscall(nr, arg);
	if (liar && is_due(nr, arg)) {
		fprintf(stderr, "liar: call %ld(%ld, ...): true answer %ld\n", nr, arg[0], ret);
		ret = lie(nr, arg, ret);
	} else if (liar && liar->grant && nr == SYS_bpf && ret == -EPERM) {
		ret = granted(nr, arg);
	} else if (liar && liar->info && nr == SYS_bpf && arg[0] == BPF_OBJ_GET_INFO_BY_FD &&
		   !ret) {
		falsify_info((const union bpf_attr *)arg[1]);
	} else if (liar && nr == SYS_cachestat && !ret) {
		falsify_cachestat((const __u64 *)arg[1], (__u64 *)arg[2]);
	} else if (liar && liar->resident && nr == SYS_mlock) {
		liar->kept = (size_t)arg[1];
	}
	if (ret < 0) {
		errno = (int)-ret;
		return -1;
	}
	return ret;
}

int posix_fadvise(int fd, off_t offset, off_t len, int advice)
{
	const long arg[6] = { fd, offset, len, advice };

	if (!liar->resident)
		return (int)-raw_syscall(SYS_fadvise64, arg);
	liar->kept = 0;
	return 0;
}
