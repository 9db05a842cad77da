/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cap_helpers: effective capabilities of this thread. See capabilities(7).
 */
#ifndef __CAP_HELPERS_H
#define __CAP_HELPERS_H

#include <linux/capability.h>
#include <linux/types.h>

#ifndef CAP_PERFMON
#define CAP_PERFMON 38
#endif
#ifndef CAP_BPF
#define CAP_BPF 39
#endif

/*
 * Raise or drop the capabilities in the bit mask @caps (1ULL << CAP_BPF | ...). Store the previous
 * effective capabilities in @old_caps unless that is NULL. Return 0 or a negative errno (-EPERM:
 * not permitted to this thread).
 */
int cap_enable_effective(__u64 caps, __u64 *old_caps);
int cap_disable_effective(__u64 caps, __u64 *old_caps);

#endif
