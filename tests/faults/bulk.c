// SPDX-License-Identifier: GPL-2.0
/* Tests with many or large names, subtests and lines, and with odd bytes. */
#include "faults.h"
#include "runner/child.h"

void fault_name_empty(void)
{
	test__start_subtest("");
}

void fault_name_long(void)
{
	static char name[65536];

	memset(name, 'n', sizeof(name) - 1);
	test__start_subtest(name);
	ASSERT_TRUE(false, "so that it is printed");
}

/* These characters have a meaning in list files. */
void fault_list_names(void)
{
	test__start_subtest("hash #1");
	test__start_subtest("blank ");
	test__start_subtest("a/b, c");
}

void fault_name_odd(void)
{
	static const char log[] = "nul \0 escape \033 bad \xff\xfe newline \"quoted\" \\ é\n";

	test__start_subtest("tab\tnewline\nescape\033 bad \xff, 50% é \"x\"");
	fwrite(log, 1, sizeof(log) - 1, stdout);
	ASSERT_TRUE(false, "so that it is printed");
}

void fault_subtests_10000(void)
{
	char name[32];

	for (int i = 1; i <= 10000; i++) {
		snprintf(name, sizeof(name), "number_%d", i);
		test__start_subtest(name);
	}
}

/* A wild pointer writes to the page that the runner shares with the test. */
void fault_overwrite_page(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[512];

	test__start_subtest("about to be lost");
	while (maps && fgets(line, sizeof(line), maps)) {
		unsigned long start, end;
		char how[8];

		/* The page is the only shared anonymous mapping. */
		if (strstr(line, "/dev/zero") &&
		    sscanf(line, "%lx-%lx %7s", &start, &end, how) == 3 && how[3] == 's')
			memset((char *)start + 256, 0xff, 4096);
	}
	_exit(0);
}
