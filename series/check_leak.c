// SPDX-License-Identifier: GPL-2.0
/*
 * A leak that every process of test_progs has before it forks, as an earlier test may leave one.
 * make check-series adds this to the tree's prog_tests/.
 */
#include <stdlib.h>

static void *volatile lost;

static __attribute__((constructor)) void leak(void)
{
	lost = malloc(64);
	lost = NULL;
}

void test_check_leak(void)
{
}
