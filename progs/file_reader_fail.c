// SPDX-License-Identifier: GPL-2.0
/* Programs with files and file dynptrs that the verifier must refuse. */
#include "file_reader.h"
#include "bpf_misc.h"

char buf[16];

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

/*
 * Kernels have one of two rules (the newer one since 7.2):
 * - The dynptr has a reference of its own to the file. The file may be put first, but a dynptr that
 *   is not discarded leaks a reference.
 * - The dynptr borrows the file. The file must not be put before the dynptr is discarded, since
 *   reads and slices would outlive it. The verifier of such a kernel knows parents of references.
 */
struct bpf_reg_state___borrows {
	__u32 parent_id;
} __attribute__((preserve_access_index));

static __always_inline void discard_if_borrowed(struct bpf_dynptr *ptr)
{
	if (bpf_core_field_exists(struct bpf_reg_state___borrows, parent_id))
		bpf_dynptr_file_discard(ptr);
}

SEC("lsm/file_open")
__failure __msg("{{Unreleased|Leaking}} reference")
int read_after_put(void *ctx)
{
	struct bpf_dynptr ptr;
	struct file *file;

	file = bpf_get_task_exe_file(bpf_get_current_task_btf());
	if (!file)
		return 0;
	bpf_dynptr_from_file(file, 0, &ptr);
	bpf_put_file(file);
	bpf_dynptr_read(buf, sizeof(buf), &ptr, 0, 0);
	discard_if_borrowed(&ptr);
	return 0;
}

SEC("lsm/file_open")
__failure __msg("{{Unreleased|Leaking}} reference")
int slice_after_put(void *ctx)
{
	struct bpf_dynptr ptr;
	struct file *file;
	char *slice;

	file = bpf_get_task_exe_file(bpf_get_current_task_btf());
	if (!file)
		return 0;
	bpf_dynptr_from_file(file, 0, &ptr);
	slice = bpf_dynptr_slice(&ptr, 0, NULL, sizeof(buf));
	bpf_put_file(file);
	if (slice)
		buf[0] = slice[0];
	discard_if_borrowed(&ptr);
	return 0;
}

char _license[] SEC("license") = "GPL";
