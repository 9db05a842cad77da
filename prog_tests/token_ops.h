/* SPDX-License-Identifier: GPL-2.0 */
/*
 * token_ops: operations that a BPF token can allow, and checks of when they are refused.
 */
#ifndef __TOKEN_OPS_H
#define __TOKEN_OPS_H

#include <bpf/btf.h>
#include <test_progs.h>

#include "cap_helpers.h"
#include "token_frame.h"

/* All capabilities that BPF asks for. */
#define BPF_CAPS (BIT_ULL(CAP_BPF) | BIT_ULL(CAP_PERFMON) | BIT_ULL(CAP_NET_ADMIN) | \
		  BIT_ULL(CAP_SYS_ADMIN))

/*
 * A privileged operation, with @token_fd, or without a token if that is 0. Returns a descriptor or
 * a negative errno.
 */
typedef int privileged_op(int token_fd);

/*
 * The square: an operation that needs a token and capabilities is refused without either, and
 * allowed with both. A kernel that refuses everything fails too.
 */
static inline int check_square(const struct token_child *child, privileged_op *op)
{
	__u64 caps;

	if (!ASSERT_OK(cap_disable_effective(BPF_CAPS, &caps), "drop capabilities"))
		return -1;
	if (!refused_fd(op(0), "no token, no capabilities") ||
	    !refused_fd(op(child->token_fd), "token, no capabilities"))
		return -1;
	if (!ASSERT_OK(cap_enable_effective(caps, NULL), "restore capabilities"))
		return -1;
	if (!refused_fd(op(0), "capabilities, no token") ||
	    !granted_fd(op(child->token_fd), "token and capabilities"))
		return -1;
	return 0;
}

static inline int create_map(enum bpf_map_type type, int token_fd)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts,
		    .map_flags = token_fd ? BPF_F_TOKEN_FD : 0,
		    .token_fd = token_fd);

	return bpf_map_create(type, "token_map", 0, 8, 1, &opts);
}

static inline int create_stack_map(int token_fd)
{
	return create_map(BPF_MAP_TYPE_STACK, token_fd);
}

static inline int create_queue_map(int token_fd)
{
	return create_map(BPF_MAP_TYPE_QUEUE, token_fd);
}

static inline int load_btf(int token_fd)
{
	LIBBPF_OPTS(bpf_btf_load_opts, opts,
		    .btf_flags = token_fd ? BPF_F_TOKEN_FD : 0,
		    .token_fd = token_fd);
	struct btf *btf = btf__new_empty();
	const void *data;
	int fd = -ENOMEM;
	__u32 size;

	if (btf && btf__add_int(btf, "token_int", 4, BTF_INT_SIGNED) > 0) {
		data = btf__raw_data(btf, &size);
		if (data)
			fd = bpf_btf_load(data, size, &opts);
	}
	btf__free(btf);
	return fd;
}

/* The types of the kernel itself always have ID 1. */
static inline int get_btf_by_id(int token_fd)
{
	LIBBPF_OPTS(bpf_get_fd_by_id_opts, opts,
		    .open_flags = token_fd ? BPF_F_TOKEN_FD : 0,
		    .token_fd = token_fd);

	return bpf_btf_get_fd_by_id_opts(1, &opts);
}

#define CALL_HELPER(helper) { .code = BPF_JMP | BPF_CALL, .imm = (helper) }

static inline int load_prog(enum bpf_prog_type type, enum bpf_attach_type attach_type, int token_fd)
{
	static const struct bpf_insn insns[] = {
		CALL_HELPER(BPF_FUNC_jiffies64),	/* needs CAP_BPF */
		CALL_HELPER(BPF_FUNC_get_current_task), /* needs CAP_PERFMON */
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts,
		    .expected_attach_type = attach_type,
		    .prog_flags = token_fd ? BPF_F_TOKEN_FD : 0,
		    .token_fd = token_fd);

	return bpf_prog_load(type, "token_prog", "GPL", insns, ARRAY_SIZE(insns), &opts);
}

static inline int load_xdp(int token_fd)
{
	return load_prog(BPF_PROG_TYPE_XDP, BPF_XDP, token_fd);
}

static inline int load_xdp_for_devmap(int token_fd)
{
	return load_prog(BPF_PROG_TYPE_XDP, BPF_XDP_DEVMAP, token_fd);
}

/*
 * The kernel compares the attach type with the token's mask, though a classifier does not use it.
 */
static inline int load_classifier(int token_fd)
{
	return load_prog(BPF_PROG_TYPE_SCHED_CLS, BPF_XDP, token_fd);
}

/* The operations that a token can allow, and the bits that each needs. */
static const struct token_op {
	const char *what;
	__u64 needs[DELEGATIONS];
	privileged_op *run;
	const char *kernel_name; /* in the types of kernels that have it; NULL: all have it */
} token_ops[] = {
	{
		.what = "create stack",
		.needs = { [CMDS] = BIT_ULL(BPF_MAP_CREATE), [MAPS] = BIT_ULL(BPF_MAP_TYPE_STACK) },
		.run = create_stack_map,
	},
	{
		.what = "create queue",
		.needs = { [CMDS] = BIT_ULL(BPF_MAP_CREATE), [MAPS] = BIT_ULL(BPF_MAP_TYPE_QUEUE) },
		.run = create_queue_map,
	},
	{
		.what = "load BTF",
		.needs = { [CMDS] = BIT_ULL(BPF_BTF_LOAD) },
		.run = load_btf,
	},
	{
		.what = "get BTF by ID",
		.needs = { [CMDS] = BIT_ULL(BPF_BTF_GET_FD_BY_ID) },
		.run = get_btf_by_id,
		.kernel_name = "fd_by_id_token_fd",
	},
	{
		.what = "load XDP program",
		.needs = { BIT_ULL(BPF_PROG_LOAD), [PROGS] = BIT_ULL(BPF_PROG_TYPE_XDP),
			   [ATTACHS] = BIT_ULL(BPF_XDP) },
		.run = load_xdp,
	},
	{
		.what = "load XDP program for devmap",
		.needs = { BIT_ULL(BPF_PROG_LOAD), [PROGS] = BIT_ULL(BPF_PROG_TYPE_XDP),
			   [ATTACHS] = BIT_ULL(BPF_XDP_DEVMAP) },
		.run = load_xdp_for_devmap,
	},
	{
		.what = "load classifier",
		.needs = { BIT_ULL(BPF_PROG_LOAD), [PROGS] = BIT_ULL(BPF_PROG_TYPE_SCHED_CLS),
			   [ATTACHS] = BIT_ULL(BPF_XDP) },
		.run = load_classifier,
	},
};

static inline bool is_delegated(const struct token_subtest *subtest, const struct token_op *op)
{
	for (int i = 0; i < DELEGATIONS; i++)
		if (op->needs[i] & ~token_frame__delegated(subtest, i))
			return false;
	return true;
}

/*
 * Tries all operations with token and capabilities. Those outside a mask must be refused, then
 * those that are delegated must be allowed.
 */
static inline int check_masks(const struct token_child *child)
{
	for (int granted = 0; granted <= 1; granted++) {
		for (size_t i = 0; i < ARRAY_SIZE(token_ops); i++) {
			const struct token_op *op = &token_ops[i];
			int fd;

			if (is_delegated(child->subtest, op) != granted)
				continue;
			fd = op->run(child->token_fd);
			if (fd == -EINVAL && op->kernel_name && !kernel_has(op->kernel_name))
				continue;
			if (granted ? !granted_fd(fd, op->what) : !refused_fd(fd, op->what))
				return -1;
		}
	}
	return 0;
}

#endif
