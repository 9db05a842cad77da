// SPDX-License-Identifier: GPL-2.0
/*
 * Dynptrs over a file's contents. A program that may not sleep reads what is in the page cache, and
 * gets -EFAULT for anything else. Task work reads everything.
 *
 * The file is private (see private_file.h), and the program reads it when this process opens it. So
 * the state of the page cache is known, beside any load. The test's name says serial because CI's
 * lists know it by that name.
 *
 * Report: https://github.com/kernel-patches/bpf/issues/451
 */
#define _GNU_SOURCE
#include <sys/stat.h>
#include <test_progs.h>

#include "kernel_features.h"
#include "private_file.h"

#include "file_reader.skel.h"
#include "file_reader_fail.skel.h"

#define FILE_BYTES sizeof(((struct file_reader__bss *)0)->reads[0].data)
#define READS ARRAY_SIZE(((struct file_reader__bss *)0)->reads)
#define SOME_BYTES 100
#define UNREAD 0x5a /* in buffers, before the program reads */

static const char *const read_names[READS] = {
	"read whole file",    "read from offset 1",    "read first bytes",
	"read at odd offset", "read across two pages", "read last byte",
};

static void set_read(struct file_reader *skel, int i, __u64 offset, __u32 size)
{
	skel->bss->reads[i].offset = offset;
	skel->bss->reads[i].size = size;
}

/* Tells the program which file to read, and which parts of it. */
static bool prepare(struct file_reader *skel, const struct private_file *file)
{
	struct stat pid_ns;

	if (!ASSERT_OK(stat("/proc/self/ns/pid", &pid_ns), "stat pid namespace"))
		return false;
	skel->bss->pid_ns_dev = pid_ns.st_dev;
	skel->bss->pid_ns_ino = pid_ns.st_ino;
	skel->bss->pid = getpid();
	skel->bss->file_ino = file->ino;
	skel->bss->map_addr = (__u64)(unsigned long)file->map;
	skel->bss->odd_offset = file->page + 1;
	set_read(skel, 0, 0, FILE_BYTES);
	set_read(skel, 1, 1, FILE_BYTES - 1);
	set_read(skel, 2, 0, SOME_BYTES);
	set_read(skel, 3, file->page + 1, SOME_BYTES);
	set_read(skel, 4, file->page - SOME_BYTES / 2, SOME_BYTES);
	set_read(skel, 5, FILE_BYTES - 1, 1);
	return true;
}

/*
 * Opens the file, so that the program runs. Fills the buffers before, so that a missing write
 * shows.
 */
static bool open_file(struct file_reader *skel, const struct private_file *file)
{
	struct file_reader__bss *bss = skel->bss;
	int fd;

	for (size_t i = 0; i < READS; i++) {
		memset(bss->reads[i].data, UNREAD, bss->reads[i].size);
		bss->reads[i].ret = 1;
	}
	memset(bss->exe, UNREAD, sizeof(bss->exe));
	bss->one = UNREAD;
	bss->exe_ret = 1;
	bss->adjust_ret = 1;
	bss->one_ret = 1;
	bss->two_ret = 1;
	bss->beyond_ret = 1;
	bss->open_runs = 0;
	bss->open_err = 0;
	bss->work_runs = 0;
	bss->work_err = 0;
	fd = open(file->path, O_RDONLY | O_CLOEXEC);
	if (!ASSERT_OK_FD(fd, "open private file"))
		return false;
	close(fd);
	return true;
}

/*
 * Checks all results of the program. Reads of pages that are not @cached must fail; if @cached is
 * NULL all reads must succeed. @expected is the contents of the file.
 */
