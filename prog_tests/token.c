// SPDX-License-Identifier: GPL-2.0
/*
 * BPF token: what a privileged process delegates to a user namespace through a bpffs mount, the
 * namespace can do with a token of that mount, and nothing else.
 *
 * Each subtest has an unprivileged child, root of a user namespace of its own, and this process,
 * which is privileged. They meet over a socket:
 *
 *	child: bpffs context (fsopen)  ->  parent
 *	parent: sets the delegation options, creates the superblock  ->  child
 *	child: mounts it, makes a token  ->  parent, which looks at it
 *	child: runs the body of the subtest, ends with exit status 0 if all was well
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <libgen.h>
#include <limits.h>
#include <linux/mount.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <test_progs.h>

#include "cap_helpers.h"
#include "forked_child.h"
#include "kernel_features.h"

#include "priv_freplace_prog.skel.h"
#include "priv_map.skel.h"
#include "priv_prog.skel.h"
#include "priv_struct_ops.skel.h"
#include "token_kallsyms.skel.h"
#include "token_lsm.skel.h"

#define BIT_ULL(bit) (1ULL << (bit))
#define ALL_BITS (~0ULL)

/*
 * How long one side waits for the other. A child that hangs is waited for twice, once for its word
 * and once for its end, and that must be over before the runner's own watchdog loses patience.
 */
#define TIMEOUT_S 30

#define SYS_BPFFS "/sys/fs/bpf"
#define TOKEN_PATH_ENV "LIBBPF_BPF_TOKEN_PATH"
#define TOKEN_DIR_ENV "BPF_SELFTESTS_BPF_TOKEN_DIR"
#define TOKEN_DIR_DEFAULT "/tmp/bpf-token-fs"

/* The capabilities that BPF asks for, in one place or another. */
#define BPF_CAPS (BIT_ULL(CAP_BPF) | BIT_ULL(CAP_PERFMON) | BIT_ULL(CAP_NET_ADMIN) | \
		  BIT_ULL(CAP_SYS_ADMIN))

enum { CMDS, MAPS, PROGS, ATTACHS, DELEGATIONS };

static const char *const delegate_options[DELEGATIONS] = {
	[CMDS] = "delegate_cmds",
	[MAPS] = "delegate_maps",
	[PROGS] = "delegate_progs",
	[ATTACHS] = "delegate_attachs",
};

/* What a mount delegates of one kind: bits, and how they are spelt where not as a number. */
struct delegation {
	__u64 mask;
	const char *text;
};

/* The child's side of a subtest. */
struct token_child {
	struct token_lsm *lsm;
	int sock;
	int mnt_fd;
	int bpffs_fd;
	int token_fd;
	char token_path[32]; /* bpffs_fd as a path */
};

struct token_subtest {
	const char *name;
	struct delegation delegate[DELEGATIONS];
	/* The body loads objects with libbpf, see delegated(). */
	bool by_libbpf;
	/* Runs in the child. Returns 0 if all was well. */
	int (*body)(struct token_child *child);
	/* Runs the child, in this process; NULL: run_child(). */
	void (*run)(const struct token_subtest *subtest);
};

/*
 * The socket between the two: a message is a word, perhaps with a descriptor, or the reason why
 * the subtest cannot be run.
 */
#define REASON_BYTES 128

struct message {
	enum { MSG_CONTEXT = 1, MSG_CREATED, MSG_TOKEN, MSG_SKIP } what;
	char reason[REASON_BYTES];
};

static int send_message(int sock, const struct message *message, int fd)
{
	struct iovec iov = { (void *)message, sizeof(*message) };
	char control[CMSG_SPACE(sizeof(fd))] = {};
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *cmsg;

	if (fd >= 0) {
		msg.msg_control = control;
		msg.msg_controllen = sizeof(control);
		cmsg = CMSG_FIRSTHDR(&msg);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(sizeof(fd));
		memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	}
	return sendmsg(sock, &msg, MSG_NOSIGNAL) == sizeof(*message) ? 0 : -1;
}

static int send_word(int sock, int what, int fd)
{
	struct message message = { .what = what };

	return ASSERT_OK(send_message(sock, &message, fd), "send") ? 0 : -1;
}

/*
 * Receives a message into @message, and its descriptor, or -1, into *@fd.
 * Returns 0, or -1 when none came: the other side is gone or hangs.
 */
static int receive_message(int sock, struct message *message, int *fd)
{
	struct iovec iov = { message, sizeof(*message) };
	char control[CMSG_SPACE(sizeof(*fd))] = {};
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *cmsg;

	*fd = -1;
	if (TEMP_FAILURE_RETRY(recvmsg(sock, &msg, MSG_CMSG_CLOEXEC)) != sizeof(*message))
		return -1;
	cmsg = CMSG_FIRSTHDR(&msg);
	if (cmsg && cmsg->cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(cmsg), sizeof(*fd));
	return 0;
}

