// SPDX-License-Identifier: GPL-2.0
/*
 * BPF token: a privileged process delegates to a user namespace through a bpffs mount. The
 * namespace can do that with a token of the mount, and nothing else.
 *
 * token_frame.h has the two processes of a subtest, token_ops.h the operations that a token allows,
 * token_freplace.h the subtests that replace a program. The others are here.
 *
 * Report: https://github.com/kernel-patches/vmtest/issues/473
 */
#define _GNU_SOURCE
#include <libgen.h>
#include <limits.h>
#include <test_progs.h>

#include "program_symbols.h"
#include "token_frame.h"
#include "token_freplace.h"
#include "token_ops.h"

/* The kernel tree's Makefile builds the skeletons that .c files include. */
#include "priv_freplace_prog.skel.h"
#include "priv_map.skel.h"
#include "priv_prog.skel.h"
#include "priv_struct_ops.skel.h"
#include "token_kallsyms.skel.h"
#include "token_lsm.skel.h"

#define SYS_BPFFS "/sys/fs/bpf"
#define TOKEN_PATH_ENV "LIBBPF_BPF_TOKEN_PATH"
#define TOKEN_DIR_ENV "BPF_SELFTESTS_BPF_TOKEN_DIR"
#define TOKEN_DIR_DEFAULT "/tmp/bpf-token-fs"

/* Loaded and attached once for all subtests. Children share its data. */
static struct token_lsm *lsm;

static int sys_move_mount(int mnt_fd, const char *path)
{
	return syscall(SYS_move_mount, mnt_fd, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH);
}

static int map_token(struct token_child *child)
{
	return check_square(child, create_stack_map);
}

static int btf_token(struct token_child *child)
{
	return check_square(child, load_btf);
}

static int prog_token(struct token_child *child)
{
	__u64 caps;

	if (check_square(child, load_xdp))
		return -1;
	/* One missing capability is enough. Drop CAP_SYS_ADMIN too, as it replaces CAP_PERFMON. */
	if (!ASSERT_OK(cap_disable_effective(BIT_ULL(CAP_PERFMON) | BIT_ULL(CAP_SYS_ADMIN), &caps),
		       "drop CAP_PERFMON") ||
	    !ASSERT_EQ(load_xdp(child->token_fd), -EINVAL, "token, no CAP_PERFMON") ||
	    !ASSERT_OK(cap_enable_effective(caps, NULL), "restore capabilities"))
		return -1;
	return 0;
}

/*
 * Opens and loads skeleton SKEL with option bpf_token_path set to @path, or unset if @path is NULL.
 * Returns 0 or a negative errno.
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
	/*
	 * Without a token libbpf stops before it creates the map, so ask the kernel directly too.
	 */
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

	lsm->bss->reject_capable = true;
	if (!refused(try_load_priv_prog(child->token_path), "load, LSM refuses capable"))
		return -1;
	lsm->bss->reject_capable = false;

	lsm->bss->reject_cmd = true;
	if (!refused(try_load_priv_prog(child->token_path), "load, LSM refuses cmd"))
		return -1;
	lsm->bss->reject_cmd = false;

	if (!ASSERT_OK(try_load_priv_prog(child->token_path), "load, LSM refuses nothing"))
		return -1;
	return 0;
}

static const char *dummy_ops_skip_reason(void)
{
	static int has = -1;

	if (has < 0)
		has = kernel_has("bpf_struct_ops_bpf_dummy_ops");
	return has ? NULL : "no struct_ops bpf_dummy_ops in this kernel";
}

/* libbpf loads types first and stops there, so ask the kernel directly too. */
static bool struct_ops_refused(const char *path, const char *what)
{
	return refused_fd(load_btf(0), "load BTF without token") &&
	       refused(try_load_priv_struct_ops(path), what);
}

