/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kernel_features: what the running kernel has, for tests that failed or have to skip.
 */
#ifndef __KERNEL_FEATURES_H
#define __KERNEL_FEATURES_H

#include <bpf/btf.h>
#include <sys/utsname.h>
#include <test_progs.h>

/* Whether the kernel's own types have @name, of @kind (BTF_KIND_FUNC, ...). Takes a while. */
static inline bool kernel_has_type(const char *name, __u32 kind)
{
	struct btf *btf = btf__load_vmlinux_btf();
	bool has = btf && btf__find_by_name_kind(btf, name, kind) > 0;

	btf__free(btf);
	return has;
}

/* The same for a member of a structure or union, with a name that nothing else has. */
static inline bool kernel_has_member(const char *name)
{
	struct btf *btf = btf__load_vmlinux_btf();
	bool has = btf && btf__find_str(btf, name) > 0;

	btf__free(btf);
	return has;
}

/* Whether this is a kernel older than @major.@minor: for what leaves no other trace. */
static inline bool kernel_is_before(int major, int minor)
{
	struct utsname uts;
	int has_major, has_minor;

	if (uname(&uts) || sscanf(uts.release, "%d.%d", &has_major, &has_minor) != 2)
		return false;
	return has_major < major || (has_major == major && has_minor < minor);
}

/* Whether the kernel has a list of its active LSMs and "bpf" is not on it. */
static inline bool bpf_lsm_is_inactive(void)
{
	FILE *list = fopen("/sys/kernel/security/lsm", "re");
	char names[256] = "", *rest = names, *name;

	if (!list)
		return false;
	if (!fgets(names, sizeof(names), list))
		names[0] = '\0';
	fclose(list);
	while ((name = strsep(&rest, ",\n")))
		if (!strcmp(name, "bpf"))
			return false;
	return true;
}

#define BPF_LSM_INACTIVE "the BPF LSM is off: boot with lsm=...,bpf"

#endif
