/* SPDX-License-Identifier: GPL-2.0 */
/*
 * test_progs: the API of a test in prog_tests/.
 *
 * A test is void test_NAME(void), or void serial_test_NAME(void) if nothing else may run at the
 * same time, in a file of prog_tests/. It runs in a process of its own, and its output is its log.
 * A child that it forks counts failed assertions for it, and ends with _exit().
 */
#ifndef __TEST_PROGS_H
#define __TEST_PROGS_H

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bpf_util.h"
#include "testing_helpers.h"

/*
 * Ends the open subtest and announces subtest @name. Returns whether the subtest is selected. A
 * selected subtest is open from now on.
 */
bool test__start_subtest(const char *name);
/* The same. The user may also select the subtest by @desc. */
bool test__start_subtest_with_desc(const char *name, const char *desc);
/* Ends the open subtest. Later assertions belong to the test. */
void test__end_subtest(void);
/*
 * Skips the open subtest, or else the test. Print the reason first, as a line
 * "function:SKIP:reason".
 */
void test__skip(void);
/* Fails the open subtest, or else the test. */
void test__fail(void);
/* Prints the test's log even if the test passes. */
void test__force_log(void);

/* The place of an assertion. */
struct test_site {
	const char *func;
	const char *file;
	unsigned int line;
};

#define TEST_SITE (&(const struct test_site) { __func__, __FILE__, __LINE__ })

/*
 * Prints "func:PASS:@tag 0 nsec", or "func:FAIL:@tag " with the text of @fmt. Counts a failure
 * unless @ok. Returns @ok and keeps errno.
 */
