// SPDX-License-Identifier: GPL-2.0
/* assert: prints the line of each assertion of a test (test_progs.h), and counts failures. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "runner/child.h"
#include "test_progs.h"

/* Prints the line of a failed assertion, and keeps what fits of it for the summary. */
static void __attribute__((format(printf, 3, 0))) fail(const struct test_site *site,
						       const char *tag, const char *fmt,
						       va_list args)
{
	size_t length = strlen(fmt), head;
	char kept[512];
	va_list again;

	va_copy(again, args);
	printf("%s:FAIL:%s ", site->func, tag);
	vprintf(fmt, args);
	if (!length || fmt[length - 1] != '\n')
		putchar('\n');

	head = (size_t)snprintf(kept, sizeof(kept), "%s:FAIL:%s ", site->func, tag);
	if (head < sizeof(kept))
		vsnprintf(kept + head, sizeof(kept) - head, fmt, again);
	va_end(again);
	kept[strcspn(kept, "\n")] = '\0';
	child__fail(site, kept);
}

bool test__assert(bool ok, const struct test_site *site, const char *tag, const char *fmt, ...)
{
	int saved_errno = errno;

	/* stdout is line-buffered, so the line is written in one piece. */
	flockfile(stdout);
	if (ok) {
		printf("%s:PASS:%s 0 nsec\n", site->func, tag);
	} else {
		va_list args;

		va_start(args, fmt);
		fail(site, tag, fmt, args);
		va_end(args);
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
