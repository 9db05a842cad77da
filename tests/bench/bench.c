// SPDX-License-Identifier: GPL-2.0
/*
 * bench: tests that do almost nothing, or a known amount. tests/bench/bench.py measures with them
 * the cost of the runner.
 */
#include <test_progs.h>

#include "runner/plan.h"

static void empty(void)
{
}

static void sleep_100_ms(void)
{
	usleep(100000);
}

/* $BENCH_SUBTESTS empty subtests. */
static void subtests(void)
{
	const char *count = getenv("BENCH_SUBTESTS");
	char name[32];

	for (int i = 0; count && i < atoi(count); i++) {
		snprintf(name, sizeof(name), "subtest_%d", i);
		test__start_subtest(name);
	}
}

/* Prints $BENCH_LOG_MB megabytes of lines, and fails, so that the runner keeps and prints them. */
static void log_bytes(void)
{
	const char *count = getenv("BENCH_LOG_MB");

	for (int i = 0; count && i < atoi(count) * 16384; i++)
		printf("%063d\n", i);
	ASSERT_TRUE(false, "logs of passing tests are dropped");
}

#define TEST(run) { #run, run, NULL }
#define TIMES_10(x) x, x, x, x, x, x, x, x, x, x

/* Sorted by name. Tests of one kind share a name, which selects them. */
const struct test_def test_defs[] = {
	TIMES_10(TIMES_10(TIMES_10(TIMES_10(TEST(empty))))),
	TEST(log_bytes),
	TIMES_10(TEST(sleep_100_ms)),
	TIMES_10(TEST(sleep_100_ms)),
	TIMES_10(TEST(sleep_100_ms)),
	TIMES_10(TEST(sleep_100_ms)),
	TEST(subtests),
};

const size_t test_def_count = ARRAY_SIZE(test_defs);
const bool test_defs_need_root = false;