static bool check_reads(const struct file_reader *skel, const struct private_file *file,
			const char *expected, const bool *cached)
{
	const struct file_reader__bss *bss = skel->bss;
	int one_ret = !cached || cached[bss->odd_offset / file->page] ? 0 : -EFAULT;

	for (size_t i = 0; i < READS; i++) {
		size_t start = bss->reads[i].offset, end = start + bss->reads[i].size;
		int ret = 0;

		for (size_t page = start / file->page; page * file->page < end; page++)
			if (cached && !cached[page])
				ret = -EFAULT;
		if (!ASSERT_EQ(bss->reads[i].ret, ret, read_names[i]) ||
		    (!ret && !ASSERT_MEMEQ(bss->reads[i].data, expected + start, end - start,
					   read_names[i])))
			return false;
	}
	return ASSERT_OK(bss->adjust_ret, "adjust to one byte") &&
	       ASSERT_EQ(bss->one_ret, one_ret, "read one byte of one") &&
	       (one_ret || ASSERT_EQ(bss->one, expected[bss->odd_offset], "one byte of one")) &&
	       ASSERT_EQ(bss->two_ret, -E2BIG, "read two bytes of one") &&
	       ASSERT_EQ(bss->beyond_ret, -E2BIG, "read behind one byte");
}

/* Sets @cached for each page. Returns the number of cached pages, or -1. */
static int look_at_cache(const struct private_file *file, bool *cached)
{
	int total = 0;

	for (size_t page = 0; page < file->pages; page++) {
		int count = private_file__cached(file, page, 1);

		if (count < 0)
			return -1;
		cached[page] = count;
		total += count;
	}
	return total;
}

/*
 * Makes the program, which may not sleep, read the file. Checks that it reads cached pages only,
 * and that the read adds no page to the page cache.
 */
static bool check_cached_only(struct file_reader *skel, const struct private_file *file,
			      const char *expected, size_t want_cached)
{
	bool cached[file->pages];
	int count = look_at_cache(file, cached);

	return ASSERT_EQ(count, want_cached, "pages in page cache before") &&
	       open_file(skel, file) && ASSERT_EQ(skel->bss->open_runs, 1, "program ran") &&
	       ASSERT_OK(skel->bss->open_err, "make dynptr from opened file") &&
	       check_reads(skel, file, expected, cached) &&
	       ASSERT_EQ(look_at_cache(file, cached), want_cached, "pages in page cache after");
}

static void check_fault(struct file_reader *skel, const struct private_file *file,
			const char *expected)
{
	char *data = malloc(FILE_BYTES);
	size_t first;

	/* Read-ahead makes large folios, if the file system has them. Locked folios stay cached. */
	if (!ASSERT_OK_PTR(data, "malloc") ||
	    !ASSERT_OK(private_file__read(file, data), "read file") ||
	    !ASSERT_OK(private_file__hold(file, file->pages), "hold all pages") ||
	    !check_cached_only(skel, file, expected, file->pages))
		goto out;
	if (!ASSERT_TRUE(private_file__evict(file), "drop pages from page cache") ||
	    !check_cached_only(skel, file, expected, 0))
		goto out;
	if (!ASSERT_OK(private_file__hold(file, 1), "hold first page"))
		goto out;
	/* One page, or all pages of one block of the file system. */
	first = private_file__cached(file, 0, file->pages);
	if (ASSERT_LT(first, file->pages, "pages left out"))
		check_cached_only(skel, file, expected, first);
out:
	free(data);
}

static bool check_exe(const struct file_reader *skel)
{
	char header[sizeof(skel->bss->exe)];
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (!ASSERT_OK_FD(fd, "open executable"))
		return false;
	got = read(fd, header, sizeof(header));
	close(fd);
	return ASSERT_EQ(got, sizeof(header), "read executable") &&
	       ASSERT_OK(skel->bss->exe_ret, "read executable in task work") &&
	       ASSERT_MEMEQ(skel->bss->exe, header, sizeof(header), "start of executable");
}

static void check_task_work(struct file_reader *skel, const struct private_file *file,
			    const char *expected)
{
	/* -EBUSY: the lock of the process's mappings was taken, and the kernel does not wait. */
	do {
		if (!ASSERT_TRUE(private_file__evict(file), "drop pages from page cache") ||
		    !open_file(skel, file) || !ASSERT_EQ(skel->bss->open_runs, 1, "program ran") ||
		    !ASSERT_OK(skel->bss->open_err, "schedule task work") ||
		    !ASSERT_EQ(skel->bss->work_runs, 1, "task work ran"))
			return;
	} while (skel->bss->work_err == -EBUSY);
	if (ASSERT_OK(skel->bss->work_err, "make dynptr from mapped file") &&
	    check_reads(skel, file, expected, NULL) && check_exe(skel) && file->read_caches)
		ASSERT_EQ(private_file__cached(file, 0, file->pages), file->pages,
			  "pages that task work has read");
}

