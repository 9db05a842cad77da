/* SPDX-License-Identifier: GPL-2.0 */
/*
 * private_file: a file whose pages the test has in the page cache, or not. It has no name, or one
 * that nobody knows: nobody else opens or maps it, so no other process moves its pages.
 *
 *	struct private_file file;
 *	char reason[1024];
 *
 *	if (!private_file__open(&file, data, size, reason, sizeof(reason)))
 *		skip for @reason
 *	private_file__hold(&file, 1);		only the first page is cached, and stays
 *	open(file.path, O_RDONLY | O_CLOEXEC);
 *	private_file__evict(&file);		no page is
 *	private_file__close(&file);
 */
#ifndef __PRIVATE_FILE_H
#define __PRIVATE_FILE_H

#include <libgen.h>
#include <limits.h>
#include <linux/magic.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <test_progs.h>

#ifndef SYS_cachestat
#define SYS_cachestat 451 /* since 6.5, the same on all architectures */
#endif

#define PRIVATE_FILE_TRIES 100

struct private_file {
	int fd;		     /* read-only */
	char path[PATH_MAX]; /* opens it again */
	bool named;	     /* path is its name */
	ino_t ino;
	size_t page; /* bytes of a page */
	size_t pages;
	char *map;	  /* the whole file; no code touches its pages */
	bool read_caches; /* read(2) brings pages into the page cache */
};

/*
 * Returns how many of @count pages from page @first are in the file's own page cache, or a negative
 * errno. On a stacking file system mincore(2) would look at another file's.
 */
static inline int private_file__cached(const struct private_file *file, size_t first, size_t count)
{
	__u64 range[2] = { first * file->page, count * file->page };
	__u64 counts[5] = {}; /* cached, dirty, writeback, evicted, recently evicted */

	if (syscall(SYS_cachestat, file->fd, range, counts, 0))
		return -errno;
	return (int)counts[0];
}

/*
 * Drops all pages from the page cache. Returns whether they are gone. Tries again if the kernel
 * uses a page at that moment.
 */
static inline bool private_file__evict(const struct private_file *file)
{
	size_t size = file->pages * file->page;

	syscall(SYS_munlock, file->map, size);
	madvise(file->map, size, MADV_DONTNEED);
	for (int i = 0; i < PRIVATE_FILE_TRIES; i++) {
		if (fsync(file->fd) || posix_fadvise(file->fd, 0, 0, POSIX_FADV_DONTNEED))
			return false;
		if (!private_file__cached(file, 0, file->pages))
			return true;
		poll(NULL, 0, 10);
	}
	return false;
}

/* Reads the first @count pages one by one and locks them in memory. Returns 0 or -errno. */
static inline int private_file__hold(const struct private_file *file, size_t count)
{
	/* AddressSanitizer makes mlock(3) a no-op. */
	return syscall(SYS_mlock, file->map, count * file->page) ? -errno : 0;
}

static inline void private_file__close(struct private_file *file)
{
	if (file->map != MAP_FAILED)
		munmap(file->map, file->pages * file->page);
	if (file->fd >= 0)
		close(file->fd);
	if (file->named)
		unlink(file->path);
}

/* Writes all @size bytes of @data to @fd. Returns 0 or a negative errno. */
static inline int private_file__write(int fd, const char *data, size_t size)
{
	while (size) {
		ssize_t put = write(fd, data, size);

		if (put <= 0)
			return put ? -errno : -EIO;
		data += put;
		size -= put;
	}
	return fsync(fd) ? -errno : 0;
}

/*
 * Creates the file in @dir and removes its name; with @named, private_file__close() removes it.
 * Returns 0 or a negative errno.
 */
static inline int private_file__create(struct private_file *file, const char *dir, bool named,
				       const char *data, size_t size)
{
	struct stat st;
	int fd, err;

	file->fd = -1;
	file->map = MAP_FAILED;
	snprintf(file->path, sizeof(file->path), "%s/.private_file_XXXXXX", dir);
	fd = mkostemp(file->path, O_CLOEXEC);
	file->named = fd >= 0 && named;
	if (fd < 0)
		return -errno;
	file->fd = open(file->path, O_RDONLY | O_CLOEXEC);
	err = file->fd < 0 ? -errno : 0;
	if (!named) {
		unlink(file->path);
		snprintf(file->path, sizeof(file->path), "/proc/self/fd/%d", file->fd);
	}
	err = err ?: private_file__write(fd, data, size);
	close(fd);
	if (err)
		return err;
	fd = open(file->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st))
		err = -errno;
	close(fd);
	file->ino = err ? 0 : st.st_ino;
	return err;
}

