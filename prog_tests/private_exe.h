/* SPDX-License-Identifier: GPL-2.0 */
/*
 * private_exe: an executable of this test alone, with a region behind all that is ever mapped or
 * executed of it, whose pages the test can have in the page cache or not.
 *
 * Pages of a shared file come and go with everybody who runs or reads it. This file is a copy of
 * the running program, as far as that is loaded, and has no name: nobody else can open it. What the
 * kernel reads around a page fault in the code does not reach the region.
 */
#ifndef __PRIVATE_EXE_H
#define __PRIVATE_EXE_H

#include <libgen.h>
#include <limits.h>
#include <link.h>
#include <linux/magic.h>
#include <poll.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <test_progs.h>

#ifndef OVERLAYFS_SUPER_MAGIC
#define OVERLAYFS_SUPER_MAGIC 0x794c7630
#endif

/* More than any read-ahead; a hole, it takes no space. */
#define PRIVATE_EXE_GAP (8UL << 20)
#define PRIVATE_EXE_ALIGN (2UL << 20)
#define PRIVATE_EXE_EVICT_MS 5000

struct private_exe {
	int fd;	       /* read-only */
	size_t region; /* offset of the region */
	size_t size;   /* of the region, whole pages */
};

/* The part of the running program's file that is loaded, from its start. */
static inline size_t private_exe__loaded_size(void)
{
	const Elf64_Phdr *phdr = (const Elf64_Phdr *)getauxval(AT_PHDR);
	size_t count = getauxval(AT_PHNUM), size = 0;

	for (size_t i = 0; i < count; i++)
		if (phdr[i].p_type == PT_LOAD && phdr[i].p_offset + phdr[i].p_filesz > size)
			size = phdr[i].p_offset + phdr[i].p_filesz;
	return size;
}

/* Copies @size bytes from the start of the running program's file to @fd. Returns 0 or -errno. */
static inline int private_exe__copy_program(int fd, size_t size)
{
	int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	char buf[1 << 16];
	size_t at = 0;
	int err = 0;

	if (self < 0)
		return -errno;
	while (!err && at < size) {
		ssize_t got = read(self, buf, size - at < sizeof(buf) ? size - at : sizeof(buf));

		if (got <= 0)
			err = got ? -errno : -EIO;
		else if (pwrite(fd, buf, got, at) != got)
			err = -EIO;
		else
			at += got;
	}
	close(self);
	return err;
}

/* Makes a file without a name in @dir, executable. Returns a writable descriptor or -errno. */
static inline int private_exe__create(const char *dir)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/.private_exe_XXXXXX", dir);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	unlink(path);
	if (fchmod(fd, 0700)) {
		int err = -errno;

		close(fd);
		return err;
	}
	return fd;
}

/* Why a file in @dir would be no use, or NULL. */
static inline const char *private_exe__unsuitable(const char *dir)
{
	struct statvfs vfs;
	struct statfs fs;

	if (statfs(dir, &fs) || statvfs(dir, &vfs))
		return "is not there";
	if (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC)
		return "is in memory";
	if (vfs.f_flag & ST_NOEXEC)
		return "is mounted noexec";
	return NULL;
}

/*
 * Makes a private executable in @dir with @data, @size bytes, as its region.
 * Returns 0, or a negative errno.
 */
static inline int private_exe__open_in(struct private_exe *exe, const char *dir, const void *data,
				       size_t size)
{
	size_t page = sysconf(_SC_PAGESIZE), loaded = private_exe__loaded_size();
	int fd = private_exe__create(dir);
	char path[64];
	int err;

	if (fd < 0)
		return fd;
	exe->region = (loaded + PRIVATE_EXE_GAP + PRIVATE_EXE_ALIGN - 1) & -PRIVATE_EXE_ALIGN;
	exe->size = (size + page - 1) & -page;
	err = private_exe__copy_program(fd, loaded);
	if (!err && (pwrite(fd, data, size, exe->region) != (ssize_t)size ||
		     ftruncate(fd, exe->region + exe->size) || fsync(fd)))
		err = errno ? -errno : -ENOSPC;
	/* What is open for writing cannot be executed. */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	exe->fd = err ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	if (!err && exe->fd < 0)
		err = -errno;
	close(fd);
	return err;
}

