// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "testing_helpers.h"

int extra_prog_load_log_flags;

int bpf_prog_test_load(const char *file, enum bpf_prog_type type, struct bpf_object **obj,
		       int *prog_fd)
{
	struct bpf_object *opened = bpf_object__open(file);
	struct bpf_program *first, *prog;
	int err;

	if (!opened)
		return -errno;
	first = bpf_object__next_program(opened, NULL);
	bpf_object__for_each_program(prog, opened) {
		if (type != BPF_PROG_TYPE_UNSPEC)
			bpf_program__set_type(prog, type);
		bpf_program__set_log_level(prog, bpf_program__log_level(prog) |
							 extra_prog_load_log_flags);
	}
	err = first ? bpf_object__load(opened) : -ENOENT;
	if (err) {
		bpf_object__close(opened);
		return err;
	}
	*obj = opened;
	*prog_fd = bpf_program__fd(first);
	return 0;
}

int kern_sync_rcu(void)
{
	return syscall(__NR_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0) ? -errno : 0;
}

int usleep(useconds_t usec)
{
	struct timespec time = { .tv_sec = usec / 1000000, .tv_nsec = usec % 1000000 * 1000 };

	return (int)syscall(__NR_nanosleep, &time, NULL);
}
