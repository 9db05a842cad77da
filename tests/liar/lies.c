// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lies.h"

#ifndef SYS_cachestat
#define SYS_cachestat 451
#endif

#define BIT(bit) (1ULL << (bit))

/* ---- token: a mask is ignored */

enum { CMDS, MAPS, PROGS, ATTACHS, MASKS };

/* Fills in @needs of a bpf(2) with a token. Returns the token, or -1 if there is none. */
static int token_of(const struct call *call, __u64 *needs)
{
	const union bpf_attr *attr = (const union bpf_attr *)call->arg[1];

	needs[CMDS] = BIT(call->arg[0]);
	switch (call->arg[0]) {
	case BPF_MAP_CREATE:
		needs[MAPS] = BIT(attr->map_type);
		return attr->map_flags & BPF_F_TOKEN_FD ? attr->map_token_fd : -1;
	case BPF_PROG_LOAD:
		needs[PROGS] = BIT(attr->prog_type);
		needs[ATTACHS] = BIT(attr->expected_attach_type);
		return attr->prog_flags & BPF_F_TOKEN_FD ? attr->prog_token_fd : -1;
	case BPF_BTF_LOAD:
		return attr->btf_flags & BPF_F_TOKEN_FD ? attr->btf_token_fd : -1;
	case BPF_BTF_GET_FD_BY_ID:
		return attr->open_flags & BPF_F_TOKEN_FD ? attr->fd_by_id_token_fd : -1;
	default:
		return -1;
	}
}

static bool read_masks(int token, __u64 *masks)
{
	static const char *const keys[MASKS] = { "allowed_cmds:", "allowed_maps:", "allowed_progs:",
						 "allowed_attachs:" };
	char path[64], text[1024] = "";
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", token);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(fd);
	for (int i = 0; i < MASKS; i++) {
		const char *value = strstr(text, keys[i]);

		if (!value)
			return false;
		value += strlen(keys[i]) + 1;
		masks[i] = strncmp(value, "any", 3) ? strtoull(value, NULL, 16) : ~0ULL;
	}
	return true;
}

static bool has_cap_bpf(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
	const struct call call = { SYS_capget, { (long)&header, (long)data } };

	return !real_call(&call) && data[CAP_BPF / 32].effective & BIT(CAP_BPF % 32);
}

/* Grants operations that only mask @ignored refuses. */
static bool ignore_mask(const struct call *call, long *answer, int ignored)
{
	__u64 needs[MASKS] = {}, masks[MASKS];
	int token;

	*answer = real_call(call);
	if (call->nr != SYS_bpf || *answer != -EPERM || !has_cap_bpf())
		return false;
	token = token_of(call, needs);
	if (token < 0 || !read_masks(token, masks))
		return false;
	for (int i = 0; i < MASKS; i++) {
		bool refuses = needs[i] & ~masks[i], is_ignored = i == ignored;

		if (refuses != is_ignored)
			return false;
	}
	*answer = granted(call);
	return true;
}

static bool ignore_cmds(const struct call *call, long *answer)
{
	return ignore_mask(call, answer, CMDS);
}

static bool ignore_maps(const struct call *call, long *answer)
{
	return ignore_mask(call, answer, MAPS);
}

static bool ignore_progs(const struct call *call, long *answer)
{
	return ignore_mask(call, answer, PROGS);
}

static bool ignore_attachs(const struct call *call, long *answer)
{
	return ignore_mask(call, answer, ATTACHS);
}

/* ---- token: others */

static bool grant_all(const struct call *call, long *answer)
{
	*answer = real_call(call);
	if (call->nr != SYS_bpf || *answer != -EPERM)
		return false;
	*answer = granted(call);
	return true;
}

