// SPDX-License-Identifier: GPL-2.0
/* A test whose worker dies. make check-series adds this to the tree's prog_tests/. */
#include <signal.h>

void test_check_crash(void)
{
	raise(SIGKILL);
}