static void skip(const char *reason)
{
	printf("%s:SKIP:%s\n", __func__, reason);
	test__skip();
}

/* Returns 0 with *@skel set, its programs loaded, or a negative errno. */
static int load_programs(struct file_reader **skel, bool with_task_work)
{
	int err;

	*skel = file_reader__open();
	if (!*skel)
		return -errno;
	bpf_program__set_autoload((*skel)->progs.on_open_validate_file_read, with_task_work);
	err = file_reader__load(*skel);
	if (err) {
		file_reader__destroy(*skel);
		*skel = NULL;
	}
	return err;
}

/* Fills @data so that every page and every shift of it differs. */
static void fill(char *data, size_t size)
{
	__u32 state = 1;

	for (size_t i = 0; i < size; i++) {
		state = state * 1664525 + 1013904223;
		data[i] = state >> 24;
	}
}

/* Loaded before any subtest, to find out if this kernel can run them. */
static struct file_reader *loaded;
static int load_err, task_work_err;

/* Runs @check with a private file, and with @prog attached. */
static void run_with_file(struct bpf_program *prog,
			  void (*check)(struct file_reader *skel, const struct private_file *file,
					const char *expected))
{
	static char expected[FILE_BYTES];
	struct private_file file = {};
	struct bpf_link *link;
	const char *why;
	char reason[1024];

	if (bpf_lsm_is_inactive()) {
		skip(BPF_LSM_INACTIVE);
		return;
	}
	fill(expected, sizeof(expected));
	if (!private_file__open(&file, expected, sizeof(expected), reason, sizeof(reason))) {
		skip(reason);
		return;
	}
	link = bpf_program__attach(prog);
	why = link ? NULL : lsm_skip_reason(-errno, "bpf_lsm_file_open");
	if (why)
		skip(why);
	else if (ASSERT_OK_PTR(link, "attach program") && prepare(loaded, &file))
		check(loaded, &file, expected);
	bpf_link__destroy(link);
	private_file__close(&file);
}

static void on_open_expect_fault(void)
{
	if (ASSERT_OK(load_err, "load file_reader"))
		run_with_file(loaded->progs.on_open_expect_fault, check_fault);
}

static void on_open_validate_file_read(void)
{
	if (task_work_err && !kernel_has("bpf_task_work_schedule_signal") &&
	    !kernel_has("bpf_task_work_schedule_signal_impl"))
		skip("no bpf_task_work_schedule_signal() in this kernel");
	else if (ASSERT_OK(task_work_err, "load file_reader with task work"))
		run_with_file(loaded->progs.on_open_validate_file_read, check_task_work);
}

static void negative(void)
{
	RUN_TESTS(file_reader_fail);
}

/* Returns why this kernel can run none of the subtests, or NULL. */
static const char *skip_all_reason(void)
{
	if (load_err && !kernel_has("bpf_dynptr_from_file"))
		return "no bpf_dynptr_from_file() in this kernel (before 6.19)";
	return lsm_skip_reason(load_err, "bpf_lsm_file_open");
}

void serial_test_file_reader(void)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} subtests[] = {
		{ "on_open_expect_fault", on_open_expect_fault },
		{ "on_open_validate_file_read", on_open_validate_file_read },
		{ "negative", negative },
	};
	const char *skip_all;

	/* With this variable libbpf would look for a token for every object. */
	unsetenv("LIBBPF_BPF_TOKEN_PATH");
	/* Both at once, as libbpf reads the kernel's types for each load. */
	task_work_err = load_programs(&loaded, true);
	load_err = task_work_err ? load_programs(&loaded, false) : 0;
	skip_all = skip_all_reason();
	for (size_t i = 0; i < ARRAY_SIZE(subtests); i++) {
		if (!test__start_subtest(subtests[i].name))
			continue;
		if (skip_all)
			skip(skip_all);
		else
			subtests[i].run();
	}
	file_reader__destroy(loaded);
}
