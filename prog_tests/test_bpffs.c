// SPDX-License-Identifier: GPL-2.0
/*
 * bpffs: a new instance shows the preloaded iterators, renaming keeps files and inodes, and
 * instances do not share files.
 *
 * Each subtest runs in a child with a mount namespace of its own and two instances of bpffs in it.
 *
 * Report: https://github.com/kernel-patches/vmtest/issues/473
 */
#define _GNU_SOURCE
#include <linux/mount.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <test_progs.h>
#include <zlib.h>

#include "forked_child.h"

#define TDIR "/tmp/test_bpffs_testdir"
#define FS1 TDIR "/fs1"
#define FS2 TDIR "/fs2"

#define MAP_VALUE 0x5eed

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE (1 << 0)
#endif
#ifndef RENAME_EXCHANGE
#define RENAME_EXCHANGE (1 << 1)
#endif

static int sys_mount(const char *type, const char *target, unsigned long flags)
{
	return syscall(SYS_mount, type, target, type, flags, NULL);
}

static int sys_umount(const char *target)
{
	return syscall(SYS_umount2, target, 0);
}

static int sys_renameat2(const char *from, const char *to, unsigned int flags)
{
	return syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags) ? -errno : 0;
}

/* Returns the inode number of @path, 0 if it does not exist. */
static ino_t inode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : st.st_ino;
}

static bool exists(const char *path)
{
	return inode_of(path);
}

/* Creates an array map with one value, MAP_VALUE, and pins it at @path. Returns 0 or -1. */
static int pin_map(const char *path)
{
	__u32 key = 0, value = MAP_VALUE;
	int fd, err = -1;

	fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "bpffs_map", sizeof(key), sizeof(value), 1, NULL);
	if (!ASSERT_OK_FD(fd, "create map"))
		return -1;
	if (ASSERT_OK(bpf_map_update_elem(fd, &key, &value, 0), "update map") &&
	    ASSERT_OK(bpf_obj_pin(fd, path), "pin map"))
		err = 0;
	close(fd);
	return err;
}

/* Opens the map pinned at @path and checks its value. Returns 0 or -1. */
static int check_map(const char *path)
{
	__u32 key = 0, value = 0;
	int fd, err = -1;

	fd = bpf_obj_get(path);
	if (!ASSERT_OK_FD(fd, "open pinned map"))
		return -1;
	if (ASSERT_OK(bpf_map_lookup_elem(fd, &key, &value), "look up in pinned map") &&
	    ASSERT_EQ(value, MAP_VALUE, "value in pinned map"))
		err = 0;
	close(fd);
	return err;
}

/*
 * Reads iterator @path to its end and checks that it shows the iterators themselves. If it has no
 * end the runner's watchdog kills the test.
 */
static int check_iterator(const char *path)
{
	char text[1 << 14];
	bool found = false;
	size_t size = 0;
	ssize_t got;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (!ASSERT_OK_FD(fd, path))
		return -1;
	while ((got = read(fd, text + size, sizeof(text) - 1 - size)) > 0) {
		size += got;
		text[size] = '\0';
		found |= !!strstr(text, "iter");
		/* Keep the last bytes, as two reads may split a word. */
		if (size > sizeof(text) / 2) {
			memmove(text, text + size - 4, 4);
			size = 4;
		}
	}
	close(fd);
	if (!ASSERT_EQ(got, 0, "read iterator to its end") || !ASSERT_TRUE(found, path))
		return -1;
	return 0;
}

/* Returns whether the kernel's configuration can be read and has a line that begins with @start. */
static bool config_has(const char *start)
{
	struct utsname uts;
	char path[128], line[256];
	bool has = false;
	gzFile config;

	config = gzopen("/proc/config.gz", "re");
	if (!config && !uname(&uts)) {
		snprintf(path, sizeof(path), "/boot/config-%s", uts.release);
		config = gzopen(path, "re");
	}
	if (!config)
		return false;
	while (!has && gzgets(config, line, sizeof(line)))
		has = !strncmp(line, start, strlen(start));
	gzclose(config);
	return has;
}

