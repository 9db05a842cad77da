/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bpf_util: small things that programs around BPF share.
 */
#ifndef __BPF_UTIL__
#define __BPF_UTIL__

#include <stdbool.h>
#include <stddef.h>

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#endif

/* Pointers that carry a negative errno, as the kernel and libbpf in its old mode return them. */
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

#endif
