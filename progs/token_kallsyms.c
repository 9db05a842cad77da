// SPDX-License-Identifier: GPL-2.0
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

/* A subprogram has a symbol of its own. */
__attribute__((noinline)) int token_ksym_subprog(struct xdp_md *xdp)
{
	return xdp ? XDP_PASS : XDP_DROP;
}

SEC("xdp")
int xdp_main(struct xdp_md *xdp)
{
	return token_ksym_subprog(xdp);
}

char _license[] SEC("license") = "GPL";
