// SPDX-License-Identifier: GPL-2.0
/*
 * A leak in every process of test_progs before it forks, such as an earlier test may leave. make
 * check-series adds this file to the tree's prog_tests/.
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
