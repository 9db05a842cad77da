/* SPDX-License-Identifier: GPL-2.0 */
/*
 * token_frame: the parent and the child of a BPF token subtest.
 *
 * The child is unprivileged: root of a user namespace of its own. The parent is privileged and
 * delegates. They meet over a socket:
 *
 *	child: bpffs context (fsopen)  ->  parent
 *	parent: sets the delegation options, creates the superblock  ->  child
 *	child: mounts it, opens it  ->  parent, which may make no token of it
 *	child: makes a token  ->  parent, which looks at it
 *	child: runs the body of the subtest, ends with exit status 0 if all was well
 *
 * On the way the child tries what it may not do. Every refusal has to be -EPERM.
 *
 * The child's exit status carries each of its failures: a runner may not count its assertions.
 */
#ifndef __TOKEN_FRAME_H
#define __TOKEN_FRAME_H

#include <linux/mount.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <test_progs.h>

#include "cap_helpers.h"
#include "forked_child.h"
#include "kernel_features.h"
#include "token_message.h"

#define BIT_ULL(bit) (1ULL << (bit))
#define ALL_BITS (~0ULL)

enum { CMDS, MAPS, PROGS, ATTACHS, DELEGATIONS };

static const char *const token_options[DELEGATIONS] = {
	[CMDS] = "delegate_cmds",
	[MAPS] = "delegate_maps",
	[PROGS] = "delegate_progs",
	[ATTACHS] = "delegate_attachs",
};

/* One delegation mask of a mount, with its spelling unless that is a number. */
struct token_delegation {
	__u64 mask;
	const char *text;
};

/* The child's side of a subtest. */
struct token_child {
	const struct token_subtest *subtest;
	int sock;
	int mnt_fd;
	int bpffs_fd;
	int token_fd;	     /* -1 if nothing is delegated */
	char token_path[32]; /* path of bpffs_fd */
};

struct token_subtest {
	const char *name;
	struct token_delegation delegate[DELEGATIONS];
	/* The body loads objects with libbpf: see token_frame__delegated(). */
	bool by_libbpf;
	/* Runs in the child, unless NULL. Returns 0 on success. */
	int (*body)(struct token_child *child);
	/*
	 * Returns why the subtest cannot run here, or NULL. Without this function it always runs.
	 */
	const char *(*skip_reason)(void);
};

/*
 * Returns the bits that @subtest delegates of @kind. libbpf before 1.8 loads a trivial socket
 * filter before any object. If unprivileged BPF is off, the mount must delegate that too.
 */
static inline __u64 token_frame__delegated(const struct token_subtest *subtest, int kind)
{
	static const __u64 for_probe[DELEGATIONS] = {
		[CMDS] = BIT_ULL(BPF_PROG_LOAD),
		[PROGS] = BIT_ULL(BPF_PROG_TYPE_SOCKET_FILTER),
		[ATTACHS] = BIT_ULL(0), /* a socket filter has no attach type */
	};
	bool probes = libbpf_major_version() == 1 && libbpf_minor_version() < 8;
	__u64 mask = subtest->delegate[kind].mask;

	return subtest->by_libbpf && probes ? mask | for_probe[kind] : mask;
}

static inline bool token_frame__delegates(const struct token_subtest *subtest)
{
	for (int i = 0; i < DELEGATIONS; i++)
		if (token_frame__delegated(subtest, i))
			return true;
	return false;
}

/* ---- refusals */

/* Checks that @err is -EPERM, the errno of every refusal here. */
static inline bool refused(int err, const char *what)
{
	return ASSERT_EQ(err, -EPERM, what);
}

/* Checks that @fd is a descriptor, and closes it. */
static inline bool granted_fd(int fd, const char *what)
{
	if (!ASSERT_OK_FD(fd, what))
		return false;
	close(fd);
	return true;
}

/* Checks that @fd is a refusal. Closes it if it is a descriptor. */
static inline bool refused_fd(int fd, const char *what)
{
	if (fd >= 0)
		close(fd);
	return refused(fd, what);
}

