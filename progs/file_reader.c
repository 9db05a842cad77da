// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the executable of process @pid through file dynptrs, once each: when the process opens a
 * file, where nothing may sleep, and in task work, where I/O is possible. User space says where the
 * region to read lies, and looks at what was read.
 */
#include "file_reader.h"

#define REGION_BYTES 256000
#define ODD_OFFSET 4097
#define ODD_BYTES 100

int pid; /* as the pid namespace below numbers it */
__u64 pid_ns_dev, pid_ns_ino;
__u64 region; /* offset in the file */

/* How often each part ran, and the first error of its own (not of a read). */
int fault_runs, schedule_runs, read_runs;
int fault_err, schedule_err, read_err;
/* What the reads returned. */
int fault_ret;
int whole_ret, from_one_ret, last_ret, odd_ret, adjust_ret;
int one_ret, two_ret, beyond_ret;
/* What they read. */
char fault_buf[REGION_BYTES];
char whole[REGION_BYTES];
char from_one[REGION_BYTES];
char last, odd[ODD_BYTES], one, two[2], beyond;

struct work {
	struct bpf_task_work tw;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct work);
} works SEC(".maps");

static bool is_mine(void)
{
	struct bpf_pidns_info ids;

	return !bpf_get_ns_current_pid_tgid(pid_ns_dev, pid_ns_ino, &ids, sizeof(ids)) &&
	       ids.tgid == pid;
}

SEC("lsm/file_open")
int on_open_expect_fault(void *ctx)
{
	struct bpf_dynptr ptr;
	struct file *file;

	if (!is_mine() || fault_runs)
		return 0;
	fault_runs++;
	file = bpf_get_task_exe_file(bpf_get_current_task_btf());
	if (!file) {
		fault_err = 1;
		return 0;
	}
	/* A dynptr that could not be made has to be discarded all the same. */
	if (bpf_dynptr_from_file(file, 0, &ptr))
		fault_err = 2;
	else
		fault_ret = bpf_dynptr_read(fault_buf, sizeof(fault_buf), &ptr, region, 0);
	bpf_dynptr_file_discard(&ptr);
	bpf_put_file(file);
	return 0;
}

/* Reads here and there in the region, and at the edges of what adjusting leaves of it. */
static void read_region(struct bpf_dynptr *ptr)
{
	whole_ret = bpf_dynptr_read(whole, sizeof(whole), ptr, region, 0);
	from_one_ret = bpf_dynptr_read(from_one, sizeof(from_one) - 1, ptr, region + 1, 0);
	last_ret = bpf_dynptr_read(&last, sizeof(last), ptr, region + REGION_BYTES - 1, 0);
	odd_ret = bpf_dynptr_read(odd, sizeof(odd), ptr, region + ODD_OFFSET, 0);

	adjust_ret = bpf_dynptr_adjust(ptr, region, region + REGION_BYTES);
	if (!adjust_ret)
		adjust_ret = bpf_dynptr_adjust(ptr, ODD_OFFSET, ODD_OFFSET + 1);
	one_ret = bpf_dynptr_read(&one, sizeof(one), ptr, 0, 0);
	two_ret = bpf_dynptr_read(two, sizeof(two), ptr, 0, 0);
	beyond_ret = bpf_dynptr_read(&beyond, sizeof(beyond), ptr, 1, 0);
}

static int read_in_task_work(struct bpf_map *map, void *key, void *value)
{
	struct bpf_dynptr ptr;
	struct file *file;

	read_runs++;
	file = bpf_get_task_exe_file(bpf_get_current_task_btf());
	if (!file) {
		read_err = 1;
		return 0;
	}
	if (bpf_dynptr_from_file(file, 0, &ptr))
		read_err = 2;
	else
		read_region(&ptr);
	bpf_dynptr_file_discard(&ptr);
	bpf_put_file(file);
	return 0;
}

SEC("lsm/file_open")
int on_open_validate_file_read(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct work *work;
	int key = 0;

	if (!is_mine() || schedule_runs)
		return 0;
	schedule_runs++;
	work = bpf_map_lookup_elem(&works, &key);
	if (!work)
		schedule_err = 1;
	else if (bpf_ksym_exists(bpf_task_work_schedule_signal))
		schedule_err =
			bpf_task_work_schedule_signal(task, &work->tw, &works, read_in_task_work);
	else
		schedule_err = bpf_task_work_schedule_signal_impl(task, &work->tw, &works,
								  read_in_task_work, NULL);
	return 0;
}

char _license[] SEC("license") = "GPL";