/* Has the parent skip the subtest, for @reason. Returns what the body returns then. */
static int skip_subtest(const struct token_child *child, const char *reason)
{
	struct message message = { .what = MSG_SKIP };

	snprintf(message.reason, sizeof(message.reason), "%s", reason);
	return ASSERT_OK(send_message(child->sock, &message, -1), "send") ? 0 : -1;
}

static int sys_fsopen(const char *fsname)
{
	return syscall(SYS_fsopen, fsname, FSOPEN_CLOEXEC);
}

static int sys_fspick(int mnt_fd)
{
	return syscall(SYS_fspick, mnt_fd, "", FSPICK_EMPTY_PATH | FSPICK_CLOEXEC);
}

static int sys_fsconfig_string(int fs_fd, const char *key, const char *value)
{
	return syscall(SYS_fsconfig, fs_fd, FSCONFIG_SET_STRING, key, value, 0) ? -errno : 0;
}

static int sys_fsconfig_create(int fs_fd)
{
	return syscall(SYS_fsconfig, fs_fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0) ? -errno : 0;
}

static int sys_fsmount(int fs_fd)
{
	return syscall(SYS_fsmount, fs_fd, FSMOUNT_CLOEXEC, 0);
}

static int sys_move_mount(int mnt_fd, const char *path)
{
	return syscall(SYS_move_mount, mnt_fd, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH);
}

/* Every refusal here is for lack of privilege. Returns whether @err says so. */
static bool refused(int err, const char *what)
{
	return ASSERT_EQ(err, -EPERM, what);
}

/* Checks that @fd is one, and closes it. */
static bool granted_fd(int fd, const char *what)
{
	if (!ASSERT_OK_FD(fd, what))
		return false;
	close(fd);
	return true;
}

/* Checks that there is no @fd but a refusal; closes it should there be one. */
static bool refused_fd(int fd, const char *what)
{
	if (fd >= 0)
		close(fd);
	return refused(fd, what);
}

/*
 * One way to ask for something privileged, with @token_fd or, where that is 0, without.
 * Returns a descriptor or a negative errno.
 */
typedef int privileged_op(int token_fd);

/*
 * The square: an operation that wants a token and capabilities in the namespace is refused unless
 * both are there; and then it is not, so that a kernel that refuses everything fails as well.
 */
static int check_square(const struct token_child *child, privileged_op *op)
{
	__u64 caps;

	if (!ASSERT_OK(cap_disable_effective(BPF_CAPS, &caps), "drop capabilities"))
		return -1;
	if (!refused_fd(op(0), "no token, no capabilities") ||
	    !refused_fd(op(child->token_fd), "token, no capabilities"))
		return -1;
	if (!ASSERT_OK(cap_enable_effective(caps, NULL), "restore capabilities"))
		return -1;
	if (!refused_fd(op(0), "capabilities, no token") ||
	    !granted_fd(op(child->token_fd), "token and capabilities"))
		return -1;
	return 0;
}

static int create_map(enum bpf_map_type type, int token_fd)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts,
		    .map_flags = token_fd ? BPF_F_TOKEN_FD : 0,
		    .token_fd = token_fd);

	return bpf_map_create(type, "token_map", 0, 8, 1, &opts);
}

static int create_stack_map(int token_fd)
{
	return create_map(BPF_MAP_TYPE_STACK, token_fd);
}

static int map_token(struct token_child *child)
{
	return check_square(child, create_stack_map);
}

static int load_btf(int token_fd)
{
	LIBBPF_OPTS(bpf_btf_load_opts, opts,
		    .btf_flags = token_fd ? BPF_F_TOKEN_FD : 0,
		    .token_fd = token_fd);
	struct btf *btf = btf__new_empty();
	const void *data;
	int fd = -ENOMEM;
	__u32 size;

	if (btf && btf__add_int(btf, "token_int", 4, BTF_INT_SIGNED) > 0) {
		data = btf__raw_data(btf, &size);
		if (data)
			fd = bpf_btf_load(data, size, &opts);
	}
	btf__free(btf);
	return fd;
}

static int btf_token(struct token_child *child)
{
	return check_square(child, load_btf);
}

#define CALL_HELPER(helper) { .code = BPF_JMP | BPF_CALL, .imm = (helper) }

static int load_xdp(int token_fd)
{
	static const struct bpf_insn insns[] = {
		CALL_HELPER(BPF_FUNC_jiffies64),	/* wants CAP_BPF */
		CALL_HELPER(BPF_FUNC_get_current_task), /* wants CAP_PERFMON */
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts,
		    .expected_attach_type = BPF_XDP,
		    .prog_flags = token_fd ? BPF_F_TOKEN_FD : 0,
		    .token_fd = token_fd);

	return bpf_prog_load(BPF_PROG_TYPE_XDP, "token_xdp", "GPL", insns, ARRAY_SIZE(insns),
			     &opts);
}

