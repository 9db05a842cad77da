// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <unistd.h>
static void child(int err)
{
	exit(-err);
}
void test_token(void)
{
	if (!fork())
		child(0);
}
