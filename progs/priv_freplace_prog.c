// SPDX-License-Identifier: GPL-2.0
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

/* The loader sets the program to replace. */
SEC("freplace")
int xdp_replacement(struct xdp_md *xdp)
{
	return XDP_DROP;
}

char _license[] SEC("license") = "GPL";
