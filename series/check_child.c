// SPDX-License-Identifier: GPL-2.0
/*
 * A test whose forked child fails an assertion and exits with 0. make check-series adds this to
 * the tree's prog_tests/.
 */
#include <sys/wait.h>
#include <unistd.h>

#include <test_progs.h>

void test_check_child(void)
{
	pid_t pid = fork();

	if (!pid) {
		ASSERT_TRUE(false, "in a child");
		_exit(0);
	}
	ASSERT_EQ(waitpid(pid, NULL, 0), pid, "waitpid");
}
