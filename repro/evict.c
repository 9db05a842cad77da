// SPDX-License-Identifier: GPL-2.0
/*
 * evict COUNT touch|read: evicts pages of the running binary with MADV_PAGEOUT, beside COUNT idle
 * processes of the same binary. Then a BPF program that may not sleep reads the pages.
 *
 * First the pages are dropped while no process maps them, if the file system can. Then the idle
 * processes start and read each page in their memory, as running code would. This process does the
 * same ("touch"), or reads the pages with read(2) and does not map them ("read").
 *
 * Prints the program's result, "-EFAULT" if a page was not cached, "read" if all were, and the
 * number of pages that MADV_PAGEOUT had kept. Exit status: 0 for -EFAULT, 1 for read, 4 if this
 * kernel cannot run the program, 2 for other errors.
 */
#define _GNU_SOURCE
#include <bpf/btf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file_reader.skel.h"

enum { ABSENT, PRESENT, BAD, SKIP = 4 };

/*
 * A region of the binary after the code. The program reads its middle, as read-ahead may cache the
 * pages at its ends.
 */
#define REGION_SIZE (1 << 20)
#define READ_AT (256 << 10)
#define READ_SIZE sizeof(((struct file_reader__bss *)0)->reads[0].data)
static const char region[REGION_SIZE] __attribute__((aligned(64 << 10))) = { 1 };

static void __attribute__((noreturn)) die(const char *what)
{
	fprintf(stderr, "evict: %s: %s\n", what, strerror(errno));
	exit(BAD);
}

static void __attribute__((noreturn)) skip(const char *why)
{
	puts(why);
	exit(SKIP);
}

static void touch_region(void)
{
	long page = sysconf(_SC_PAGESIZE);

	for (const volatile char *at = region; at < region + REGION_SIZE; at += page)
		(void)*at;
}

/* The main program is the first object. */
static int find_region(struct dl_phdr_info *info, size_t size, void *offset)
{
	uintptr_t at = (uintptr_t)region - info->dlpi_addr;

	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const Elf64_Phdr *phdr = &info->dlpi_phdr[i];

		if (phdr->p_type == PT_LOAD && at - phdr->p_vaddr < phdr->p_filesz)
			*(size_t *)offset = phdr->p_offset + (at - phdr->p_vaddr);
	}
	return 1;
}

/* Drops the region at @offset from the page cache, while no process maps it. */
static void make_cold(int fd, size_t offset)
{
	if (fsync(fd) || posix_fadvise(fd, offset, REGION_SIZE, POSIX_FADV_DONTNEED))
		die("drop pages");
}

static void read_file(int fd)
{
	char buf[1 << 16];
	ssize_t got;

	while ((got = read(fd, buf, sizeof(buf))) > 0)
		;
	if (got)
		die("read binary");
}

/* Describes how many of the pages to read are resident. The new mapping adds none. */
static const char *residence(int fd, size_t offset)
{
	size_t page = sysconf(_SC_PAGESIZE), count = (READ_SIZE + page - 1) / page, there = 0;
	unsigned char vec[count];
	void *map = mmap(NULL, READ_SIZE, PROT_READ, MAP_SHARED, fd, offset + READ_AT);

	if (map == MAP_FAILED || mincore(map, READ_SIZE, vec))
		die("mincore");
	munmap(map, READ_SIZE);
	for (size_t i = 0; i < count; i++)
		there += vec[i] & 1;
	return there == count ? "all pages resident" :
	       there	      ? "some pages resident" :
				"no page resident";
}

/* Reports on standard output that it is ready. Exits at the end of standard input. */
static int idle_main(void)
{
	char byte;

	touch_region();
	return write(STDOUT_FILENO, "r", 1) != 1 || read(STDIN_FILENO, &byte, 1) != 0;
}

/*
 * Starts @count processes of this binary, which end with this one, and waits until they are ready.
 */
static void start_idle(int count)
{
	int go[2], ready[2];
	char byte;

	if (pipe2(go, O_CLOEXEC) || pipe2(ready, O_CLOEXEC))
		die("pipe");
	for (int i = 0; i < count; i++) {
		pid_t pid = fork();

		if (pid < 0)
			die("fork");
		if (!pid) {
			dup2(go[0], STDIN_FILENO);
			dup2(ready[1], STDOUT_FILENO);
			execl("/proc/self/exe", "evict", "--idle", NULL);
			_exit(BAD);
		}
	}
	close(ready[1]);
	for (int i = 0; i < count; i++)
		if (read(ready[0], &byte, 1) != 1)
			die("start idle processes");
}

static struct file_reader *attach_program(void)
{
	struct btf *btf = btf__load_vmlinux_btf();
	struct file_reader *skel = file_reader__open();

	if (!btf || btf__find_by_name_kind(btf, "bpf_dynptr_from_file", BTF_KIND_FUNC) < 0)
		skip("no bpf_dynptr_from_file() in this kernel (before 6.19)");
	btf__free(btf);
	if (!skel)
		die("open BPF programs");
	bpf_program__set_autoload(skel->progs.on_open_validate_file_read, false);
	if (file_reader__load(skel) || file_reader__attach(skel))
		die("load BPF program");
	return skel;
}

/* Opens the binary, so that the program reads the region at @offset. Returns the read's result. */
static int read_by_program(struct file_reader *skel, size_t offset)
{
	struct stat pid_ns, binary;

	if (stat("/proc/self/ns/pid", &pid_ns))
		die("pid namespace");
	if (stat("/proc/self/exe", &binary))
		die("running binary");
	skel->bss->pid_ns_dev = pid_ns.st_dev;
	skel->bss->pid_ns_ino = pid_ns.st_ino;
	skel->bss->file_ino = binary.st_ino;
	skel->bss->reads[0].offset = offset + READ_AT;
	skel->bss->reads[0].size = READ_SIZE;
	/* The program reads at the next open() of the binary by this process. */
	skel->bss->pid = getpid();
	close(open("/proc/self/exe", O_RDONLY));
	if (!skel->bss->open_runs)
		skip("the BPF LSM is off (lsm=…,bpf)");
	if (skel->bss->open_err) {
		errno = -skel->bss->open_err;
		die("BPF program had no file");
	}
	return skel->bss->reads[0].ret;
}

int main(int argc, char **argv)
{
	struct file_reader *skel;
	const char *left;
	size_t offset = 0;
	int fd, ret;

	if (argc == 2 && !strcmp(argv[1], "--idle"))
		return idle_main();
	if (argc != 3 || (strcmp(argv[2], "touch") && strcmp(argv[2], "read"))) {
		fprintf(stderr, "usage: evict COUNT touch|read\n");
		return BAD;
	}
	dl_iterate_phdr(find_region, &offset);
	fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || !offset)
		die("running binary");
	skel = attach_program();

	make_cold(fd, offset);
	start_idle(atoi(argv[1]));
	if (!strcmp(argv[2], "read"))
		read_file(fd);
	else
		touch_region();
	if (madvise((void *)region, REGION_SIZE, MADV_PAGEOUT))
		die("MADV_PAGEOUT");
	left = residence(fd, offset);
	ret = read_by_program(skel, offset);
	if (ret && ret != -EFAULT) {
		errno = -ret;
		die("read by BPF program");
	}
	printf("%s, %s\n", ret ? "-EFAULT" : "read", left);
	return ret ? ABSENT : PRESENT;
}
