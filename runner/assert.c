// SPDX-License-Identifier: GPL-2.0
/*
 * assert: the line and the count behind each assertion of a test (test_progs.h).
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "runner/child.h"
#include "test_progs.h"

bool test__assert(bool ok, const struct test_site *site, const char *tag, const char *fmt, ...)
{
	int saved_errno = errno;
	va_list args;

	/* In line-buffered stdout, so that the line leaves in one piece. */
	flockfile(stdout);
	if (ok) {
		printf("%s:PASS:%s 0 nsec\n", site->func, tag);
	} else {
		size_t len = strlen(fmt);

		printf("%s:FAIL:%s ", site->func, tag);
		va_start(args, fmt);
		vprintf(fmt, args);
		va_end(args);
		if (!len || fmt[len - 1] != '\n')
			putchar('\n');
		child__fail(site);
	}
	funlockfile(stdout);
	errno = saved_errno;
	return ok;
}

bool test__assert_memeq(const struct test_site *site, const char *tag, const void *actual,
			const void *expected, size_t len)
{
	const unsigned char *a = actual, *e = expected;
	size_t at = 0;

	while (at < len && a[at] == e[at])
		at++;
	if (at == len)
		return test__assert(true, site, tag, "equal");
	return test__assert(false, site, tag,
			    "unexpected %s: byte %zu of %zu: actual 0x%02x != expected 0x%02x", tag,
			    at, len, a[at], e[at]);
}