bool test__assert(bool ok, const struct test_site *site, const char *tag, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * The assertions. Each is an expression that is true if the assertion holds. Arguments are
 * evaluated once.
 */

#define ASSERT_FAIL(fmt, ...)						\
	test__assert(false, TEST_SITE, "ASSERT_FAIL", fmt, ##__VA_ARGS__)

#define ASSERT_TRUE(actual, name)					\
({									\
	const char *___name = (name);					\
									\
	test__assert((actual), TEST_SITE, ___name, "unexpected %s: got FALSE", ___name); \
})

#define ASSERT_FALSE(actual, name)					\
({									\
	const char *___name = (name);					\
									\
	test__assert(!(actual), TEST_SITE, ___name, "unexpected %s: got TRUE", ___name); \
})

/* Holds if @actual @op @expected. A failure prints @opposite. */
#define __ASSERT_COMPARE(actual, op, opposite, expected, name)		\
({									\
	typeof(actual) ___act = (actual);				\
	typeof(expected) ___exp = (expected);				\
	const char *___name = (name);					\
									\
	test__assert(___act op ___exp, TEST_SITE, ___name,		\
		     "unexpected %s: actual %lld " opposite " expected %lld", \
		     ___name, (long long)___act, (long long)___exp);	\
})

#define ASSERT_EQ(actual, expected, name)				\
	__ASSERT_COMPARE(actual, ==, "!=", expected, name)
#define ASSERT_NEQ(actual, expected, name)				\
	__ASSERT_COMPARE(actual, !=, "==", expected, name)
#define ASSERT_LT(actual, expected, name)				\
	__ASSERT_COMPARE(actual, <, ">=", expected, name)
#define ASSERT_LE(actual, expected, name)				\
	__ASSERT_COMPARE(actual, <=, ">", expected, name)
#define ASSERT_GT(actual, expected, name)				\
	__ASSERT_COMPARE(actual, >, "<=", expected, name)
#define ASSERT_GE(actual, expected, name)				\
	__ASSERT_COMPARE(actual, >=, "<", expected, name)

#define ASSERT_STREQ(actual, expected, name)				\
({									\
	const char *___act = (actual), *___exp = (expected), *___name = (name); \
									\
	test__assert(!strcmp(___act, ___exp), TEST_SITE, ___name,	\
		     "unexpected %s: actual '%s' != expected '%s'", ___name, ___act, ___exp); \
})

#define ASSERT_STRNEQ(actual, expected, len, name)			\
({									\
	const char *___act = (actual), *___exp = (expected), *___name = (name); \
	int ___len = (len);						\
									\
	test__assert(!strncmp(___act, ___exp, ___len), TEST_SITE, ___name, \
		     "unexpected %s: actual '%.*s' != expected '%.*s'", ___name, \
		     ___len, ___act, ___len, ___exp);			\
})

#define ASSERT_HAS_SUBSTR(str, substr, name)				\
({									\
	const char *___str = (str), *___sub = (substr), *___name = (name); \
									\
	test__assert(strstr(___str, ___sub), TEST_SITE, ___name,	\
		     "unexpected %s: '%s' is not a substring of '%s'", ___name, ___sub, ___str); \
})

#define ASSERT_MEMEQ(actual, expected, len, name)			\
	test__assert_memeq(TEST_SITE, name, (actual), (expected), (len))

bool test__assert_memeq(const struct test_site *site, const char *tag, const void *actual,
			const void *expected, size_t len);

#define ASSERT_OK(res, name)						\
({									\
	long long ___res = (res);					\
									\
	test__assert(!___res, TEST_SITE, name, "unexpected error: %lld (errno %d)", \
		     ___res, errno);					\
})

#define ASSERT_ERR(res, name)						\
({									\
	long long ___res = (res);					\
									\
	test__assert(___res < 0, TEST_SITE, name, "unexpected success: %lld", ___res); \
})

#define ASSERT_NULL(ptr, name)						\
({									\
	const void *___ptr = (ptr);					\
									\
	test__assert(!___ptr, TEST_SITE, name, "unexpected pointer: %p", ___ptr); \
})

/* NULL and error pointers are errors. */
#define ASSERT_OK_PTR(ptr, name)					\
({									\
	const void *___ptr = (ptr);					\
									\
	test__assert(!IS_ERR_OR_NULL(___ptr), TEST_SITE, name, "unexpected error: %d", \
		     ___ptr ? (int)PTR_ERR(___ptr) : -errno);		\
})

#define ASSERT_ERR_PTR(ptr, name)					\
({									\
	const void *___ptr = (ptr);					\
									\
	test__assert(IS_ERR_OR_NULL(___ptr), TEST_SITE, name, "unexpected pointer: %p", ___ptr); \
})

#define ASSERT_OK_FD(fd, name)						\
({									\
	int ___fd = (fd);						\
									\
	test__assert(___fd >= 0, TEST_SITE, name, "unexpected fd: %d (errno %d)", ___fd, errno); \
})

#define ASSERT_ERR_FD(fd, name)						\
({									\
	int ___fd = (fd);						\
									\
	test__assert(___fd < 0, TEST_SITE, name, "unexpected fd: %d", ___fd); \
})

/* True if @condition, which means failure, is true. */
#define __CHECK(condition, tag, fmt, ...)				\
({									\
	bool ___failed = (condition);					\
									\
	test__assert(!___failed, TEST_SITE, tag, fmt, ##__VA_ARGS__);	\
	___failed;							\
})

/* The older form. Needs an int duration in scope. */
#define CHECK(condition, tag, fmt, ...)					\
	((void)duration, __CHECK(condition, tag, fmt, ##__VA_ARGS__))

/* The same without a name. */
#define CHECK_FAIL(condition) __CHECK(condition, "CHECK_FAIL", "%s", #condition)

/* Prints a failure and counts it. */
#define PRINT_FAIL(fmt, ...)						\
	((void)test__assert(false, TEST_SITE, "PRINT_FAIL", fmt, ##__VA_ARGS__))

/* Returns the descriptor of map @name in @obj, or counts a failure of @test and returns -1. */
static inline int bpf_find_map(const char *test, struct bpf_object *obj, const char *name)
{
	int fd = bpf_object__find_map_fd_by_name(obj, name);

	if (fd < 0)
		PRINT_FAIL("%s: no map %s in its object", test, name);
	return fd < 0 ? -1 : fd;
}

/*
 * Runs every program of the object in @skel as a subtest, by its annotations (progs/bpf_misc.h). If
 * a subtest is open, these subtests belong to it: its name selects them all.
 */
#define RUN_TESTS(skel) test_loader__run(#skel, skel##__elf_bytes)

/* @elf_bytes is the skeleton's function that returns its object file. */
void test_loader__run(const char *skeleton, const void *(*elf_bytes)(size_t *size));

#endif
