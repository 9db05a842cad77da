// SPDX-License-Identifier: GPL-2.0
#include <alloca.h>

#include "faults.h"

static char *volatile lost;

static void __attribute__((noinline)) lose(size_t size)
{
	lost = malloc(size);
	lost = NULL;
	/* Nor may what is left on the stack point to it. */
	memset(alloca(4096), 0, 4096);
}

/* Before main(): nobody's fault, and no test's. */
static void __attribute__((constructor)) lose_early(void)
{
	lose(12345);
}

void fault_leak(void)
{
	lose(1000);
}

void fault_leak_subtest(void)
{
	if (test__start_subtest("loses"))
		lose(1000);
	if (test__start_subtest("does not"))
		ASSERT_TRUE(true, "fine");
}

/* Loses nothing of its own. */
void fault_leak_inherited(void)
{
	free(malloc(1000));
}
