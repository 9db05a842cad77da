// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
void test_test_bpffs(void)
{
	int status;
	if (!fork())
		exit(0);
	wait(&status);
	if (CHECK(WEXITSTATUS(status), "child", "failed"))
		return;
}
