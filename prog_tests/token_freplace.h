/* SPDX-License-Identifier: GPL-2.0 */
/*
 * token_freplace: subtests in which a program is loaded with a token, and then its replacement.
 */
#ifndef __TOKEN_FREPLACE_H
#define __TOKEN_FREPLACE_H

#include <test_progs.h>

#include "kernel_features.h"
#include "token_frame.h"

#include "priv_freplace_prog.skel.h"
#include "priv_prog.skel.h"

/* Since libbpf 1.6. */
extern int bpf_object__prepare(struct bpf_object *obj) __attribute__((weak));

static inline const char *prepare_skip_reason(void)
{
	return bpf_object__prepare ? NULL : "libbpf has no bpf_object__prepare() (before 1.6)";
}

/* The kernel replaces compiled programs only. */
static inline const char *replace_skip_reason(void)
{
	return bpf_jit_is_off() ? BPF_JIT_OFF : prepare_skip_reason();
}

/* Loads the program that replaces @target's. Returns 0 or -1. */
static inline int load_freplace(struct token_child *child, struct priv_freplace_prog *skel,
				int target_fd)
{
	int err;

	/* Looking up the target's types needs a token, which only a prepared object has. */
	if (!ASSERT_OK(bpf_object__prepare(skel->obj), "prepare freplace"))
		return -1;
	err = bpf_program__set_attach_target(skel->progs.xdp_replacement, target_fd, "xdp_target");
	if (err == -EINVAL && !kernel_has("fd_by_id_token_fd"))
		return skip_subtest(child, "BPF_BTF_GET_FD_BY_ID takes no token in this kernel");
	if (!ASSERT_OK(err, "set attach target") ||
	    !ASSERT_OK(priv_freplace_prog__load(skel), "load freplace"))
		return -1;
	return 0;
}

static inline int load_freplace_unprepared(struct token_child *child,
					   struct priv_freplace_prog *skel, int target_fd)
{
	int err;

	(void)child;
	err = bpf_program__set_attach_target(skel->progs.xdp_replacement, target_fd, "xdp_target");
	return refused(err, "set attach target unprepared") ? 0 : -1;
}

/* Loads a program with the token, opens its replacement, and calls @load to load that. */
static inline int check_freplace(struct token_child *child,
				 int (*load)(struct token_child *child,
					     struct priv_freplace_prog *skel, int target_fd))
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .bpf_token_path = child->token_path);
	struct priv_freplace_prog *skel;
	struct priv_prog *target;
	int err = -1;

	target = priv_prog__open_opts(&opts);
	skel = priv_freplace_prog__open_opts(&opts);
	if (ASSERT_OK_PTR(target, "open target") && ASSERT_OK_PTR(skel, "open freplace") &&
	    ASSERT_OK(priv_prog__load(target), "load target"))
		err = load(child, skel, bpf_program__fd(target->progs.xdp_target));
	priv_freplace_prog__destroy(skel);
	priv_prog__destroy(target);
	return err;
}

static inline int obj_priv_freplace_prog(struct token_child *child)
{
	return check_freplace(child, load_freplace);
}

static inline int obj_priv_freplace_prog_fail(struct token_child *child)
{
	return check_freplace(child, load_freplace_unprepared);
}

#endif
