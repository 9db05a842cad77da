// SPDX-License-Identifier: GPL-2.0
SEC("lsm/file_open")
int on_open_expect_fault(void *c)
{
	local_err = bpf_dynptr_read(tmp_buf, user_buf_sz, &dynptr, user_buf_sz, 0);
	if (local_err == -EFAULT || local_err == 0) { /* Expect page fault or success */
		local_err = 0;
	}
}
char _license[] SEC("license") = "GPL";
