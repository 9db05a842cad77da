// SPDX-License-Identifier: GPL-2.0
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

/* Loading an XDP program takes CAP_BPF and CAP_NET_ADMIN. */
SEC("xdp")
int xdp_target(struct xdp_md *xdp)
{
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
