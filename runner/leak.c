// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "leak.h"

/*
 * The sanitizers' interface: <sanitizer/lsan_interface.h> and <sanitizer/allocator_interface.h>.
 * In a plain build none of it is there, and nobody asks for the hook.
 */
int __lsan_do_recoverable_leak_check(void) __attribute__((weak));
int __lsan_is_turned_off(void);
int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void *, size_t),
					      void (*on_free)(const volatile void *))
	__attribute__((weak));
int __sanitizer_get_ownership(const volatile void *ptr) __attribute__((weak));

#define MAX_INHERITED 4096
#define STALE_BYTES (1 << 16)

/*
 * What was allocated before the first test. As long as it is named here it is reachable, and so no
 * leak, whether or not anything else still points to it.
 */
static const volatile void *inherited[MAX_INHERITED];
static size_t inherited_count;
static bool settled;

/* The one process in which a look for leaks makes sense; 0: any. */
static pid_t owner;

/*
 * LeakSanitizer reads /proc and stops the process with ptrace(2), and ends it where it cannot do
 * the one or the other. Returns why it could not, or NULL.
 */
static const char *obstacle(void)
{
	static const char tracer[] = "TracerPid:\t";
	char status[2048];
	const char *line;
	ssize_t got;
	int fd;

	fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return "there is no /proc";
	got = read(fd, status, sizeof(status) - 1);
	close(fd);
	status[got > 0 ? got : 0] = '\0';
	line = strstr(status, tracer);
	if (line && line[sizeof(tracer) - 1] != '0')
		return "the process is traced (gdb, strace)";
	return NULL;
}

/*
 * A forked child holds what its parent had allocated but not, in other threads' stacks and
 * registers, the pointers to it: what it would report at exit() are not leaks.
 */
int __lsan_is_turned_off(void)
{
	return (owner && getpid() != owner) || obstacle();
}

static void on_malloc(const volatile void *ptr, size_t size)
{
	(void)size;
	if (!settled && inherited_count < MAX_INHERITED)
		inherited[inherited_count++] = ptr;
}

static void on_free(const volatile void *ptr)
{
	(void)ptr;
}

/* Before the constructors of libraries and tests. */
static void __attribute__((constructor(101))) record(void)
{
	if (__sanitizer_install_malloc_and_free_hooks)
		__sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
}

void leak__settle(void)
{
	settled = true;
	/* An address that was freed may come back in a test. */
	for (size_t i = 0; i < inherited_count; i++)
		if (!__sanitizer_get_ownership(inherited[i]))
			inherited[i] = NULL;
	leak__own();
}

void leak__own(void)
{
	owner = getpid();
}

/*
 * What is called from here on comes to lie where the test's frames were, and LeakSanitizer searches
 * it: a pointer that is left there would hide a leak.
 */
static void __attribute__((noinline, no_sanitize("address"))) wipe_stack(void)
{
	volatile char room[STALE_BYTES];

	for (size_t i = 0; i < sizeof(room); i++)
		room[i] = 0;
}

static bool __attribute__((noinline)) look(void)
{
	const char *why;

	if (!__lsan_do_recoverable_leak_check)
		return false;
	why = obstacle();
	if (why)
		fprintf(stderr, "test_progs: leaks are not looked for: %s\n", why);
	return !why && __lsan_do_recoverable_leak_check();
}

bool leak__found(void)
{
	wipe_stack();
	return look();
}
