// SPDX-License-Identifier: GPL-2.0
/*
 * faults: the table of tests that misbehave on purpose, for tests/runner.bats; and of some harmless
 * ones.
 */
#include "faults.h"
#include "runner/plan.h"

void fault_pass(void)
{
	printf("hello from pass\n");
	ASSERT_TRUE(true, "fine");
}

void fault_skip(void)
{
	printf("%s:SKIP:no reason at all\n", __func__);
	test__skip();
}

void fault_fail(void)
{
	if (test__start_subtest("good"))
		ASSERT_TRUE(true, "fine");
	if (test__start_subtest("bad"))
		ASSERT_EQ(1, 2, "number");
	if (test__start_subtest("unable")) {
		printf("%s:SKIP:there is no such thing\n", __func__);
		test__skip();
	}
}

void fault_assert_before(void)
{
	ASSERT_EQ(1, 2, "before subtests");
	if (test__start_subtest("one"))
		ASSERT_TRUE(true, "fine");
}

void fault_assert_between(void)
{
	if (test__start_subtest("one"))
		ASSERT_TRUE(true, "fine");
	test__end_subtest();
	ASSERT_EQ(1, 2, "between subtests");
	if (test__start_subtest("two"))
		ASSERT_TRUE(true, "fine");
}

void fault_assert_after(void)
{
	if (test__start_subtest("one"))
		ASSERT_TRUE(true, "fine");
	test__end_subtest();
	ASSERT_EQ(1, 2, "after subtests");
}

void fault_open_subtest(void)
{
	test__start_subtest("never ended");
	ASSERT_TRUE(true, "fine");
}

void fault_exit_0(void)
{
	exit(0);
}

/* A test that exits has not freed its memory: this is no leak. */
void fault_exit_3(void)
{
	lose(1000);
	exit(3);
}

void fault_exit_quiet(void)
{
	_exit(0);
}

static void sleep_100_ms(void)
{
	usleep(100000);
}

void fault_slow_1(void)
{
	sleep_100_ms();
}

void fault_slow_2(void)
{
	sleep_100_ms();
}

void fault_slow_3(void)
{
	sleep_100_ms();
}

/* Checks that it runs alone: the runner has no other child. */
void fault_serial_alone(void)
{
	unsigned int count = 0;
	FILE *children;
	char path[64];
	int pid;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", getppid(), getppid());
	children = fopen(path, "r");
	if (!ASSERT_OK_PTR(children, "children of the runner"))
		return;
	while (fscanf(children, "%d", &pid) == 1)
		count++;
	fclose(children);
	ASSERT_EQ(count, 1, "children of the runner");
}

/* With -w 1 each subtest is within the limit, but not all four together. */
void fault_rearm(void)
{
	static const char *const names[] = { "one", "two", "three", "four" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		test__start_subtest(names[i]);
		usleep(600000);
	}
}

void fault_described(void)
{
	if (test__start_subtest_with_desc("short_name", "what it is about"))
		ASSERT_TRUE(true, "fine");
	if (test__start_subtest("other"))
		ASSERT_TRUE(true, "fine");
}

/* Skips one of three. */
void fault_skip_one(void)
{
	test__start_subtest("one");
	test__start_subtest("two");
	printf("%s:SKIP:as an example\n", __func__);
	test__skip();
	test__start_subtest("three");
}

void fault_verbose_child(void)
{
	const char *verbose = getenv("SELFTESTS_VERBOSE");

	ASSERT_STREQ(verbose ?: "", "1", "SELFTESTS_VERBOSE");
}

#define PARALLEL(name) { #name, fault_##name, NULL },
#define SERIAL(name) { #name, NULL, fault_##name },

const struct test_def test_defs[] = {
	FAULTS(PARALLEL, SERIAL)
	/* test_table.sh writes this entry for a file that defines no test. */
	{ "zz_not_built", NULL, NULL },
};

const size_t test_def_count = ARRAY_SIZE(test_defs);
const bool test_defs_need_root = false;
