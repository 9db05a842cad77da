// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cap_helpers.h"

/* Keeps the effective capabilities in @keep, drops the others, and adds @add. */
static int change_effective(__u64 keep, __u64 add, __u64 *old_caps)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
	__u64 caps;

	if (syscall(SYS_capget, &header, data))
		return -errno;
	caps = (__u64)data[1].effective << 32 | data[0].effective;
	if (old_caps)
		*old_caps = caps;
	caps = (caps & keep) | add;
	data[0].effective = (__u32)caps;
	data[1].effective = (__u32)(caps >> 32);
	return syscall(SYS_capset, &header, data) ? -errno : 0;
}

int cap_enable_effective(__u64 caps, __u64 *old_caps)
{
	return change_effective(~0ULL, caps, old_caps);
}

int cap_disable_effective(__u64 caps, __u64 *old_caps)
{
	return change_effective(~caps, 0, old_caps);
}