static int prog_token(struct token_child *child)
{
	__u64 caps;

	if (check_square(child, load_xdp))
		return -1;
	/* One missing capability is enough; CAP_SYS_ADMIN would stand in for it. */
	if (!ASSERT_OK(cap_disable_effective(BIT_ULL(CAP_PERFMON) | BIT_ULL(CAP_SYS_ADMIN), &caps),
		       "drop CAP_PERFMON") ||
	    !ASSERT_ERR_FD(load_xdp(child->token_fd), "token, no CAP_PERFMON") ||
	    !ASSERT_OK(cap_enable_effective(caps, NULL), "restore capabilities"))
		return -1;
	return 0;
}

/*
 * Opens and loads skeleton SKEL with option bpf_token_path at @path (NULL: not given).
 * Each returns 0 or a negative errno.
 */
#define DEFINE_TRY_LOAD(skel)						\
static int try_load_##skel(const char *path)				\
{									\
	LIBBPF_OPTS(bpf_object_open_opts, opts, .bpf_token_path = path); \
	struct skel *obj = skel##__open_opts(&opts);			\
	int err;							\
									\
	if (!ASSERT_OK_PTR(obj, "open " #skel))				\
		return -EINVAL;						\
	err = skel##__load(obj);					\
	skel##__destroy(obj);						\
	return err;							\
}

DEFINE_TRY_LOAD(priv_map)
DEFINE_TRY_LOAD(priv_prog)
DEFINE_TRY_LOAD(priv_struct_ops)

static int obj_priv_map(struct token_child *child)
{
	/* Without a token libbpf gives up before it asks for the map: ask the kernel, too. */
	if (!refused_fd(create_map(BPF_MAP_TYPE_QUEUE, 0), "create map without token") ||
	    !refused(try_load_priv_map(NULL), "load without token") ||
	    !ASSERT_OK(try_load_priv_map(child->token_path), "load with token"))
		return -1;
	return 0;
}

static int obj_priv_prog(struct token_child *child)
{
	if (bpf_lsm_is_inactive())
		return skip_subtest(child, BPF_LSM_INACTIVE);
	if (!refused_fd(load_xdp(0), "load program without token") ||
	    !refused(try_load_priv_prog(NULL), "load without token") ||
	    !ASSERT_OK(try_load_priv_prog(child->token_path), "load with token"))
		return -1;

	child->lsm->bss->reject_capable = true;
	if (!refused(try_load_priv_prog(child->token_path), "load, LSM refuses capable"))
		return -1;
	child->lsm->bss->reject_capable = false;

	child->lsm->bss->reject_cmd = true;
	if (!refused(try_load_priv_prog(child->token_path), "load, LSM refuses cmd"))
		return -1;
	child->lsm->bss->reject_cmd = false;

	if (!ASSERT_OK(try_load_priv_prog(child->token_path), "load, LSM refuses nothing"))
		return -1;
	return 0;
}

/* libbpf before 1.6 does not have it. */
extern int bpf_object__prepare(struct bpf_object *obj) __attribute__((weak));

/* Loads the program that replaces @target's. Returns 0 or -1. */
static int load_freplace(struct token_child *child, struct priv_freplace_prog *skel, int target_fd)
{
	int err;

	/* Only a prepared object has a token to look up the target's types with. */
	if (!ASSERT_OK(bpf_object__prepare(skel->obj), "prepare freplace"))
		return -1;
	err = bpf_program__set_attach_target(skel->progs.xdp_replacement, target_fd, "xdp_target");
	if (err == -EINVAL && !kernel_has_member("fd_by_id_token_fd"))
		return skip_subtest(child, "BPF_BTF_GET_FD_BY_ID takes no token in this kernel");
	if (!ASSERT_OK(err, "set attach target") ||
	    !ASSERT_OK(priv_freplace_prog__load(skel), "load freplace"))
		return -1;
	return 0;
}

static int load_freplace_unprepared(struct token_child *child, struct priv_freplace_prog *skel,
				    int target_fd)
{
	int err;

	(void)child;
	err = bpf_program__set_attach_target(skel->progs.xdp_replacement, target_fd, "xdp_target");
	return refused(err, "set attach target unprepared") ? 0 : -1;
}

/* Loads a program with the token, opens what is to replace it, and leaves that to @load. */
static int check_freplace(struct token_child *child,
			  int (*load)(struct token_child *child, struct priv_freplace_prog *skel,
				      int target_fd))
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .bpf_token_path = child->token_path);
	struct priv_freplace_prog *skel;
	struct priv_prog *target;
	int err = -1;

	if (!bpf_object__prepare)
		return skip_subtest(child, "libbpf has no bpf_object__prepare() (before 1.6)");
	target = priv_prog__open_opts(&opts);
	skel = priv_freplace_prog__open_opts(&opts);
	if (ASSERT_OK_PTR(target, "open target") && ASSERT_OK_PTR(skel, "open freplace") &&
	    ASSERT_OK(priv_prog__load(target), "load target"))
		err = load(child, skel, bpf_program__fd(target->progs.xdp_target));
	priv_freplace_prog__destroy(skel);
	priv_prog__destroy(target);
	return err;
}

static int obj_priv_freplace_prog(struct token_child *child)
{
	return check_freplace(child, load_freplace);
}