static inline int private_file__map(struct private_file *file)
{
	size_t size = file->pages * file->page;

	file->map = mmap(NULL, size, PROT_READ, MAP_SHARED, file->fd, 0);
	/* Without read-ahead. */
	if (file->map == MAP_FAILED || madvise(file->map, size, MADV_RANDOM))
		return -errno;
	return 0;
}

/* Reads all of the file, with read-ahead. Returns 0 or a negative errno. */
static inline int private_file__read(const struct private_file *file, void *data)
{
	ssize_t size = file->pages * file->page, got = pread(file->fd, data, size, 0);

	if (got == size)
		return 0;
	return got < 0 ? -errno : -EIO;
}

/* Returns 0 if read(2) works, with file->read_caches filled in, or a negative errno. */
static inline int private_file__try_read(struct private_file *file)
{
	char *data = malloc(file->pages * file->page);
	int err = data ? private_file__read(file, data) : -ENOMEM;

	free(data);
	file->read_caches = private_file__cached(file, 0, file->pages) == (int)file->pages;
	return err;
}

/* Tries to evict and to hold the file's pages. Returns why that fails here, or NULL. */
static inline const char *private_file__try(struct private_file *file)
{
	int err = private_file__try_read(file)	  ?:
			  private_file__map(file) ?:
						    private_file__hold(file, file->pages);

	if (err)
		return strerror(-err);
	if (private_file__cached(file, 0, file->pages) != (int)file->pages)
		return "does not keep files in a page cache of its own";
	if (!private_file__evict(file))
		return "cannot drop pages of a file";
	err = private_file__hold(file, 1);
	if (err)
		return strerror(-err);
	if (private_file__cached(file, 0, 1) != 1 ||
	    private_file__cached(file, file->pages - 1, 1) != 0)
		return "cannot read a single page of a file";
	return NULL;
}

/* Returns why a file in @dir is unsuitable, or NULL with the file in @file. */
static inline const char *private_file__open_in(struct private_file *file, const char *dir,
						const void *data, size_t size)
{
	const char *why;
	struct statfs fs;
	int err;

	file->page = sysconf(_SC_PAGESIZE);
	file->pages = size / file->page;
	if (statfs(dir, &fs))
		return strerror(errno);
	if (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC)
		return "is in memory";
	err = private_file__create(file, dir, false, data, size);
	if (err) {
		/* Some file systems, such as QEMU's 9p, cannot open an unlinked file. */
		private_file__close(file);
		err = private_file__create(file, dir, true, data, size);
	}
	why = err ? strerror(-err) : private_file__try(file);
	if (why)
		private_file__close(file);
	return why;
}

/*
 * Makes a file with @size bytes of @data, which are whole pages, on a disk: in $TMPDIR, beside the
 * running program, or in /var/tmp. Returns false, with the reason in @reason (@reason_size bytes),
 * if no directory is suitable.
 */
static inline bool private_file__open(struct private_file *file, const void *data, size_t size,
				      char *reason, size_t reason_size)
{
	char program[PATH_MAX] = "";
	const char *dirs[] = { getenv("TMPDIR"), NULL, "/var/tmp" };
	size_t used;

	if (readlink("/proc/self/exe", program, sizeof(program) - 1) > 0)
		dirs[1] = dirname(program);
	used = snprintf(reason, reason_size,
			"no directory for a file that can leave the page cache:");
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		const char *why = dirs[i] ? private_file__open_in(file, dirs[i], data, size) : NULL;

		if (dirs[i] && !why)
			return true;
		if (dirs[i] && used < reason_size)
			used += snprintf(reason + used, reason_size - used, " %s: %s;", dirs[i],
					 why);
	}
	if (used < reason_size)
		snprintf(reason + used, reason_size - used,
			 " set TMPDIR to a directory on a disk with free space");
	return false;
}

#endif
