// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>
#include <sys/types.h>
#include <unistd.h>

#include "leak.h"
#include "trial.h"

/*
 * The sanitizers' interface: <sanitizer/lsan_interface.h> and <sanitizer/allocator_interface.h>. A
 * plain build has none of these functions, and nothing calls __lsan_is_turned_off().
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
 * Memory allocated before the first test. A pointer here keeps it reachable, so LeakSanitizer never
 * reports it.
 */
static const volatile void *inherited[MAX_INHERITED];
static size_t inherited_count;
static bool settled;

/* The one process that checks for leaks; 0: any. */
static pid_t owner;

/* The result of the trial in this process, if it was made. */
static bool tried;
static char why_not[192];

/* leak__wanted() only finds out if LeakSanitizer would run: asked is set if it would. */
static bool asking, asked;

const char *leak__obstacle(void)
{
	if (!tried && trial__passes(why_not, sizeof(why_not)))
		why_not[0] = '\0';
	tried = true;
	return why_not[0] ? why_not : NULL;
}

/*
 * LeakSanitizer calls this before it searches. A forked child has the allocations of its parent,
 * but not the pointers in the stacks and registers of the parent's other threads. So LeakSanitizer
 * would report false leaks at exit().
 */
int __lsan_is_turned_off(void)
{
	if (asking) {
		asked = true;
		return 1;
	}
	return (owner && getpid() != owner) || leak__obstacle();
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

/* Runs before the constructors of libraries and tests. */
static void __attribute__((constructor(101))) record(void)
{
	if (__sanitizer_install_malloc_and_free_hooks)
		__sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
}

void leak__settle(void)
{
	settled = true;
	/* Drop freed addresses, as a test's allocation may get them again. */
	for (size_t i = 0; i < inherited_count; i++)
		if (!__sanitizer_get_ownership(inherited[i]))
			inherited[i] = NULL;
	leak__own();
}

void leak__own(void)
{
	owner = getpid();
	tried = false;
}

void leak__disown(void)
{
	owner = -1;
}

bool leak__wanted(void)
{
	if (!__lsan_do_recoverable_leak_check)
		return false;
	asking = true;
	asked = false;
	__lsan_do_recoverable_leak_check();
	asking = false;
	return asked;
}

/*
 * The next calls have their frames where the test's frames were. LeakSanitizer searches them, so a
 * stale pointer there would hide a leak.
 */
static void __attribute__((noinline, no_sanitize("address"))) wipe_stack(void)
{
	volatile char room[STALE_BYTES];

	for (size_t i = 0; i < sizeof(room); i++)
		room[i] = 0;
}

bool leak__found(void)
{
	wipe_stack();
	return __lsan_do_recoverable_leak_check && __lsan_do_recoverable_leak_check();
}