static int obj_priv_btf_fail(struct token_child *child)
{
	/* struct_ops needs BTF, and libbpf returns its own error without. */
	if (!refused_fd(load_btf(child->token_fd), "load BTF with token") ||
	    !ASSERT_EQ(try_load_priv_struct_ops(child->token_path), -EOPNOTSUPP,
		       "load without BTF_LOAD"))
		return -1;
	return 0;
}

static int obj_priv_btf_success(struct token_child *child)
{
	if (!ASSERT_OK(try_load_priv_struct_ops(child->token_path), "load with BTF_LOAD"))
		return -1;
	return 0;
}

static int obj_priv_implicit_token(struct token_child *child)
{
	if (!struct_ops_refused(NULL, "load without token") ||
	    !ASSERT_OK(sys_move_mount(child->mnt_fd, SYS_BPFFS), "mount at " SYS_BPFFS))
		return -1;

	/* An empty path turns the search for a token off. */
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

/*
 * Makes the token directory in a file system that only this process sees, and mounts the bpffs
 * there.
 */
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
	if (mount_at_token_dir(child) ||
	    !struct_ops_refused(NULL, "load, nobody knows where the token is"))
		return -1;

	setenv(TOKEN_PATH_ENV, token_dir(), 1);
	if (!ASSERT_OK(try_load_priv_struct_ops(NULL), "load, path in environment") ||
	    !struct_ops_refused("", "load, empty path as option"))
		return -1;
	return 0;
}

/* The masks that bpf_token_info delegates and that the kernel must report. */
#define INFO_CMDS BIT_ULL(BPF_MAP_CREATE)
#define INFO_PROGS BIT_ULL(BPF_PROG_TYPE_XDP)

static int token_info(struct token_child *child)
{
	struct bpf_token_info info;
	__u32 len = sizeof(info);
	int err;

	/* A field that the kernel does not fill keeps these bytes. */
	memset(&info, 0x5a, sizeof(info));
	err = bpf_obj_get_info_by_fd(child->token_fd, &info, &len);
	if (err == -EINVAL && !kernel_has("bpf_token_info"))
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
	/*
	 * Before 7.1 subprograms have no token, so they have no symbol. Nothing else in such a
	 * kernel differs: it has the same types and functions, and shows subprograms that were
	 * loaded without a token. A kernel that has the fix never gets here, whatever its version.
	 */
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

static int run_body(struct token_child *child)
{
	int err = child->token_fd < 0 ? 0 : check_masks(child);

	return err || !child->subtest->body ? err : child->subtest->body(child);
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
		.skip_reason = replace_skip_reason,
	},
	{
		.name = "obj_priv_freplace_prog_fail",
		.delegate[CMDS] = { .mask = FREPLACE_CMDS },
		.delegate[PROGS] = { .mask = FREPLACE_PROGS },
		.delegate[ATTACHS] = ALL_OF,
		.by_libbpf = true,
		.body = obj_priv_freplace_prog_fail,
		.skip_reason = prepare_skip_reason,
	},
	{
		.name = "obj_priv_btf_fail",
		.delegate[CMDS] = { .mask = STRUCT_OPS_CMDS },
		.delegate[MAPS] = { .mask = STRUCT_OPS_MAPS },
		.delegate[PROGS] = { .mask = STRUCT_OPS_PROGS },
		.delegate[ATTACHS] = ALL_OF,
		.by_libbpf = true,
		.body = obj_priv_btf_fail,
		.skip_reason = dummy_ops_skip_reason,
	},
	{
		.name = "obj_priv_btf_success",
		.delegate[CMDS] = { .mask = STRUCT_OPS_CMDS | BIT_ULL(BPF_BTF_LOAD) },
		.delegate[MAPS] = { .mask = STRUCT_OPS_MAPS },
		.delegate[PROGS] = { .mask = STRUCT_OPS_PROGS },
		.delegate[ATTACHS] = ALL_OF,
		.by_libbpf = true,
		.body = obj_priv_btf_success,
		.skip_reason = dummy_ops_skip_reason,
	},
	{
		.name = "obj_priv_implicit_token",
		.delegate[CMDS] = { .mask = STRUCT_OPS_CMDS | BIT_ULL(BPF_BTF_LOAD) },
		.delegate[MAPS] = { .mask = STRUCT_OPS_MAPS },
		.delegate[PROGS] = { .mask = STRUCT_OPS_PROGS },
		.delegate[ATTACHS] = ALL_OF,
		.by_libbpf = true,
		.body = obj_priv_implicit_token,
		.skip_reason = dummy_ops_skip_reason,
	},
	{
		.name = "obj_priv_implicit_token_envvar",
		.delegate[CMDS] = { .mask = STRUCT_OPS_CMDS | BIT_ULL(BPF_BTF_LOAD) },
		.delegate[MAPS] = { .mask = STRUCT_OPS_MAPS },
		.delegate[PROGS] = { .mask = STRUCT_OPS_PROGS },
		.delegate[ATTACHS] = ALL_OF,
		.by_libbpf = true,
		.body = obj_priv_implicit_token_envvar,
		.skip_reason = dummy_ops_skip_reason,
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
		.skip_reason = symbols_skip_reason,
	},
	{
		.name = "delegate_btf_load_only",
		.delegate[CMDS] = { .mask = BIT_ULL(BPF_BTF_LOAD) },
		.delegate[MAPS] = ALL_OF,
		.delegate[PROGS] = ALL_OF,
		.delegate[ATTACHS] = ALL_OF,
	},
	{
		.name = "delegate_any",
		.delegate[CMDS] = ALL_OF,
		.delegate[MAPS] = ALL_OF,
		.delegate[PROGS] = ALL_OF,
		.delegate[ATTACHS] = ALL_OF,
	},
	{
		/* Without a mask the kernel makes no token. */
		.name = "delegate_nothing",
	},
};