/* Adds a command to the information of a token. */
static bool falsify_info(const struct call *call, long *answer)
{
	const union bpf_attr *attr = (const union bpf_attr *)call->arg[1];
	struct bpf_token_info *info;
	__u64 masks[MASKS];

	*answer = real_call(call);
	if (call->nr != SYS_bpf || call->arg[0] != BPF_OBJ_GET_INFO_BY_FD || *answer ||
	    !read_masks((int)attr->info.bpf_fd, masks))
		return false;
	info = (struct bpf_token_info *)attr->info.info;
	info->allowed_cmds |= BIT(BPF_PROG_LOAD);
	return true;
}

/* ---- bpffs */

static bool rename_nothing(const struct call *call, long *answer)
{
	*answer = call->nr == SYS_renameat2 ? 0 : real_call(call);
	return call->nr == SYS_renameat2;
}

/* ---- file_reader: the page cache */

/* Bytes of files that the lie reports as cached. */
static size_t kept = SIZE_MAX;

/* Drops nothing, and returns success. */
static bool keep_pages(const struct call *call, long *answer)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (call->nr == SYS_fadvise64) {
		kept = 0;
		*answer = 0;
		return true;
	}
	*answer = real_call(call);
	if (call->nr == SYS_mlock)
		kept = (size_t)call->arg[1];
	if (call->nr == SYS_cachestat && !*answer) {
		const __u64 *range = (const __u64 *)call->arg[1];
		__u64 *counts = (__u64 *)call->arg[2];
		__u64 most = kept > range[0] ? (kept - range[0]) / page : 0;

		if (counts[0] > most)
			counts[0] = most;
	}
	return false;
}

/* ---- file_reader: bpf_dynptr_read() in its programs */

static bool loads_reader(const struct call *call)
{
	const union bpf_attr *attr = (const union bpf_attr *)call->arg[1];

	return call->nr == SYS_bpf && call->arg[0] == BPF_PROG_LOAD &&
	       !strncmp(attr->prog_name, "on_open_", 8);
}

/* Loads the program with @attr changed. */
static long load_changed(const struct call *call, const union bpf_attr *attr)
{
	struct call changed = *call;

	changed.arg[1] = (long)attr;
	return real_call(&changed);
}

/* Makes the program's reads return @ret, and read nothing. */
static bool replace_reads(const struct call *call, long *answer, int ret)
{
	union bpf_attr attr = {};
	struct bpf_insn *insns;
	size_t size;

	if (!loads_reader(call)) {
		*answer = real_call(call);
		return false;
	}
	memcpy(&attr, (const void *)call->arg[1],
	       (size_t)call->arg[2] < sizeof(attr) ? (size_t)call->arg[2] : sizeof(attr));
	size = attr.insn_cnt * sizeof(*insns);
	insns = malloc(size);
	if (!insns)
		abort();
	memcpy(insns, (const void *)attr.insns, size);
	for (__u32 i = 0; i < attr.insn_cnt; i++)
		if (insns[i].code == (BPF_JMP | BPF_CALL) && !insns[i].src_reg &&
		    insns[i].imm == BPF_FUNC_dynptr_read)
			insns[i] = (struct bpf_insn){ .code = BPF_ALU64 | BPF_MOV | BPF_K,
						      .imm = ret };
	attr.insns = (__u64)(uintptr_t)insns;
	*answer = load_changed(call, &attr);
	free(insns);
	return true;
}

static bool read_fault(const struct call *call, long *answer)
{
	return replace_reads(call, answer, -EFAULT);
}

static bool read_nothing(const struct call *call, long *answer)
{
	return replace_reads(call, answer, 0);
}

/* ---- file_reader: the verifier */

static bool must_be_refused(const union bpf_attr *attr)
{
	static const char *const names[] = {
		"file_never_put", "discard_of_xdp_dynptr", "discard_of_uninitialized_dynptr",
		"read_after_put", "slice_after_put",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strncmp(attr->prog_name, names[i], sizeof(attr->prog_name) - 1))
			return true;
	return false;
}

static bool accept_programs(const struct call *call, long *answer)
{
	*answer = real_call(call);
	if (call->nr != SYS_bpf || call->arg[0] != BPF_PROG_LOAD || *answer >= 0 ||
	    !must_be_refused((const union bpf_attr *)call->arg[1]))
		return false;
	*answer = granted(call);
	return true;
}