static int obj_priv_freplace_prog_fail(struct token_child *child)
{
	return check_freplace(child, load_freplace_unprepared);
}

static bool has_dummy_ops(void)
{
	return kernel_has_type("bpf_struct_ops_bpf_dummy_ops", BTF_KIND_STRUCT);
}

static int skip_dummy_ops(const struct token_child *child)
{
	return skip_subtest(child, "no struct_ops bpf_dummy_ops in this kernel");
}

/* As with a map: the kernel is asked directly for what comes first, the types. */
static bool struct_ops_refused(const char *path, const char *what)
{
	return refused_fd(load_btf(0), "load BTF without token") &&
	       refused(try_load_priv_struct_ops(path), what);
}

static int obj_priv_btf_fail(struct token_child *child)
{
	if (!has_dummy_ops())
		return skip_dummy_ops(child);
	/* struct_ops cannot do without BTF; libbpf has an error of its own for that. */
	if (!refused_fd(load_btf(child->token_fd), "load BTF with token") ||
	    !ASSERT_EQ(try_load_priv_struct_ops(child->token_path), -EOPNOTSUPP,
		       "load without BTF_LOAD"))
		return -1;
	return 0;
}

static int obj_priv_btf_success(struct token_child *child)
{
	if (!has_dummy_ops())
		return skip_dummy_ops(child);
	if (!ASSERT_OK(try_load_priv_struct_ops(child->token_path), "load with BTF_LOAD"))
		return -1;
	return 0;
}

static int obj_priv_implicit_token(struct token_child *child)
{
	if (!has_dummy_ops())
		return skip_dummy_ops(child);
	if (!struct_ops_refused(NULL, "load without token") ||
	    !ASSERT_OK(sys_move_mount(child->mnt_fd, SYS_BPFFS), "mount at " SYS_BPFFS))
		return -1;

	/* An empty path says: no token, do not look for one. */
	setenv(TOKEN_PATH_ENV, "", 1);
	if (!struct_ops_refused(NULL, "load, empty path in environment"))
		return -1;
	unsetenv(TOKEN_PATH_ENV);
	if (!ASSERT_OK(try_load_priv_struct_ops(NULL), "load, token found by libbpf") ||
	    !struct_ops_refused("", "load, empty path as option"))
		return -1;
	return 0;
}

static const char *token_dir(void)
{
	const char *dir = getenv(TOKEN_DIR_ENV);

	return dir && *dir ? dir : TOKEN_DIR_DEFAULT;
}

/* Makes the token directory, in a file system that only this process sees, and mounts there. */
static int mount_at_token_dir(const struct token_child *child)
{
	char parent[PATH_MAX];

	snprintf(parent, sizeof(parent), "%s", token_dir());
	if (!ASSERT_OK(syscall(SYS_mount, "tmpfs", dirname(parent), "tmpfs", 0, NULL),
		       "mount over the parent of the token directory") ||
	    !ASSERT_OK(mkdir(token_dir(), 0755), "make token directory") ||
	    !ASSERT_OK(sys_move_mount(child->mnt_fd, token_dir()), "mount at token directory"))
		return -1;
	return 0;
}

static int obj_priv_implicit_token_envvar(struct token_child *child)
{
	if (!has_dummy_ops())
		return skip_dummy_ops(child);
	if (mount_at_token_dir(child) ||
	    !struct_ops_refused(NULL, "load, nobody knows where the token is"))
		return -1;

	setenv(TOKEN_PATH_ENV, token_dir(), 1);
	if (!ASSERT_OK(try_load_priv_struct_ops(NULL), "load, path in environment") ||
	    !struct_ops_refused("", "load, empty path as option"))
		return -1;
	return 0;
}

/* What subtest bpf_token_info delegates, and so what the kernel has to tell of the token. */
#define INFO_CMDS BIT_ULL(BPF_MAP_CREATE)
#define INFO_PROGS BIT_ULL(BPF_PROG_TYPE_XDP)

static int token_info(struct token_child *child)
{
	struct bpf_token_info info;
	__u32 len = sizeof(info);
	int err;

	/* What the kernel does not fill in shows. */
	memset(&info, 0x5a, sizeof(info));
	err = bpf_obj_get_info_by_fd(child->token_fd, &info, &len);
	if (err == -EINVAL && !kernel_has_type("bpf_token_info", BTF_KIND_STRUCT))
		return skip_subtest(child, "no struct bpf_token_info in this kernel (before 6.17)");
	if (!ASSERT_OK(err, "get info of token") ||
	    !ASSERT_EQ(len, sizeof(info), "length of info") ||
	    !ASSERT_EQ(info.allowed_cmds, INFO_CMDS, "allowed_cmds") ||
	    !ASSERT_EQ(info.allowed_maps, 0, "allowed_maps") ||
	    !ASSERT_EQ(info.allowed_progs, INFO_PROGS, "allowed_progs") ||
	    !ASSERT_EQ(info.allowed_attachs, 0, "allowed_attachs"))
		return -1;
	return 0;
}