/* Loads and attaches token_lsm, which refuses nothing yet. Returns 0 or a negative errno. */
static int attach_lsm(void)
{
	struct stat pid_ns;
	int err;

	lsm = token_lsm__open();
	if (!lsm || stat("/proc/self/ns/pid", &pid_ns))
		return -errno;
	err = token_lsm__load(lsm) ?: token_lsm__attach(lsm);
	if (err)
		return err;
	lsm->bss->pid_ns_dev = pid_ns.st_dev;
	lsm->bss->pid_ns_ino = pid_ns.st_ino;
	return 0;
}

/* Makes the LSM programs watch child @pid and refuse nothing. */
static void watch_child(pid_t pid)
{
	lsm->bss->reject_capable = false;
	lsm->bss->reject_cmd = false;
	lsm->bss->my_pid = pid;
}

/* Runs @subtest, which is open. @err is that of attach_lsm(). */
static void run_subtest(const struct token_subtest *subtest, int err)
{
	const char *why = lsm_skip_reason(err, "bpf_lsm_bpf_token_cmd");

	if (!why && subtest->skip_reason)
		why = subtest->skip_reason();
	if (why) {
		token_frame__skip(subtest, why);
		return;
	}
	if (err == -EPERM)
		printf("%s: loading LSM programs is blocked even for root (lockdown or container?): use a virtual machine\n",
		       __func__);
	if (ASSERT_OK(err, "load and attach token_lsm"))
		token_frame__run(subtest, watch_child, run_body);
}

void serial_test_token(void)
{
	int err;

	/* The user's path would apply to every object. */
	unsetenv(TOKEN_PATH_ENV);
	/* A kernel with the command refuses the bad bpffs, another one the command itself. */
	if (bpf_token_create(-1, NULL) == -EINVAL) {
		printf("%s:SKIP:no BPF token in this kernel (before 6.9)\n", __func__);
		test__skip();
		return;
	}
	err = attach_lsm();
	for (size_t i = 0; i < ARRAY_SIZE(subtests); i++)
		if (test__start_subtest(subtests[i].name))
			run_subtest(&subtests[i], err);
	token_lsm__destroy(lsm);
}
