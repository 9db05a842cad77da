// SPDX-License-Identifier: GPL-2.0
#include "faults.h"

static char *volatile lost;

void __attribute__((noinline)) lose(size_t size)
{
	lost = malloc(size);
	lost = NULL;
}

/* Leaks before main(): no test must fail for this. */
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

/* Several failures at once: the runner must report each. */
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

/* Leaks nothing itself. */
void fault_leak_inherited(void)
{
	free(malloc(1000));
}

/* Overwrites the stack, like a function with many variables. */
static void __attribute__((noinline, no_sanitize("address"))) litter(const void *ptr)
{
	const void *volatile place[4096];

	for (size_t i = 0; i < ARRAY_SIZE(place); i++)
		place[i] = ptr;
}

/* Leaves no pointer on the stack. */
void fault_wasted(void)
{
	lost = malloc(1000);
	litter(lost);
	lost = NULL;
}
