// SPDX-License-Identifier: GPL-2.0
/*
 * Since 7.2 a file may not be put while there is a dynptr of it, even one that is discarded later:
 * what was read through it, or sliced out of it, would have outlived the file.
 */
#include "file_reader.h"
#include "bpf_misc.h"

char buf[16];

SEC("lsm/file_open")
__failure __msg("Leaking reference")
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
	bpf_dynptr_file_discard(&ptr);
	return 0;
}

SEC("lsm/file_open")
__failure __msg("Leaking reference")
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
	bpf_dynptr_file_discard(&ptr);
	return 0;
}

char _license[] SEC("license") = "GPL";
