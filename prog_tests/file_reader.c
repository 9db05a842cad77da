// SPDX-License-Identifier: GPL-2.0
/*
 * Dynptrs over a file's contents. Where nothing may sleep, what is not in the page cache cannot be
 * read: -EFAULT. In task work it can, and is what user space has read.
 *
 * The file is the executable of a child; see private_exe.h for how its pages are kept out of the
 * page cache. The test is serial as CI knows it; it passes beside any load all the same.
 */
#define _GNU_SOURCE
#include <sys/stat.h>
#include <test_progs.h>

#include "forked_child.h"
#include "kernel_features.h"
#include "private_exe.h"

#include "file_reader.skel.h"
#include "file_reader_fail.skel.h"
#include "file_reader_fail_leak.skel.h"
#include "file_reader_fail_put.skel.h"

#define TIMEOUT_S 30	/* twice, and the runner's watchdog has not lost patience */
#define ODD_OFFSET 4097

/* Set in the environment of the child: the descriptor it is told to go on, "R". */
#define CHILD_ENV "FILE_READER_CHILD"
#define CHILD_NAME "file_reader_child"

/*
 * The child is this program, run again from the private file. It opens a file when it is told to,
 * and never comes to main().
 */
static void __attribute__((constructor)) opener_main(void)
{
	const char *go = getenv(CHILD_ENV);
	char byte;
	int fd;

	if (!go || strcmp(program_invocation_name, CHILD_NAME))
		return;
	/* To whom waits for it: all that had to be read to get here has been. */
	if (write(STDOUT_FILENO, "r", 1) != 1 || read(atoi(go), &byte, 1) != 1)
		_exit(1);
	fd = open("/dev/null", O_RDONLY);
	_exit(fd < 0);
}

struct child {
	pid_t pid;
	int ready_fd; /* reads a byte when it waits for go */
	int go_fd;
};

static void __attribute__((noreturn)) exec_child(int exe_fd, int ready_fd, int go_fd)
{
	char *argv[] = { CHILD_NAME, NULL };
	char go[16];

	/* dup() copies do not close on exec. */
	snprintf(go, sizeof(go), "%d", dup(go_fd));
	setenv(CHILD_ENV, go, 1);
	dup2(ready_fd, STDOUT_FILENO);
	syscall(SYS_execveat, exe_fd, "", argv, environ, AT_EMPTY_PATH);
	_exit(127);
}

/* Runs @exe_fd and waits until it is ready. Returns whether it is. */
static bool start_child(struct child *child, int exe_fd)
{
	struct pollfd ready = { .events = POLLIN };
	int ready_fds[2], go_fds[2];
	char byte;

	if (!ASSERT_OK(pipe2(ready_fds, O_CLOEXEC), "pipe"))
		return false;
	child->ready_fd = ready_fds[0];
	ready.fd = child->ready_fd;
	if (!ASSERT_OK(pipe2(go_fds, O_CLOEXEC), "pipe")) {
		close(ready_fds[1]);
		return false;
	}
	child->go_fd = go_fds[1];
	child->pid = forked_child__start();
	if (!child->pid)
		exec_child(exe_fd, ready_fds[1], go_fds[0]);
	close(ready_fds[1]);
	close(go_fds[0]);
	return ASSERT_GT(child->pid, 0, "fork") &&
	       ASSERT_EQ(poll(&ready, 1, TIMEOUT_S * 1000), 1, "child gets ready") &&
	       ASSERT_EQ(read(ready.fd, &byte, 1), 1, "child is ready");
}

/* Tells the child to open its file, if it is to @go on, and checks how it ends. */
static bool finish_child(struct child *child, bool go)
{
	bool passed;

	if (go)
		go = ASSERT_EQ(write(child->go_fd, "g", 1), 1, "tell child to go");
	else if (child->pid > 0)
		kill(child->pid, SIGKILL);
	if (child->go_fd >= 0)
		close(child->go_fd);
	if (child->ready_fd >= 0)
		close(child->ready_fd);
	if (child->pid <= 0)
		return false;
	passed = forked_child__wait(child->pid, TIMEOUT_S) == CHILD_PASSED;
	return go && passed;
}

