// SPDX-License-Identifier: GPL-2.0
/*
 * Reads a file through file dynptrs when process @pid opens it: in the hook, which may not sleep,
 * or in task work, which may. User space sets the file and the reads, and checks the results.
 */
#include "file_reader.h"

#define FILE_BYTES (5 * 65536) /* whole pages, of 4, 16 or 64 KiB */
#define READS 6
#define EXE_BYTES 64

int pid; /* its number in the pid namespace below */
__u64 pid_ns_dev, pid_ns_ino;
__u64 file_ino;
__u64 map_addr; /* address of a mapping of the file */
__u64 odd_offset;

/* Number of runs of each part, and the first error that no read returned. */
int open_runs, open_err;
int work_runs, work_err;

/* The reads: @size bytes at @offset go to @data, the result to @ret. */
struct {
	__u64 offset;
	__u32 size;
	int ret;
	char data[FILE_BYTES];
} reads[READS];

/* Results after the dynptr was limited to the byte at @odd_offset. */
int adjust_ret, one_ret, two_ret, beyond_ret;
char one, two[2], beyond;

/* The start of the executable of the process. */
int exe_ret;
char exe[EXE_BYTES];

struct work {
	struct bpf_task_work tw;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct work);
} works SEC(".maps");

static bool is_mine(struct file *file)
{
	struct bpf_pidns_info ids;

	return !bpf_get_ns_current_pid_tgid(pid_ns_dev, pid_ns_ino, &ids, sizeof(ids)) &&
	       ids.tgid == pid && file->f_inode->i_ino == file_ino;
}

static void read_dynptr(struct bpf_dynptr *ptr)
{
	for (int i = 0; i < READS; i++) {
		__u32 size = reads[i].size;

		if (size <= FILE_BYTES)
			reads[i].ret =
				bpf_dynptr_read(reads[i].data, size, ptr, reads[i].offset, 0);
	}
	adjust_ret = bpf_dynptr_adjust(ptr, odd_offset, odd_offset + 1);
	one_ret = bpf_dynptr_read(&one, sizeof(one), ptr, 0, 0);
	two_ret = bpf_dynptr_read(two, sizeof(two), ptr, 0, 0);
	beyond_ret = bpf_dynptr_read(&beyond, sizeof(beyond), ptr, 1, 0);
}

SEC("lsm/file_open")
int BPF_PROG(on_open_expect_fault, struct file *file)
{
	struct bpf_dynptr ptr;

	if (!is_mine(file))
		return 0;
	open_runs++;
	open_err = bpf_dynptr_from_file(file, 0, &ptr);
	if (!open_err)
		read_dynptr(&ptr);
	/* The verifier requires the discard even if the dynptr could not be made. */
	bpf_dynptr_file_discard(&ptr);
	return 0;
}

static int read_exe(void)
{
	struct bpf_dynptr ptr;
	struct file *file;
	int err;

	file = bpf_get_task_exe_file(bpf_get_current_task_btf());
	if (!file)
		return -1;
	err = bpf_dynptr_from_file(file, 0, &ptr);
	if (!err)
		err = bpf_dynptr_read(exe, sizeof(exe), &ptr, 0, 0);
	bpf_dynptr_file_discard(&ptr);
	bpf_put_file(file);
	return err;
}

/* Reads the file that is mapped at @map_addr. */
static int read_mapped_file(void)
{
	struct bpf_iter_task_vma it;
	struct vm_area_struct *vma;
	struct file *file = NULL;
	struct bpf_dynptr ptr;
	int err;

	err = bpf_iter_task_vma_new(&it, bpf_get_current_task_btf(), map_addr);
	vma = bpf_iter_task_vma_next(&it);
	if (vma)
		file = vma->vm_file;
	if (file) {
		err = bpf_dynptr_from_file(file, 0, &ptr);
		if (!err)
			read_dynptr(&ptr);
		bpf_dynptr_file_discard(&ptr);
	} else if (!err) {
		err = -1;
	}
	bpf_iter_task_vma_destroy(&it);
	return err;
}

static int read_in_task_work(struct bpf_map *map, void *key, void *value)
{
	work_runs++;
	exe_ret = read_exe();
	work_err = read_mapped_file();
	return 0;
}

SEC("lsm/file_open")
int BPF_PROG(on_open_validate_file_read, struct file *file)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct work *work;
	int key = 0;

	if (!is_mine(file))
		return 0;
	open_runs++;
	work = bpf_map_lookup_elem(&works, &key);
	if (!work)
		open_err = -1;
	else if (bpf_ksym_exists(bpf_task_work_schedule_signal))
		open_err =
			bpf_task_work_schedule_signal(task, &work->tw, &works, read_in_task_work);
	else
		open_err = bpf_task_work_schedule_signal_impl(task, &work->tw, &works,
							      read_in_task_work, NULL);
	return 0;
}

char _license[] SEC("license") = "GPL";