/* A program's symbol: "bpf_prog_", the 16 digits of its tag, "_", its name. */
struct prog_symbol {
	const char *tag; /* NULL: any */
	const char *name;
	bool found;
};

static void match_symbol(struct prog_symbol *wanted, const char *symbol)
{
	static const char prefix[] = "bpf_prog_";
	size_t digits = 0, len = strlen(wanted->name);

	if (strncmp(symbol, prefix, sizeof(prefix) - 1))
		return;
	symbol += sizeof(prefix) - 1;
	while (isxdigit((unsigned char)symbol[digits]))
		digits++;
	if (digits != 2 * BPF_TAG_SIZE || symbol[digits] != '_' ||
	    (wanted->tag && strncmp(symbol, wanted->tag, digits)))
		return;
	symbol += digits + 1;
	if (!strncmp(symbol, wanted->name, len) && (symbol[len] == '\t' || symbol[len] == '\n'))
		wanted->found = true;
}

/* Looks for the two symbols in /proc/kallsyms, in one go since it is long. */
static int find_symbols(struct prog_symbol *first, struct prog_symbol *second)
{
	FILE *kallsyms = fopen("/proc/kallsyms", "re");
	char *line = NULL;
	size_t room = 0;

	if (!ASSERT_OK_PTR(kallsyms, "open /proc/kallsyms"))
		return -1;
	while (!(first->found && second->found) && getline(&line, &room, kallsyms) > 0) {
		const char *type = strchr(line, ' ');

		if (!type || strlen(type) < 4)
			continue;
		match_symbol(first, type + 3);
		match_symbol(second, type + 3);
	}
	free(line);
	fclose(kallsyms);
	return 0;
}

/* Checks that the program of @skel and its subprogram have their symbols. */
static int check_kallsyms(struct token_child *child, struct token_kallsyms *skel)
{
	char tag[2 * BPF_TAG_SIZE + 1] = "";
	struct prog_symbol prog = { .tag = tag, .name = "xdp_main" };
	struct prog_symbol subprog = { .name = "token_ksym_subprog" };
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	if (!ASSERT_OK(bpf_prog_get_info_by_fd(bpf_program__fd(skel->progs.xdp_main), &info, &len),
		       "get info of program"))
		return -1;
	for (int i = 0; i < BPF_TAG_SIZE; i++)
		sprintf(tag + 2 * i, "%02x", info.tag[i]);
	if (find_symbols(&prog, &subprog) || !ASSERT_TRUE(prog.found, "program in kallsyms"))
		return -1;
	if (!subprog.found && kernel_is_before(7, 1))
		return skip_subtest(child,
				    "no token for subprogram symbols in this kernel (before 7.1)");
	return ASSERT_TRUE(subprog.found, "subprogram in kallsyms") ? 0 : -1;
}

static int obj_priv_prog_kallsyms(struct token_child *child)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .bpf_token_path = child->token_path);
	struct token_kallsyms *skel = token_kallsyms__open_opts(&opts);
	int err = -1;

	if (ASSERT_OK_PTR(skel, "open token_kallsyms") &&
	    ASSERT_OK(token_kallsyms__load(skel), "load with token"))
		err = check_kallsyms(child, skel);
	token_kallsyms__destroy(skel);
	return err;
}

/* Writes @text to file @path. Returns 0 or -1. */
static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t put;

	if (fd < 0)
		return -1;
	put = write(fd, text, strlen(text));
	close(fd);
	return put == (ssize_t)strlen(text) ? 0 : -1;
}

/* Makes this process root of a new user namespace, with a mount namespace of its own. */
static int enter_namespaces(void)
{
	char uid_map[32], gid_map[32];

	snprintf(uid_map, sizeof(uid_map), "0 %u 1", geteuid());
	snprintf(gid_map, sizeof(gid_map), "0 %u 1", getegid());
	if (!ASSERT_OK(unshare(CLONE_NEWUSER), "new user namespace") ||
	    !ASSERT_OK(write_file("/proc/self/setgroups", "deny"), "deny setgroups") ||
	    !ASSERT_OK(write_file("/proc/self/uid_map", uid_map), "write uid_map") ||
	    !ASSERT_OK(write_file("/proc/self/gid_map", gid_map), "write gid_map") ||
	    !ASSERT_EQ(geteuid(), 0, "root in the namespace") ||
	    !ASSERT_OK(unshare(CLONE_NEWNS), "new mount namespace") ||
	    !ASSERT_OK(syscall(SYS_mount, NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL),
		       "private mounts"))
		return -1;
	return 0;
}

/* Checks that the child may not set any delegation option of @fs_fd itself. */
static int check_cannot_delegate(int fs_fd, const char *when)
{
	for (int i = 0; i < DELEGATIONS; i++)
		if (!refused(sys_fsconfig_string(fs_fd, delegate_options[i], "any"), when))
			return -1;
	return 0;
}