/* Makes the parent skip the subtest with @reason. The body must return the returned value. */
static inline int skip_subtest(const struct token_child *child, const char *reason)
{
	struct token_message message = { .what = MSG_SKIP };

	snprintf(message.reason, sizeof(message.reason), "%s", reason);
	return token_message__send(child->sock, &message, -1);
}

/* ---- the mount */

static inline int sys_fsopen(const char *fsname)
{
	return syscall(SYS_fsopen, fsname, FSOPEN_CLOEXEC);
}

static inline int sys_fspick(int mnt_fd)
{
	return syscall(SYS_fspick, mnt_fd, "", FSPICK_EMPTY_PATH | FSPICK_CLOEXEC);
}

static inline int sys_fsconfig_string(int fs_fd, const char *key, const char *value)
{
	return syscall(SYS_fsconfig, fs_fd, FSCONFIG_SET_STRING, key, value, 0) ? -errno : 0;
}

static inline int sys_fsconfig_create(int fs_fd)
{
	return syscall(SYS_fsconfig, fs_fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0) ? -errno : 0;
}

static inline int sys_fsmount(int fs_fd)
{
	return syscall(SYS_fsmount, fs_fd, FSMOUNT_CLOEXEC, 0);
}

/* Checks that the child may not set any delegation option of @fs_fd itself. */
static inline int token_frame__cannot_delegate(int fs_fd, const char *when)
{
	for (int i = 0; i < DELEGATIONS; i++)
		if (!refused(sys_fsconfig_string(fs_fd, token_options[i], "0x1"), when) ||
		    !refused(sys_fsconfig_string(fs_fd, token_options[i], "any"), when))
			return -1;
	return 0;
}

/*
 * Checks that the child may not create a superblock itself. A refused context cannot be used again.
 */
static inline int token_frame__cannot_create(void)
{
	int fs_fd = sys_fsopen("bpf"), err;

	if (!ASSERT_OK_FD(fs_fd, "fsopen"))
		return -1;
	err = sys_fsconfig_create(fs_fd);
	close(fs_fd);
	return refused(err, "create bpffs without privilege") ? 0 : -1;
}

/* Gets a bpffs with the subtest's delegations from the parent, and sets mnt_fd. */
static inline int token_frame__get_mount(struct token_child *child)
{
	int fs_fd, pick_fd, unused_fd;
	struct token_message message;

	fs_fd = sys_fsopen("bpf");
	if (!ASSERT_OK_FD(fs_fd, "fsopen") ||
	    token_frame__cannot_delegate(fs_fd, "set delegation before creation") ||
	    token_frame__cannot_create() ||
	    token_message__send_word(child->sock, MSG_CONTEXT, fs_fd))
		return -1;
	if (!ASSERT_OK(token_message__receive(child->sock, &message, &unused_fd),
		       "hear of creation") ||
	    !ASSERT_EQ(message.what, MSG_CREATED, "message"))
		return -1;
	child->mnt_fd = sys_fsmount(fs_fd);
	if (!ASSERT_OK_FD(child->mnt_fd, "fsmount"))
		return -1;
	pick_fd = sys_fspick(child->mnt_fd);
	if (!ASSERT_OK_FD(pick_fd, "fspick") ||
	    token_frame__cannot_delegate(pick_fd, "set delegation after creation"))
		return -1;
	close(pick_fd);
	close(fs_fd);
	return 0;
}

/* ---- the token */

