// SPDX-License-Identifier: GPL-2.0
/* Tests that change the state of a process. The next test must not see the change. */
#define _GNU_SOURCE
#include <sched.h>
#include <sys/stat.h>

#include "cap_helpers.h"
#include "faults.h"

#define STAIN_FD 200

void fault_stain(void)
{
	cpu_set_t one;
	sigset_t all;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sigfillset(&all);
	setenv("STAIN", "1", 1);
	umask(0777);
	ASSERT_OK(chdir("/"), "chdir");
	ASSERT_OK(sched_setaffinity(0, sizeof(one), &one), "affinity");
	ASSERT_OK(sigprocmask(SIG_BLOCK, &all, NULL), "signal mask");
	ASSERT_GE(dup2(1, STAIN_FD), 0, "dup2");
	close(0);
	cap_disable_effective(~0ULL, NULL);
	if (!geteuid())
		unshare(CLONE_NEWNET | CLONE_NEWNS);
}

/* Returns whether this process is in the runner's own namespace of type @type. */
static void check_namespace(const char *type)
{
	struct stat mine, runners;
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/ns/%s", type);
	ASSERT_OK(stat(path, &mine), path);
	snprintf(path, sizeof(path), "/proc/%d/ns/%s", getppid(), type);
	ASSERT_OK(stat(path, &runners), path);
	ASSERT_EQ(mine.st_ino, runners.st_ino, "namespace");
}

void fault_stain_seen(void)
{
	cpu_set_t set;
	sigset_t mask;
	char cwd[4096];
	__u64 caps;

	ASSERT_NULL(getenv("STAIN"), "environment");
	ASSERT_NEQ(umask(0), 0777, "umask");
	ASSERT_OK_PTR(getcwd(cwd, sizeof(cwd)), "getcwd");
	ASSERT_NEQ(strcmp(cwd, "/"), 0, "working directory");
	ASSERT_ERR(fcntl(STAIN_FD, F_GETFD), "descriptor");
	ASSERT_OK(fcntl(0, F_GETFD), "stdin");
	ASSERT_OK(sched_getaffinity(0, sizeof(set), &set), "affinity");
	ASSERT_EQ(CPU_COUNT(&set), sysconf(_SC_NPROCESSORS_ONLN), "processors");
	ASSERT_OK(sigprocmask(SIG_BLOCK, NULL, &mask), "signal mask");
	ASSERT_TRUE(sigisemptyset(&mask), "no signal blocked");
	ASSERT_OK(cap_enable_effective(0, &caps), "capabilities");
	if (!geteuid())
		ASSERT_NEQ(caps, 0, "capabilities");
	check_namespace("net");
	check_namespace("mnt");
	/* The other open descriptors are the log, which the runner keeps. */
	for (int fd = 4; fd < STAIN_FD; fd++)
		ASSERT_ERR(fcntl(fd, F_GETFD), "descriptor");
}