/* Gets a bpffs with the subtest's delegations from the parent; fills in mnt_fd. */
static int get_mount(struct token_child *child)
{
	int fs_fd, pick_fd, unused_fd;
	struct message message;

	fs_fd = sys_fsopen("bpf");
	if (!ASSERT_OK_FD(fs_fd, "fsopen") ||
	    check_cannot_delegate(fs_fd, "set delegation before creation") ||
	    send_word(child->sock, MSG_CONTEXT, fs_fd))
		return -1;
	if (!ASSERT_OK(receive_message(child->sock, &message, &unused_fd), "hear of creation") ||
	    !ASSERT_EQ(message.what, MSG_CREATED, "message"))
		return -1;
	child->mnt_fd = sys_fsmount(fs_fd);
	if (!ASSERT_OK_FD(child->mnt_fd, "fsmount"))
		return -1;
	pick_fd = sys_fspick(child->mnt_fd);
	if (!ASSERT_OK_FD(pick_fd, "fspick") ||
	    check_cannot_delegate(pick_fd, "set delegation after creation"))
		return -1;
	close(pick_fd);
	close(fs_fd);
	return 0;
}

/* Makes a token of the mount and shows it to the parent; fills in bpffs_fd and token_fd. */
static int get_token(struct token_child *child)
{
	child->bpffs_fd = openat(child->mnt_fd, ".", O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	if (!ASSERT_OK_FD(child->bpffs_fd, "open bpffs"))
		return -1;
	snprintf(child->token_path, sizeof(child->token_path), "/proc/self/fd/%d", child->bpffs_fd);
	child->token_fd = bpf_token_create(child->bpffs_fd, NULL);
	if (!ASSERT_OK_FD(child->token_fd, "create token"))
		return -1;
	return send_word(child->sock, MSG_TOKEN, child->token_fd);
}

/* Loads and attaches token_lsm. Returns false with *@err set where that cannot be. */
static bool attach_lsm(struct token_child *child, int *err)
{
	struct stat pid_ns;

	*err = -1;
	child->lsm = token_lsm__open();
	if (!ASSERT_OK_PTR(child->lsm, "open token_lsm"))
		return false;
	*err = token_lsm__load(child->lsm);
	if (*err == -EPERM)
		printf("%s: this kernel lets not even root load LSM programs: use a virtual machine\n",
		       __func__);
	/* libbpf found no such hook in the kernel's types. */
	if (*err == -ESRCH && !kernel_has_type("bpf_lsm_bpf_token_cmd", BTF_KIND_FUNC)) {
		*err = skip_subtest(child, "no BPF LSM in this kernel (CONFIG_BPF_LSM)");
		return false;
	}
	if (!ASSERT_OK(*err, "load token_lsm"))
		return false;
	*err = token_lsm__attach(child->lsm);
	if (!ASSERT_OK(*err, "attach token_lsm"))
		return false;
	if (!ASSERT_OK(stat("/proc/self/ns/pid", &pid_ns), "stat pid namespace")) {
		*err = -1;
		return false;
	}
	child->lsm->bss->pid_ns_dev = pid_ns.st_dev;
	child->lsm->bss->pid_ns_ino = pid_ns.st_ino;
	child->lsm->bss->my_pid = getpid();
	return true;
}

static int child_main(const struct token_subtest *subtest, int sock)
{
	struct token_child child = { .sock = sock };
	int err;

	if (!attach_lsm(&child, &err))
		goto out;
	err = enter_namespaces() ?: get_mount(&child) ?: get_token(&child) ?: subtest->body(&child);
out:
	token_lsm__destroy(child.lsm);
	return err;
}

/*
 * What @subtest delegates of @kind. libbpf before 1.8 loads a trivial socket filter before any
 * object; unless unprivileged BPF is on, that has to be delegated too.
 */
static __u64 delegated(const struct token_subtest *subtest, int kind)
{
	static const __u64 for_probe[DELEGATIONS] = {
		[CMDS] = BIT_ULL(BPF_PROG_LOAD),
		[PROGS] = BIT_ULL(BPF_PROG_TYPE_SOCKET_FILTER),
		[ATTACHS] = BIT_ULL(0), /* a socket filter has none */
	};
	bool probes = libbpf_major_version() == 1 && libbpf_minor_version() < 8;
	__u64 mask = subtest->delegate[kind].mask;

	return subtest->by_libbpf && probes ? mask | for_probe[kind] : mask;
}

/* Parent: sets what @subtest delegates on the child's bpffs context, and creates it. */
static bool create_bpffs(const struct token_subtest *subtest, int fs_fd)
{
	char number[32];

	for (int i = 0; i < DELEGATIONS; i++) {
		const char *text = subtest->delegate[i].text;
		__u64 mask = delegated(subtest, i);

		if (!mask)
			continue;
		snprintf(number, sizeof(number), "0x%llx", mask);
		if (!ASSERT_OK(sys_fsconfig_string(fs_fd, delegate_options[i], text ?: number),
			       delegate_options[i]))
			return false;
	}
	return ASSERT_OK(sys_fsconfig_create(fs_fd), "create bpffs");
}

/* Parent: checks that the token the child has made allows what was delegated, and no more. */
static bool check_token(const struct token_subtest *subtest, int token_fd)
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
		__u64 mask = delegated(subtest, i);

		if (mask == ALL_BITS)
			snprintf(expected, sizeof(expected), "%s\tany\n", keys[i]);
		else
			snprintf(expected, sizeof(expected), "%s\t0x%llx\n", keys[i], mask);
		if (!ASSERT_HAS_SUBSTR(text, expected, "fdinfo of token"))
			return false;
	}
	return true;
}

