/* SPDX-License-Identifier: GPL-2.0 */
/* kernel_features: checks of the running kernel, for tests that must skip. */
#ifndef __KERNEL_FEATURES_H
#define __KERNEL_FEATURES_H

#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <test_progs.h>

/* The kernel's internal ENOTSUPP, which libbpf and the verifier return. */
#define KERNEL_ENOTSUPP 524

/* Reads all @size bytes of @fd into new memory. Returns NULL on failure. */
static inline const char *read_types(int fd, size_t size)
{
	char *types = malloc(size);
	size_t done = 0;

	while (types && done < size) {
		ssize_t got = read(fd, types + done, size - done);

		if (got <= 0) {
			free(types);
			return NULL;
		}
		done += got;
	}
	return types;
}

/*
 * Returns the kernel's types (BTF) with their @size, or NULL. Reads them once in each process. They
 * are five megabytes. Kernels since 6.16 can map them, which makes forks cheaper than a copy.
 */
static inline const char *kernel_types(size_t *size)
{
	static const char *types;
	static size_t types_size;
	struct stat st;
	void *map;
	int fd;

	fd = types ? -1 : open("/sys/kernel/btf/vmlinux", O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && !fstat(fd, &st)) {
		types_size = st.st_size;
		map = mmap(NULL, types_size, PROT_READ, MAP_PRIVATE, fd, 0);
		types = map == MAP_FAILED ? read_types(fd, types_size) : map;
	}
	if (fd >= 0)
		close(fd);
	*size = types_size;
	return types;
}

/*
 * Returns whether the kernel's types have the name @name, of a function, structure or member. It
 * does not parse the types, as that takes longer than most tests.
 */
static inline bool kernel_has(const char *name)
{
	size_t size, len = strlen(name);
	const char *types = kernel_types(&size);
	char string[128] = ""; /* a NUL at both ends */

	memcpy(string + 1, name, len < sizeof(string) - 2 ? len : sizeof(string) - 2);
	return types && memmem(types, size, string, len + 2);
}

/*
 * Returns whether this kernel is older than @major.@minor. Call it only after an operation failed,
 * to skip if only the version shows that the kernel lacks the feature.
 */
static inline bool kernel_is_before(int major, int minor)
{
	struct utsname uts;
	int has_major, has_minor;

	if (uname(&uts) || sscanf(uts.release, "%d.%d", &has_major, &has_minor) != 2)
		return false;
	return has_major < major || (has_major == major && has_minor < minor);
}

/* Returns whether file @path begins with number @value. */
static inline bool setting_is(const char *path, int value)
{
	FILE *file = fopen(path, "re");
	bool is = false;
	int number;

	if (!file)
		return false;
	if (fscanf(file, "%d", &number) == 1)
		is = number == value;
	fclose(file);
	return is;
}

/* Returns whether the kernel has a list of its active LSMs and "bpf" is not on it. */
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

static inline bool bpf_jit_is_off(void)
{
	return setting_is("/proc/sys/net/core/bpf_jit_enable", 0);
}

#define BPF_JIT_OFF "the BPF JIT is off: set net.core.bpf_jit_enable to 1"

/*
 * Returns why the kernel cannot run a program for LSM hook @hook ("bpf_lsm_file_open"), or NULL if
 * it can. @err is the error from loading or attaching it.
 */
static inline const char *lsm_skip_reason(int err, const char *hook)
{
	/* libbpf did not find the hook in the kernel's types. */
	if (err == -ESRCH && !kernel_has(hook))
		return "no BPF LSM in this kernel: build it with CONFIG_BPF_LSM";
	if (err == -KERNEL_ENOTSUPP && bpf_jit_is_off())
		return BPF_JIT_OFF;
	/* The kernel attaches programs where its functions call the function tracer. */
	if ((err == -EBUSY || err == -KERNEL_ENOTSUPP) && !kernel_has("register_ftrace_direct"))
		return "no function tracer in this kernel: build it with CONFIG_FUNCTION_TRACER";
	return NULL;
}

#endif