/* Returns why new instances of bpffs need not show preloaded iterators; NULL if they should. */
static const char *why_no_preloaded_iterators(void)
{
	if (!config_has("CONFIG_BPF_PRELOAD="))
		return "no preloaded iterators in this kernel (CONFIG_BPF_PRELOAD)";
	if (!config_has("CONFIG_BPF_PRELOAD_UMD="))
		return "no preloaded iterators in this kernel (CONFIG_BPF_PRELOAD_UMD)";
	if (config_has("CONFIG_BPF_PRELOAD_UMD=m")) {
		if (!exists("/sys/module/bpf_preload"))
			return "the iterators' module is not loaded: run modprobe bpf_preload";
		return NULL;
	}
	/*
	 * The iterators load at boot, and call kernel functions: the kernel refuses that without a
	 * JIT.
	 */
	if (!config_has("CONFIG_BPF_JIT_DEFAULT_ON=y"))
		return "no preloaded iterators without a JIT at boot (CONFIG_BPF_JIT_DEFAULT_ON)";
	return NULL;
}

static bool has_preloaded_iterators(void)
{
	return exists(FS1 "/maps.debug") || exists(FS1 "/progs.debug") ||
	       exists(FS2 "/maps.debug") || exists(FS2 "/progs.debug");
}

static int preloaded_iterators(void)
{
	if (!ASSERT_TRUE(exists(FS2 "/maps.debug"), "maps.debug in the other instance") ||
	    !ASSERT_TRUE(exists(FS1 "/progs.debug"), "progs.debug in the other instance"))
		return -1;
	return check_iterator(FS1 "/maps.debug") ?: check_iterator(FS2 "/progs.debug");
}

static int exchange_directories(void)
{
	ino_t a, b;

	if (!ASSERT_OK(mkdir(FS1 "/a", 0777), "mkdir a") ||
	    !ASSERT_OK(mkdir(FS1 "/a/inside", 0777), "mkdir a/inside") ||
	    !ASSERT_OK(mkdir(FS1 "/b", 0777), "mkdir b"))
		return -1;
	a = inode_of(FS1 "/a");
	b = inode_of(FS1 "/b");
	if (!ASSERT_NEQ(a, 0, "inode of a") || !ASSERT_NEQ(b, 0, "inode of b") ||
	    !ASSERT_NEQ(a, b, "inodes differ"))
		return -1;

	if (!ASSERT_OK(sys_renameat2(FS1 "/a", FS1 "/b", RENAME_EXCHANGE), "exchange") ||
	    !ASSERT_EQ(inode_of(FS1 "/a"), b, "inode of a after exchange") ||
	    !ASSERT_EQ(inode_of(FS1 "/b"), a, "inode of b after exchange") ||
	    !ASSERT_TRUE(exists(FS1 "/b/inside"), "contents have moved") ||
	    !ASSERT_FALSE(exists(FS1 "/a/inside"), "contents are not in both"))
		return -1;
	return 0;
}

static int exchange_with_map(void)
{
	ino_t map, dir;

	if (!ASSERT_OK(mkdir(FS1 "/dir", 0777), "mkdir dir") ||
	    !ASSERT_OK(mkdir(FS1 "/dir/inside", 0777), "mkdir dir/inside") || pin_map(FS1 "/map"))
		return -1;
	map = inode_of(FS1 "/map");
	dir = inode_of(FS1 "/dir");
	if (!ASSERT_NEQ(map, 0, "inode of map") || !ASSERT_NEQ(dir, 0, "inode of dir"))
		return -1;

	if (!ASSERT_OK(sys_renameat2(FS1 "/map", FS1 "/dir", RENAME_EXCHANGE), "exchange") ||
	    !ASSERT_EQ(inode_of(FS1 "/map"), dir, "inode at map after exchange") ||
	    !ASSERT_EQ(inode_of(FS1 "/dir"), map, "inode at dir after exchange") ||
	    !ASSERT_TRUE(exists(FS1 "/map/inside"), "contents have moved"))
		return -1;
	return check_map(FS1 "/dir");
}

static int rename_noreplace(void)
{
	ino_t map, dir;

	if (!ASSERT_OK(mkdir(FS1 "/dir", 0777), "mkdir dir") || pin_map(FS1 "/map"))
		return -1;
	map = inode_of(FS1 "/map");
	dir = inode_of(FS1 "/dir");
	if (!ASSERT_EQ(sys_renameat2(FS1 "/map", FS1 "/dir", RENAME_NOREPLACE), -EEXIST,
		       "rename onto an existing name") ||
	    !ASSERT_EQ(inode_of(FS1 "/map"), map, "inode of map") ||
	    !ASSERT_EQ(inode_of(FS1 "/dir"), dir, "inode of dir") || check_map(FS1 "/map"))
		return -1;

	/* A kernel that refuses every rename must fail, too. */
	if (!ASSERT_OK(sys_renameat2(FS1 "/map", FS1 "/new", RENAME_NOREPLACE), "rename") ||
	    !ASSERT_FALSE(exists(FS1 "/map"), "old name after rename"))
		return -1;
	return check_map(FS1 "/new");
}

