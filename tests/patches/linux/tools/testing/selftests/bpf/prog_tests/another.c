// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <unistd.h>
void test_another(void)
{
	if (!fork()) {
		execl("x", "x", NULL);
		exit(1);
	}
}