/* Parent: answers one message of the child. Returns false when that was no use. */
static bool answer(const struct token_subtest *subtest, int sock, const struct message *message,
		   int fd, char *skip_reason)
{
	switch (message->what) {
	case MSG_CONTEXT:
		return create_bpffs(subtest, fd) && !send_word(sock, MSG_CREATED, -1);
	case MSG_TOKEN:
		return check_token(subtest, fd);
	case MSG_SKIP:
		snprintf(skip_reason, REASON_BYTES, "%s", message->reason);
		return true;
	default:
		return ASSERT_FAIL("message %d from the child", message->what);
	}
}

/* Parent: serves the child until it closes its end, which it does when it dies. */
static void serve(const struct token_subtest *subtest, int sock, char *skip_reason)
{
	struct message message;
	bool shown = false, useful = true;
	int fd;

	while (useful && !receive_message(sock, &message, &fd)) {
		shown |= message.what == MSG_TOKEN;
		useful = answer(subtest, sock, &message, fd, skip_reason);
		if (fd >= 0)
			close(fd);
	}
	/* A child that has nothing to show must have failed, or say why. */
	if (!*skip_reason)
		ASSERT_TRUE(shown, "child showed its token");
}

static void run_child(const struct token_subtest *subtest)
{
	const struct timeval timeout = { .tv_sec = TIMEOUT_S };
	char skip_reason[REASON_BYTES] = "";
	int socks[2];
	pid_t pid;

	if (!ASSERT_OK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, socks), "socketpair"))
		return;
	setsockopt(socks[0], SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	setsockopt(socks[1], SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	pid = forked_child__start();
	if (!pid) {
		close(socks[0]);
		forked_child__exit(child_main(subtest, socks[1]) ? CHILD_FAILED : CHILD_PASSED);
	}
	close(socks[1]);
	if (ASSERT_GT(pid, 0, "fork")) {
		serve(subtest, socks[0], skip_reason);
		/* Whatever the child still waits for will not come. */
		close(socks[0]);
		if (forked_child__wait(pid, TIMEOUT_S) == CHILD_PASSED && *skip_reason) {
			printf("%s:SKIP:%s\n", subtest->name, skip_reason);
			test__skip();
		}
	}
}

/*
 * Programs have symbols where they are compiled and not hidden. The names, which is all that is
 * looked at, are shown whatever kernel.kptr_restrict and kernel.perf_event_paranoid are: these are
 * left alone, and so need not be restored, whatever ends this test.
 */
static void run_if_jit_has_symbols(const struct token_subtest *subtest)
{
	const char *why = NULL;

	if (setting_is("/proc/sys/net/core/bpf_jit_enable", 0))
		why = "net.core.bpf_jit_enable is 0";
	else if (setting_is("/proc/sys/net/core/bpf_jit_kallsyms", 0))
		why = "net.core.bpf_jit_kallsyms is 0";
	else if (setting_is("/proc/sys/net/core/bpf_jit_harden", 1) ||
		 setting_is("/proc/sys/net/core/bpf_jit_harden", 2))
		why = "net.core.bpf_jit_harden hides the symbols";
	if (why) {
		printf("%s:SKIP:%s\n", subtest->name, why);
		test__skip();
	} else {
		run_child(subtest);
	}
}

#define ALL_OF { ALL_BITS, "any" }
#define STRUCT_OPS_CMDS (BIT_ULL(BPF_MAP_CREATE) | BIT_ULL(BPF_PROG_LOAD))
#define STRUCT_OPS_MAPS BIT_ULL(BPF_MAP_TYPE_STRUCT_OPS)
#define STRUCT_OPS_PROGS BIT_ULL(BPF_PROG_TYPE_STRUCT_OPS)
#define FREPLACE_CMDS (BIT_ULL(BPF_BTF_LOAD) | BIT_ULL(BPF_PROG_LOAD) | \
		       BIT_ULL(BPF_BTF_GET_FD_BY_ID))
#define FREPLACE_PROGS (BIT_ULL(BPF_PROG_TYPE_EXT) | BIT_ULL(BPF_PROG_TYPE_XDP))

