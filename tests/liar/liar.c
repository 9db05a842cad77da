// SPDX-License-Identifier: GPL-2.0
/*
 * liar: a library for LD_PRELOAD that makes the kernel lie.
 *
 * It counts the calls by which the tests ask the kernel for something ("questions") in a process
 * and all that it forks. A test that passes in spite of a lie does not look at that answer.
 *
 * LIAR_FLIP=N		question N gets the opposite of its true answer: what was refused is
 *			granted, what was granted is refused
 * LIAR=NAME		one fault of a kernel, see lies.c
 * LIAR_COUNT=FILE	the numbers of questions and of lies told go to FILE at the end
 * LIAR_FROM_TOKEN=1	questions of a process count when it has made a token: those before are the
 *			same in all subtests of token
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lies.h"

struct liar {
	_Atomic unsigned int questions, told;
	unsigned int flip;
	bool retry; /* the last question was flipped and may be asked again */
	const char *count_path;
};

static struct liar *liar;
/* True in the process whose questions count. */
static bool counts;

long real_call(const struct call *call)
{
	static long (*real)(long nr, ...);
	const long *arg = call->arg;
	long ret;

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "syscall");
	ret = real(call->nr, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
	return ret == -1 ? -errno : ret;
}

static void __attribute__((constructor)) init(void)
{
	const char *flip = getenv("LIAR_FLIP");

	liar = mmap(NULL, sizeof(*liar), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (liar == MAP_FAILED)
		abort();
	lies__choose(getenv("LIAR"));
	liar->flip = flip ? (unsigned int)strtoul(flip, NULL, 10) : 0;
	counts = !getenv("LIAR_FROM_TOKEN");
	liar->count_path = getenv("LIAR_COUNT");
}

/* Runs in the runner, after all tests. Tests, their children and the guard end with _exit(). */
static void __attribute__((destructor)) report(void)
{
	FILE *file;

	if (!liar->count_path)
		return;
	file = fopen(liar->count_path, "w");
	if (file) {
		fprintf(file, "%u %u\n", liar->questions, liar->told);
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

/* Returns true for a call of the tests, false for libbpf's own probes. */
static bool is_bpf_question(const struct call *call)
{
	const union bpf_attr *attr = (const union bpf_attr *)call->arg[1];

	switch (call->arg[0]) {
	case BPF_MAP_CREATE:
		return attr->map_type == BPF_MAP_TYPE_STACK ||
		       attr->map_type == BPF_MAP_TYPE_QUEUE || !strcmp(attr->map_name, "bpffs_map");
	case BPF_BTF_LOAD:
		return memmem((const void *)attr->btf, attr->btf_size, "token_int", 9);
	case BPF_PROG_LOAD:
		return is_program_of_tests(attr);
	case BPF_TOKEN_CREATE:
		/* Descriptors of libbpf are not close-on-exec. */
		return fcntl((int)attr->token_create.bpffs_fd, F_GETFD) == FD_CLOEXEC;
	case BPF_BTF_GET_FD_BY_ID:
		return attr->btf_id == 1;
	case BPF_OBJ_PIN:
	case BPF_OBJ_GET:
		return true;
	default:
		return false;
	}
}

static bool is_question(const struct call *call)
{
	switch (call->nr) {
	case SYS_bpf:
		return is_bpf_question(call);
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

static bool returns_descriptor(const struct call *call)
{
	long cmd = call->arg[0];

	if (call->nr == SYS_bpf)
		return cmd == BPF_MAP_CREATE || cmd == BPF_PROG_LOAD || cmd == BPF_BTF_LOAD ||
		       cmd == BPF_TOKEN_CREATE || cmd == BPF_OBJ_GET || cmd == BPF_BTF_GET_FD_BY_ID;
	return call->nr == SYS_fsopen || call->nr == SYS_fsmount || call->nr == SYS_fspick;
}

long granted(const struct call *call)
{
	return returns_descriptor(call) ? memfd_create("liar", MFD_CLOEXEC) : 0;
}

/* Returns the opposite of answer @truth. Undoes nothing, except that it closes a new descriptor. */
static long opposite(const struct call *call, long truth)
{
	if (truth < 0)
		return granted(call);
	if (returns_descriptor(call))
		close((int)truth);
	return -EPERM;
}

/* Returns whether the answer to @call, which has returned, must be flipped. */
static bool is_due(const struct call *call)
{
	bool loads = call->nr == SYS_bpf && call->arg[0] == BPF_PROG_LOAD;

	/* After a refusal libbpf loads the program again, with a log. */
	if (liar->retry && loads) {
		liar->retry = false;
		return true;
	}
	if (!counts || !is_question(call) || ++liar->questions != liar->flip)
		return false;
	liar->retry = loads;
	return true;
}

/* Replaces libc's syscall(2), which libbpf and the tests use for these calls. */
long syscall(long nr, ...)
{
	struct call call = { .nr = nr };
	va_list args;
	long ret;

	va_start(args, nr);
	for (int i = 0; i < 6; i++)
		call.arg[i] = va_arg(args, long);
	va_end(args);

	if (!liar) {
		ret = real_call(&call);
	} else if (lies__answer(&call, &ret)) {
		liar->told++;
	} else if (is_due(&call)) {
		fprintf(stderr, "liar: call %ld(%ld, ...): true answer %ld\n", nr, call.arg[0],
			ret);
		ret = opposite(&call, ret);
		liar->told++;
	} else if (nr == SYS_bpf && call.arg[0] == BPF_TOKEN_CREATE && ret >= 0) {
		counts = true;
	}
	if (ret < 0) {
		errno = (int)-ret;
		return -1;
	}
	return ret;
}

int posix_fadvise(int fd, off_t offset, off_t len, int advice)
{
	const struct call call = { SYS_fadvise64, { fd, offset, len, advice } };
	long ret;

	liar->told += lies__answer(&call, &ret);
	return (int)-ret;
}

/* Returns -1 with errno set if @err is an error, else @err. */
static int as_libc(long err)
{
	if (err >= 0)
		return (int)err;
	errno = (int)-err;
	return -1;
}

int open(const char *path, int flags, ...)
{
	struct call call = { SYS_openat, { AT_FDCWD, (long)path, flags } };
	va_list args;
	long fd, lie;

	va_start(args, flags);
	call.arg[3] = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, unsigned int) : 0;
	va_end(args);
	fd = real_call(&call);
	lie = fd >= 0 ? lies__open(path) : 0;
	if (!lie)
		return as_libc(fd);
	liar->told++;
	close((int)fd);
	return as_libc(lie);
}

int stat(const char *restrict path, struct stat *restrict st)
{
	int err = fstatat(AT_FDCWD, path, st, 0), lie = err ? 0 : lies__open(path);

	if (lie > 0)
		close(lie);
	if (lie >= 0)
		return err;
	liar->told++;
	return as_libc(lie);
}