/* How many pages of the region are in the page cache, or -1. */
static inline int private_exe__resident_pages(const struct private_exe *exe)
{
	size_t page = sysconf(_SC_PAGESIZE), count = exe->size / page;
	unsigned char vec[count];
	int resident = 0;
	void *map;

	/* A fresh mapping: it has no pages of its own to count. */
	map = mmap(NULL, exe->size, PROT_READ, MAP_SHARED, exe->fd, exe->region);
	if (map == MAP_FAILED)
		return -1;
	if (mincore(map, exe->size, vec))
		resident = -1;
	munmap(map, exe->size);
	for (size_t i = 0; resident >= 0 && i < count; i++)
		resident += vec[i] & 1;
	return resident;
}

/*
 * Drops the region from the page cache and sees to it that it is gone. Returns whether it is, after
 * five seconds at most.
 */
static inline bool private_exe__evict(const struct private_exe *exe)
{
	__u64 limit = get_time_ns() + PRIVATE_EXE_EVICT_MS * 1000000ULL;

	do {
		if (fsync(exe->fd) ||
		    posix_fadvise(exe->fd, exe->region, exe->size, POSIX_FADV_DONTNEED))
			return false;
		if (!private_exe__resident_pages(exe))
			return true;
		poll(NULL, 0, 1);
	} while (get_time_ns() < limit);
	return false;
}

/*
 * Whether @dir is on a file system that keeps its pages where another one does. A file there, asked
 * itself, never has any.
 */
static inline bool private_exe__is_stacked(const char *dir)
{
	struct statfs fs;

	return !statfs(dir, &fs) && fs.f_type == OVERLAYFS_SUPER_MAGIC;
}

/*
 * Makes a private executable with @data, @size bytes, as its region, in $TMPDIR, beside the running
 * program or in /var/tmp, wherever pages can be dropped; where there is no better place, and
 * @stacked_too, in one that private_exe__is_stacked().
 * Returns true, or false with the reason why there is none in @reason (@reason_size bytes).
 */
static inline bool private_exe__open(struct private_exe *exe, const void *data, size_t size,
				     bool stacked_too, char *reason, size_t reason_size)
{
	char program[PATH_MAX] = "";
	const char *dirs[] = { getenv("TMPDIR"), NULL, "/var/tmp" };
	size_t used;

	if (readlink("/proc/self/exe", program, sizeof(program) - 1) > 0)
		dirs[1] = dirname(program);
	used = snprintf(reason, reason_size,
			"no directory for a file that can leave the page cache:");
	for (size_t i = 0; i < 2 * ARRAY_SIZE(dirs); i++) {
		const char *dir = dirs[i % ARRAY_SIZE(dirs)], *why;
		bool stacked = dir && private_exe__is_stacked(dir),
		     last_choice = i >= ARRAY_SIZE(dirs);
		int err = 0;

		if (!dir || stacked != last_choice)
			continue;
		why = stacked && !stacked_too ? "is an overlay, whose own files never have pages" :
						private_exe__unsuitable(dir);
		if (!why)
			err = private_exe__open_in(exe, dir, data, size);
		if (!why && !err) {
			if (!stacked || private_exe__evict(exe))
				return true;
			close(exe->fd);
			why = "keeps its pages";
		}
		if (used < reason_size)
			used += snprintf(reason + used, reason_size - used, " %s %s;", dir,
					 why ?: strerror(-err));
	}
	if (used < reason_size)
		snprintf(reason + used, reason_size - used, " set TMPDIR to one on a disk");
	return false;
}

#endif
