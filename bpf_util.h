/* SPDX-License-Identifier: GPL-2.0 */
/* bpf_util: small definitions for the user space of BPF programs. */
#ifndef __BPF_UTIL__
#define __BPF_UTIL__

#include <bpf/libbpf.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/* Names that the kernel uses. */
typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s8 s8;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#endif

/*
 * Pointers that carry a negative errno, as the kernel and old libbpf return them. Some tests
 * include <linux/err.h> of the kernel's tools; these functions replace it.
 */
#ifndef __TOOLS_LINUX_ERR_H
#define __TOOLS_LINUX_ERR_H

#define MAX_ERRNO 4095

static inline bool IS_ERR(const void *ptr)
{
	return (unsigned long)ptr >= (unsigned long)-MAX_ERRNO;
}

static inline bool IS_ERR_OR_NULL(const void *ptr)
{
	return !ptr || IS_ERR(ptr);
}

static inline long PTR_ERR(const void *ptr)
{
	return (long)ptr;
}

static inline void *ERR_PTR(long error)
{
	return (void *)error;
}

#endif

/* An errno of the kernel without a name in user space. */
#ifndef ENOTSUPP
#define ENOTSUPP 524
#endif

/* One access to memory that other code also reads or writes. */
#define READ_ONCE(x) (*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, value) (*(volatile typeof(x) *)&(x) = (value))

/* Converts a pointer for union bpf_attr. */
static inline __u64 ptr_to_u64(const void *ptr)
{
	return (unsigned long)ptr;
}

static inline void *u64_to_ptr(__u64 value)
{
	return (void *)(unsigned long)value;
}

static inline pid_t sys_gettid(void)
{
	return syscall(__NR_gettid);
}

/* Returns the number of values that a per-CPU map has for each key. Exits if that is unknown. */
static inline unsigned int bpf_num_possible_cpus(void)
{
	int count = libbpf_num_possible_cpus();

	if (count < 0) {
		fprintf(stderr, "possible processors: not known: %s\n", strerror(-count));
		abort();
	}
	return count;
}

#endif
