// SPDX-License-Identifier: GPL-2.0
#include <test_progs.h>
static void run_test(const char *prog_name)
{
	int err, fd;
	/* both halves */
	if (!ASSERT_OK(madvise(addr, sizeof(file_contents) * 2, MADV_PAGEOUT),
		       "madvise pageout"))
		goto cleanup;
cleanup:
	return;
}
void test_file_reader(void)
{
}