/* One of the two ways to read: a program, and what must have come of it. */
struct reader {
	bool stacked_too; /* says something of a file without pages of its own */
	struct bpf_program *(*program)(struct file_reader *skel);
	bool (*check)(const struct file_reader *skel, const char *expected,
		      const struct private_exe *exe);
};

static struct bpf_program *fault_program(struct file_reader *skel)
{
	return skel->progs.on_open_expect_fault;
}

static bool check_fault(const struct file_reader *skel, const char *expected,
			const struct private_exe *exe)
{
	(void)expected;
	return ASSERT_EQ(skel->bss->fault_runs, 1, "program ran") &&
	       ASSERT_EQ(skel->bss->fault_err, 0, "program had its file") &&
	       ASSERT_EQ(skel->bss->fault_ret, -EFAULT, "read of absent pages") &&
	       ASSERT_EQ(private_exe__resident_pages(exe), 0, "pages are still absent");
}

static struct bpf_program *validate_program(struct file_reader *skel)
{
	return skel->progs.on_open_validate_file_read;
}

static bool check_contents(const struct file_reader *skel, const char *expected,
			   const struct private_exe *exe)
{
	const struct file_reader__bss *bss = skel->bss;
	size_t size = sizeof(bss->whole);

	return ASSERT_EQ(bss->schedule_runs, 1, "program ran") &&
	       ASSERT_EQ(bss->schedule_err, 0, "task work scheduled") &&
	       ASSERT_EQ(bss->read_runs, 1, "task work ran") &&
	       ASSERT_EQ(bss->read_err, 0, "task work had its file") &&
	       ASSERT_OK(bss->whole_ret, "read whole region") &&
	       ASSERT_MEMEQ(bss->whole, expected, size, "whole region") &&
	       ASSERT_OK(bss->from_one_ret, "read from offset 1") &&
	       ASSERT_MEMEQ(bss->from_one, expected + 1, size - 1, "from offset 1") &&
	       ASSERT_OK(bss->last_ret, "read last byte") &&
	       ASSERT_EQ(bss->last, expected[size - 1], "last byte") &&
	       ASSERT_OK(bss->odd_ret, "read at odd offset") &&
	       ASSERT_MEMEQ(bss->odd, expected + ODD_OFFSET, sizeof(bss->odd), "at odd offset") &&
	       ASSERT_OK(bss->adjust_ret, "adjust to one byte") &&
	       ASSERT_OK(bss->one_ret, "read one byte of one") &&
	       ASSERT_EQ(bss->one, expected[ODD_OFFSET], "one byte of one") &&
	       ASSERT_EQ(bss->two_ret, -E2BIG, "read two bytes of one") &&
	       ASSERT_EQ(bss->beyond_ret, -E2BIG, "read behind one byte") &&
	       ASSERT_GT(private_exe__resident_pages(exe), 0, "pages were read");
}

/* Has @child open its file with the region of @exe absent and @reader's program attached. */
static void run_reader(const struct reader *reader, struct file_reader *skel,
		       const struct private_exe *exe, const char *expected)
{
	struct child child = { .pid = -1, .ready_fd = -1, .go_fd = -1 };
	struct stat pid_ns;
	bool ready;

	skel->bss->region = exe->region;
	/* So that what is not written shows. */
	memset(skel->bss->whole, 0x5a, sizeof(skel->bss->whole));
	memset(skel->bss->from_one, 0x5a, sizeof(skel->bss->from_one));
	skel->bss->one_ret = 1;
	skel->bss->two_ret = 1;
	skel->bss->beyond_ret = 1;

	ready = ASSERT_OK(stat("/proc/self/ns/pid", &pid_ns), "stat pid namespace") &&
		start_child(&child, exe->fd);
	if (ready) {
		skel->bss->pid_ns_dev = pid_ns.st_dev;
		skel->bss->pid_ns_ino = pid_ns.st_ino;
		skel->bss->pid = child.pid;
		ready = ASSERT_OK(file_reader__attach(skel), "attach") &&
			ASSERT_TRUE(private_exe__evict(exe), "pages dropped from page cache");
	}
	if (!finish_child(&child, ready))
		return;
	if (!skel->bss->fault_runs && !skel->bss->schedule_runs && bpf_lsm_is_inactive()) {
		printf("%s:SKIP:%s\n", __func__, BPF_LSM_INACTIVE);
		test__skip();
		return;
	}
	reader->check(skel, expected, exe);
}

