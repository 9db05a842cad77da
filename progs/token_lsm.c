// SPDX-License-Identifier: GPL-2.0
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define EPERM 1

/* The only process to watch, by its number in a pid namespace. */
int my_pid;
__u64 pid_ns_dev, pid_ns_ino;
/* The operations to refuse. */
bool reject_capable;
bool reject_cmd;

static int verdict(bool reject)
{
	struct bpf_pidns_info ids;

	if (!reject || bpf_get_ns_current_pid_tgid(pid_ns_dev, pid_ns_ino, &ids, sizeof(ids)) ||
	    ids.tgid != my_pid)
		return 0;
	/* Keep the branch: older verifiers lose the bounds if it becomes arithmetic. */
	barrier();
	return -EPERM;
}

SEC("lsm/bpf_token_capable")
int BPF_PROG(token_capable, struct bpf_token *token, int cap)
{
	return verdict(reject_capable);
}

SEC("lsm/bpf_token_cmd")
int BPF_PROG(token_cmd, struct bpf_token *token, enum bpf_cmd cmd)
{
	return verdict(reject_cmd);
}

char _license[] SEC("license") = "GPL";