static int separate_instances(void)
{
	if (!ASSERT_OK(mkdir(FS1 "/dir", 0777), "mkdir in one") || pin_map(FS1 "/map") ||
	    !ASSERT_FALSE(exists(FS2 "/dir"), "directory in the other") ||
	    !ASSERT_FALSE(exists(FS2 "/map"), "map in the other") ||
	    !ASSERT_OK(mkdir(FS2 "/map", 0777), "same name in the other") ||
	    !ASSERT_OK(rmdir(FS2 "/map"), "remove it there"))
		return -1;
	return check_map(FS1 "/map");
}

static int make_instance(const char *path)
{
	if (!ASSERT_OK(mkdir(path, 0777), "mkdir") ||
	    !ASSERT_OK(sys_mount("bpf", path, 0), "mount bpffs"))
		return -1;
	return 0;
}

/* Mounts two instances of bpffs that only this process sees. */
static int set_up(void)
{
	if (!ASSERT_OK(unshare(CLONE_NEWNS), "new mount namespace") ||
	    !ASSERT_OK(sys_mount(NULL, "/", MS_REC | MS_PRIVATE), "private mounts") ||
	    /* A new /tmp, so that files and permissions of the old one do not matter. */
	    !ASSERT_OK(sys_mount("tmpfs", "/tmp", 0), "mount tmpfs") ||
	    !ASSERT_OK(mkdir(TDIR, 0777), "make " TDIR))
		return -1;
	return make_instance(FS1) ?: make_instance(FS2);
}

static int tear_down(void)
{
	if (!ASSERT_OK(sys_umount(FS1), "unmount fs1") ||
	    !ASSERT_OK(sys_umount(FS2), "unmount fs2") ||
	    !ASSERT_OK(sys_umount("/tmp"), "unmount tmpfs"))
		return -1;
	return 0;
}

struct bpffs_subtest {
	const char *name;
	int (*body)(void);
	bool (*has_feature)(void);    /* called in the child; NULL: every kernel has the feature */
	const char *(*why_not)(void); /* returns why the kernel need not have it, or NULL */
};

static const struct bpffs_subtest subtests[] = {
	{
		.name = "preloaded_iterators",
		.body = preloaded_iterators,
		.has_feature = has_preloaded_iterators,
		.why_not = why_no_preloaded_iterators,
	},
	{ .name = "exchange_directories", .body = exchange_directories },
	{ .name = "exchange_with_map", .body = exchange_with_map },
	{ .name = "rename_noreplace", .body = rename_noreplace },
	{ .name = "separate_instances", .body = separate_instances },
};

static enum forked_child_verdict child_main(const struct bpffs_subtest *subtest)
{
	enum forked_child_verdict verdict = CHILD_PASSED;

	/* Only this process sees these mounts, and they end with it. */
	if (set_up())
		return CHILD_FAILED;
	if (subtest->has_feature && !subtest->has_feature() && subtest->why_not())
		verdict = CHILD_SKIPPED;
	else if (subtest->body())
		verdict = CHILD_FAILED;
	return tear_down() ? CHILD_FAILED : verdict;
}

static void skip(const char *reason)
{
	printf("%s:SKIP:%s\n", __func__, reason);
	test__skip();
}

static void run_subtest(const struct bpffs_subtest *subtest)
{
	pid_t pid = forked_child__start();

	if (!pid)
		forked_child__exit(child_main(subtest));
	if (!ASSERT_GT(pid, 0, "fork"))
		return;
	if (forked_child__wait(pid) == CHILD_SKIPPED)
		skip(subtest->why_not());
}

/* Returns whether the root directory is a mount point, which it often is not in a chroot(2). */
static bool root_is_mount_point(void)
{
	struct statx root;

	return statx(AT_FDCWD, "/", 0, STATX_TYPE, &root) ||
	       !(root.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) ||
	       (root.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

void test_test_bpffs(void)
{
	bool private_mounts = root_is_mount_point();

	for (size_t i = 0; i < ARRAY_SIZE(subtests); i++) {
		if (!test__start_subtest(subtests[i].name))
			continue;
		if (private_mounts)
			run_subtest(&subtests[i]);
		else
			skip("the root directory is no mount point, so mounts cannot be made private: run mount --bind DIR DIR before chroot DIR");
	}
}