/* Loads the one program of @reader. Returns NULL where the subtest is over. */
static struct file_reader *load_reader(const struct reader *reader)
{
	struct file_reader *skel = file_reader__open();
	struct bpf_program *prog;
	int err;

	if (!ASSERT_OK_PTR(skel, "open file_reader"))
		return NULL;
	bpf_object__for_each_program(prog, skel->obj)
		bpf_program__set_autoload(prog, prog == reader->program(skel));
	err = file_reader__load(skel);
	if (err == -ESRCH && !kernel_has_type("bpf_lsm_file_open", BTF_KIND_FUNC)) {
		printf("%s:SKIP:no BPF LSM in this kernel (CONFIG_BPF_LSM)\n", __func__);
		test__skip();
	} else if (ASSERT_OK(err, "load file_reader")) {
		return skel;
	}
	file_reader__destroy(skel);
	return NULL;
}

/* Bytes in which every page, and every shift, differs. */
static void fill(char *data, size_t size)
{
	__u32 state = 1;

	for (size_t i = 0; i < size; i++) {
		state = state * 1664525 + 1013904223;
		data[i] = state >> 24;
	}
}

static void run_subtest(const struct reader *reader)
{
	static char written[sizeof(((struct file_reader__bss *)0)->whole)];
	static char expected[sizeof(written)];
	struct file_reader *skel;
	struct private_exe exe;
	char reason[1024];

	fill(written, sizeof(written));
	if (!private_exe__open(&exe, written, sizeof(written), reader->stacked_too, reason,
			       sizeof(reason))) {
		printf("%s:SKIP:%s\n", __func__, reason);
		test__skip();
		return;
	}
	if (ASSERT_EQ(pread(exe.fd, expected, sizeof(expected), exe.region), sizeof(expected),
		      "read from user space") &&
	    ASSERT_MEMEQ(expected, written, sizeof(written), "what was written")) {
		skel = load_reader(reader);
		if (skel)
			run_reader(reader, skel, &exe, expected);
		file_reader__destroy(skel);
	}
	close(exe.fd);
}

static void on_open_expect_fault(void)
{
	static const struct reader reader = { false, fault_program, check_fault };

	run_subtest(&reader);
}

static void on_open_validate_file_read(void)
{
	static const struct reader reader = { true, validate_program, check_contents };

	run_subtest(&reader);
}

static void negative(void)
{
	RUN_TESTS(file_reader_fail);
	/* What is wrong with putting the file first depends on the kernel: see there. */
	if (kernel_is_before(7, 2))
		RUN_TESTS(file_reader_fail_leak);
	else
		RUN_TESTS(file_reader_fail_put);
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
	bool has_file_dynptr;

	/* libbpf would look for a token there for every object. */
	unsetenv("LIBBPF_BPF_TOKEN_PATH");
	has_file_dynptr = kernel_has_type("bpf_dynptr_from_file", BTF_KIND_FUNC);

	for (size_t i = 0; i < ARRAY_SIZE(subtests); i++) {
		if (!test__start_subtest(subtests[i].name))
			continue;
		if (has_file_dynptr) {
			subtests[i].run();
		} else {
			printf("%s:SKIP:no bpf_dynptr_from_file() in this kernel (before 6.19)\n",
			       subtests[i].name);
			test__skip();
		}
	}
}