/* Refuses programs without a reason in the log. */
static bool empty_log(const struct call *call, long *answer)
{
	const union bpf_attr *attr = (const union bpf_attr *)call->arg[1];

	*answer = real_call(call);
	if (call->nr != SYS_bpf || call->arg[0] != BPF_PROG_LOAD || *answer >= 0 ||
	    !must_be_refused(attr) || !attr->log_buf)
		return false;
	*(char *)(uintptr_t)attr->log_buf = '\0';
	return true;
}

/* ---- files with wrong contents */

/* Returns a descriptor of /proc/kallsyms without the lines that have @name. */
static int kallsyms_without(const char *name)
{
	const struct call call = { SYS_openat,
				   { AT_FDCWD, (long)"/proc/kallsyms", O_RDONLY | O_CLOEXEC } };
	int real = (int)real_call(&call), fd = memfd_create("kallsyms", MFD_CLOEXEC),
	    copy = dup(fd);
	char line[1024];
	FILE *in, *out;

	if (real < 0 || copy < 0)
		abort();
	in = fdopen(real, "r");
	out = fdopen(copy, "w");
	if (!in || !out)
		abort();
	while (fgets(line, sizeof(line), in))
		if (!strstr(line, name))
			fputs(line, out);
	fclose(in);
	fclose(out);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

/* ---- all lies */

enum iterator_lie { NO_LIE, MISSING, EMPTY, ENDLESS };

static const struct lie {
	const char *name;
	bool (*answer)(const struct call *call, long *answer);
	enum iterator_lie iterator;
	const char *no_symbol; /* symbols with this in their names are left out */
} lies[] = {
	{ .name = "cmds", .answer = ignore_cmds },
	{ .name = "maps", .answer = ignore_maps },
	{ .name = "progs", .answer = ignore_progs },
	{ .name = "attachs", .answer = ignore_attachs },
	{ .name = "grant", .answer = grant_all },
	{ .name = "info", .answer = falsify_info },
	{ .name = "rename", .answer = rename_nothing },
	{ .name = "keep", .answer = keep_pages },
	{ .name = "fault", .answer = read_fault },
	{ .name = "nothing", .answer = read_nothing },
	{ .name = "accept", .answer = accept_programs },
	{ .name = "mute", .answer = empty_log },
	{ .name = "symbol", .no_symbol = "_xdp_main" },
	{ .name = "subprog", .no_symbol = "_token_ksym_subprog" },
	{ .name = "missing", .iterator = MISSING },
	{ .name = "empty", .iterator = EMPTY },
	{ .name = "endless", .iterator = ENDLESS },
};

static const struct lie *chosen;

void lies__choose(const char *name)
{
	for (size_t i = 0; name && i < sizeof(lies) / sizeof(*lies); i++)
		if (!strcmp(lies[i].name, name))
			chosen = &lies[i];
	if (name && !chosen) {
		fprintf(stderr, "liar: LIAR=%s: there is no such lie\n", name);
		_exit(2);
	}
}

bool lies__answer(const struct call *call, long *answer)
{
	if (chosen && chosen->answer)
		return chosen->answer(call, answer);
	*answer = real_call(call);
	return false;
}

int lies__open(const char *path)
{
	const char *name = strrchr(path, '/');

	if (chosen && chosen->no_symbol && !strcmp(path, "/proc/kallsyms"))
		return kallsyms_without(chosen->no_symbol);
	if (!chosen || !name || (strcmp(name, "/maps.debug") && strcmp(name, "/progs.debug")))
		return 0;
	switch (chosen->iterator) {
	case MISSING:
		return -ENOENT;
	case EMPTY:
		return memfd_create("empty", MFD_CLOEXEC);
	case ENDLESS: {
		const struct call call = { SYS_openat,
					   { AT_FDCWD, (long)"/dev/zero", O_RDONLY | O_CLOEXEC } };

		return (int)real_call(&call);
	}
	default:
		return 0;
	}
}