static const struct token_subtest subtests[] = {
	{
		.name = "map_token",
		.delegate[CMDS] = { BIT_ULL(BPF_MAP_CREATE), "map_create" },
		.delegate[MAPS] = { BIT_ULL(BPF_MAP_TYPE_STACK), "stack" },
		.body = map_token,
	},
	{
		.name = "btf_token",
		.delegate[CMDS] = { .mask = BIT_ULL(BPF_BTF_LOAD) },
		.body = btf_token,
	},
	{
		.name = "prog_token",
		.delegate[CMDS] = { BIT_ULL(BPF_PROG_LOAD), "PROG_LOAD" },
		.delegate[PROGS] = { BIT_ULL(BPF_PROG_TYPE_XDP), "XDP" },
		.delegate[ATTACHS] = { BIT_ULL(BPF_XDP), "xdp" },
		.body = prog_token,
	},
	{
		.name = "obj_priv_map",
		.delegate[CMDS] = { .mask = BIT_ULL(BPF_MAP_CREATE) },
		.delegate[MAPS] = { .mask = BIT_ULL(BPF_MAP_TYPE_QUEUE) },
		.by_libbpf = true,
		.body = obj_priv_map,
	},
	{
		.name = "obj_priv_prog",
		.delegate[CMDS] = { .mask = BIT_ULL(BPF_PROG_LOAD) },
		.delegate[PROGS] = { .mask = BIT_ULL(BPF_PROG_TYPE_XDP) },
		.delegate[ATTACHS] = ALL_OF,
		.by_libbpf = true,
		.body = obj_priv_prog,
	},
	{
		.name = "obj_priv_freplace_prog",
		.delegate[CMDS] = { .mask = FREPLACE_CMDS },
		.delegate[PROGS] = { .mask = FREPLACE_PROGS },
		.delegate[ATTACHS] = ALL_OF,
		.by_libbpf = true,
		.body = obj_priv_freplace_prog,
	},
	{
		.name = "obj_priv_freplace_prog_fail",
		.delegate[CMDS] = { .mask = FREPLACE_CMDS },
		.delegate[PROGS] = { .mask = FREPLACE_PROGS },
		.delegate[ATTACHS] = ALL_OF,
		.by_libbpf = true,
		.body = obj_priv_freplace_prog_fail,
	},
	{
		.name = "obj_priv_btf_fail",
		.delegate[CMDS] = { .mask = STRUCT_OPS_CMDS },
		.delegate[MAPS] = { .mask = STRUCT_OPS_MAPS },
		.delegate[PROGS] = { .mask = STRUCT_OPS_PROGS },
		.delegate[ATTACHS] = ALL_OF,
		.by_libbpf = true,
		.body = obj_priv_btf_fail,
	},
	{
		.name = "obj_priv_btf_success",
		.delegate[CMDS] = { .mask = STRUCT_OPS_CMDS | BIT_ULL(BPF_BTF_LOAD) },
		.delegate[MAPS] = { .mask = STRUCT_OPS_MAPS },
		.delegate[PROGS] = { .mask = STRUCT_OPS_PROGS },
		.delegate[ATTACHS] = ALL_OF,
		.by_libbpf = true,
		.body = obj_priv_btf_success,
	},
	{
		.name = "obj_priv_implicit_token",
		.delegate[CMDS] = { .mask = STRUCT_OPS_CMDS | BIT_ULL(BPF_BTF_LOAD) },
		.delegate[MAPS] = { .mask = STRUCT_OPS_MAPS },
		.delegate[PROGS] = { .mask = STRUCT_OPS_PROGS },
		.delegate[ATTACHS] = ALL_OF,
		.by_libbpf = true,
		.body = obj_priv_implicit_token,
	},
	{
		.name = "obj_priv_implicit_token_envvar",
		.delegate[CMDS] = { .mask = STRUCT_OPS_CMDS | BIT_ULL(BPF_BTF_LOAD) },
		.delegate[MAPS] = { .mask = STRUCT_OPS_MAPS },
		.delegate[PROGS] = { .mask = STRUCT_OPS_PROGS },
		.delegate[ATTACHS] = ALL_OF,
		.by_libbpf = true,
		.body = obj_priv_implicit_token_envvar,
	},
	{
		.name = "bpf_token_info",
		.delegate[CMDS] = { .mask = INFO_CMDS },
		.delegate[PROGS] = { .mask = INFO_PROGS },
		.body = token_info,
	},
	{
		.name = "obj_priv_prog_kallsyms",
		.delegate[CMDS] = { .mask = BIT_ULL(BPF_BTF_LOAD) | BIT_ULL(BPF_PROG_LOAD) },
		.delegate[PROGS] = { .mask = BIT_ULL(BPF_PROG_TYPE_XDP) },
		.delegate[ATTACHS] = ALL_OF,
		.by_libbpf = true,
		.body = obj_priv_prog_kallsyms,
		.run = run_if_jit_has_symbols,
	},
};

void serial_test_token(void)
{
	/* The user's own would be every object's. */
	unsetenv(TOKEN_PATH_ENV);
	/* With the command, the kernel misses the bpffs; without, the command. */
	if (bpf_token_create(-1, NULL) == -EINVAL) {
		printf("%s:SKIP:no BPF token in this kernel (before 6.9)\n", __func__);
		test__skip();
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(subtests); i++) {
		if (!test__start_subtest(subtests[i].name))
			continue;
		if (subtests[i].run)
			subtests[i].run(&subtests[i]);
		else
			run_child(&subtests[i]);
	}
}