/* Makes a token of the mount, sends both to the parent, and sets bpffs_fd and token_fd. */
static inline int token_frame__get_token(struct token_child *child)
{
	__u64 caps;

	child->bpffs_fd = openat(child->mnt_fd, ".", O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	if (!ASSERT_OK_FD(child->bpffs_fd, "open bpffs") ||
	    token_message__send_word(child->sock, MSG_MOUNT, child->bpffs_fd))
		return -1;
	snprintf(child->token_path, sizeof(child->token_path), "/proc/self/fd/%d", child->bpffs_fd);

	/* Drop CAP_SYS_ADMIN too, as it replaces CAP_BPF. */
	if (!ASSERT_OK(cap_disable_effective(BIT_ULL(CAP_BPF) | BIT_ULL(CAP_SYS_ADMIN), &caps),
		       "drop CAP_BPF") ||
	    !refused_fd(bpf_token_create(child->bpffs_fd, NULL), "create token without CAP_BPF") ||
	    !ASSERT_OK(cap_enable_effective(caps, NULL), "restore capabilities"))
		return -1;

	child->token_fd = bpf_token_create(child->bpffs_fd, NULL);
	if (!token_frame__delegates(child->subtest))
		return ASSERT_EQ(child->token_fd, -ENOENT, "create token of nothing") ? 0 : -1;
	if (!ASSERT_OK_FD(child->token_fd, "create token"))
		return -1;
	return token_message__send_word(child->sock, MSG_TOKEN, child->token_fd);
}

/* Parent: checks that the child's token allows the delegated bits and no others. */
static inline bool token_frame__check_token(const struct token_subtest *subtest, int token_fd)
{
	static const char *const keys[DELEGATIONS] = {
		[CMDS] = "allowed_cmds:",
		[MAPS] = "allowed_maps:",
		[PROGS] = "allowed_progs:",
		[ATTACHS] = "allowed_attachs:",
	};
	char path[64], expected[64], text[1024] = "";
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", token_fd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (!ASSERT_OK_FD(fd, "open fdinfo of token"))
		return false;
	got = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (!ASSERT_GT(got, 0, "read fdinfo of token"))
		return false;
	for (int i = 0; i < DELEGATIONS; i++) {
		__u64 mask = token_frame__delegated(subtest, i);

		if (mask == ALL_BITS)
			snprintf(expected, sizeof(expected), "%s\tany\n", keys[i]);
		else
			snprintf(expected, sizeof(expected), "%s\t0x%llx\n", keys[i], mask);
		if (!ASSERT_HAS_SUBSTR(text, expected, "fdinfo of token"))
			return false;
	}
	return true;
}

/* ---- the child */

/* Writes @text to file @path. Returns 0 or a negative errno. */
static inline int token_frame__write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

/*
 * Returns the skip reason if this machine refuses user namespaces, or NULL. @err is from unshare(2)
 * or from writing the maps.
 */
static inline const char *token_frame__no_userns(int err)
{
	if (err == -EINVAL)
		return "no user namespaces in this kernel: build it with CONFIG_USER_NS";
	if (err == -ENOSPC)
		return "no user namespace is left: raise user.max_user_namespaces";
	if (err != -EPERM && err != -EACCES)
		return NULL;
	if (setting_is("/proc/sys/kernel/unprivileged_userns_clone", 0))
		return "no user namespaces: set kernel.unprivileged_userns_clone to 1";
	if (setting_is("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", 1))
		return "AppArmor: set kernel.apparmor_restrict_unprivileged_userns to 0";
	return "user namespaces are refused (chroot, container, seccomp?): use a virtual machine";
}

/* Makes this process root of a new user namespace. Returns 0, -1 or skip_subtest()'s value. */
static inline int token_frame__enter_userns(const struct token_child *child, bool *skipped)
{
	char uid_map[32], gid_map[32];
	const char *why;
	int err;

	snprintf(uid_map, sizeof(uid_map), "0 %u 1", geteuid());
	snprintf(gid_map, sizeof(gid_map), "0 %u 1", getegid());
	err = unshare(CLONE_NEWUSER) ? -errno : 0;
	if (!err)
		err = token_frame__write("/proc/self/setgroups", "deny")	?:
			      token_frame__write("/proc/self/uid_map", uid_map) ?:
			      token_frame__write("/proc/self/gid_map", gid_map);
	why = token_frame__no_userns(err);
	if (why) {
		*skipped = true;
		return skip_subtest(child, why);
	}
	return ASSERT_OK(err, "new user namespace") &&
			       ASSERT_EQ(geteuid(), 0, "root in the namespace") ?
		       0 :
		       -1;
}

static inline int token_frame__enter_mount_namespace(void)
{
	if (!ASSERT_OK(unshare(CLONE_NEWNS), "new mount namespace") ||
	    !ASSERT_OK(syscall(SYS_mount, NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL),
		       "private mounts"))
		return -1;
	return 0;
}

static inline enum forked_child_verdict token_frame__child(struct token_child *child,
							   int (*body)(struct token_child *child))
{
	bool skipped = false;
	int err;

	err = token_frame__enter_userns(child, &skipped);
	if (!err && !skipped)
		err = token_frame__enter_mount_namespace()  ?:
			      token_frame__get_mount(child) ?:
			      token_frame__get_token(child) ?:
							      body(child);
	return err ? CHILD_FAILED : CHILD_PASSED;
}

/* ---- the parent */

/* Sets the delegations of @subtest on the child's bpffs context, and creates it. */
static inline bool token_frame__create_bpffs(const struct token_subtest *subtest, int fs_fd)
{
	char number[32];

	for (int i = 0; i < DELEGATIONS; i++) {
		const char *text = subtest->delegate[i].text;
		__u64 mask = token_frame__delegated(subtest, i);

		if (!mask)
			continue;
		snprintf(number, sizeof(number), "0x%llx", mask);
		if (!ASSERT_OK(sys_fsconfig_string(fs_fd, token_options[i], text ?: number),
			       token_options[i]))
			return false;
	}
	return ASSERT_OK(sys_fsconfig_create(fs_fd), "create bpffs");
}

/* Answers one message of the child. Returns false if the parent must stop. */
static inline bool token_frame__answer(const struct token_subtest *subtest, int sock,
				       const struct token_message *message, int fd,
				       char *skip_reason)
{
	switch (message->what) {
	case MSG_CONTEXT:
		return token_frame__create_bpffs(subtest, fd) &&
		       !token_message__send_word(sock, MSG_CREATED, -1);
	case MSG_MOUNT:
		return refused_fd(bpf_token_create(fd, NULL),
				  "create token from another user namespace");
	case MSG_TOKEN:
		return token_frame__check_token(subtest, fd);
	case MSG_SKIP:
		snprintf(skip_reason, REASON_BYTES, "%s", message->reason);
		return true;
	default:
		return ASSERT_FAIL("message %d from the child", message->what);
	}
}

/* Serves the child until it closes its end of the socket, at the latest when it dies. */
static inline void token_frame__serve(const struct token_subtest *subtest, int sock,
				      char *skip_reason)
{
	bool shown = !token_frame__delegates(subtest), useful = true;
	struct token_message message;
	int fd;

	while (useful && !token_message__receive(sock, &message, &fd)) {
		shown |= message.what == MSG_TOKEN;
		useful = token_frame__answer(subtest, sock, &message, fd, skip_reason);
		if (fd >= 0)
			close(fd);
	}
	/* A child that sends no token has failed, or has a skip reason. */
	if (!*skip_reason)
		ASSERT_TRUE(shown, "child showed its token");
}

static inline void token_frame__skip(const struct token_subtest *subtest, const char *reason)
{
	printf("%s:SKIP:%s\n", subtest->name, reason);
	test__skip();
}

/*
 * Runs @subtest, which is open, with @body in the child. Calls @started before the child has its
 * mount.
 */
static inline void token_frame__run(const struct token_subtest *subtest, void (*started)(pid_t pid),
				    int (*body)(struct token_child *child))
{
	struct token_child child = { .subtest = subtest, .token_fd = -1 };
	char skip_reason[REASON_BYTES] = "";
	int socks[2];
	pid_t pid;

	if (!ASSERT_OK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, socks), "socketpair"))
		return;
	pid = forked_child__start();
	if (!pid) {
		close(socks[0]);
		child.sock = socks[1];
		forked_child__exit(token_frame__child(&child, body));
	}
	close(socks[1]);
	if (!ASSERT_GT(pid, 0, "fork")) {
		close(socks[0]);
		return;
	}
	started(pid);
	token_frame__serve(subtest, socks[0], skip_reason);
	/* A child that waits for an answer gets end of file. */
	close(socks[0]);
	if (forked_child__wait(pid) == CHILD_PASSED && *skip_reason)
		token_frame__skip(subtest, skip_reason);
}

#endif
