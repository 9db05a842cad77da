// SPDX-License-Identifier: GPL-2.0
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

/*
 * No global variables: they would make libbpf probe for global data, with an array map and a socket
 * filter, which a token for struct_ops need not delegate.
 */
SEC("struct_ops/test_1")
int BPF_PROG(priv_test_1, struct bpf_dummy_ops_state *state)
{
	return 0;
}

SEC(".struct_ops")
struct bpf_dummy_ops priv_dummy_ops = {
	.test_1 = (void *)priv_test_1,
};

char _license[] SEC("license") = "GPL";
