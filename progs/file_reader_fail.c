// SPDX-License-Identifier: GPL-2.0
/* What the verifier must refuse of programs with files and file dynptrs. */
#include "file_reader.h"
#include "bpf_misc.h"

SEC("lsm/file_open")
__failure __msg("Unreleased reference")
int file_never_put(void *ctx)
{
	bpf_get_task_exe_file(bpf_get_current_task_btf());
	return 0;
}

SEC("xdp")
__failure __msg("Expected a dynptr of type file")
int discard_of_xdp_dynptr(struct xdp_md *xdp)
{
	struct bpf_dynptr ptr;

	bpf_dynptr_from_xdp(xdp, 0, &ptr);
	bpf_dynptr_file_discard(&ptr);
	return 0;
}

SEC("lsm/file_open")
__failure __msg("Expected an initialized dynptr")
int discard_of_uninitialized_dynptr(void *ctx)
{
	struct bpf_dynptr ptr;

	bpf_dynptr_file_discard(&ptr);
	return 0;
}

char _license[] SEC("license") = "GPL";
