// SPDX-License-Identifier: GPL-2.0
#include "faults.h"

static char *volatile lost;

void __attribute__((noinline)) lose(size_t size)
{
	lost = malloc(size);
	lost = NULL;
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

static void call_exit(void)
{
	exit(0);
}

/* Everything at once: each has to be said. */
void fault_leak_and_more(void)
{
	ASSERT_EQ(1, 2, "number");
	run_child(call_exit);
	if (!fork())
		return;
	wait(NULL);
	lose(1000);
}

void fault_leak_and_exit(void)
{
	if (test__start_subtest("child"))
		run_child(call_exit);
	lose(1000);
}

/* Loses nothing of its own. */
void fault_leak_inherited(void)
{
	free(malloc(1000));
}

/* Overwrites the stack, like a function with much on it. */
static void __attribute__((noinline, no_sanitize("address"))) litter(const void *ptr)
{
	const void *volatile place[4096];

	for (size_t i = 0; i < ARRAY_SIZE(place); i++)
		place[i] = ptr;
}

/* No pointer to it is left on the stack. */
void fault_wasted(void)
{
	lost = malloc(1000);
	litter(lost);
	lost = NULL;
}
