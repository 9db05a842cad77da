// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/mman.h>

#include "faults.h"

/* The processor must trap this, not UndefinedBehaviorSanitizer. */
#define UNCHECKED __attribute__((no_sanitize("undefined")))

static volatile int *volatile nowhere;

UNCHECKED void fault_crash_segv(void)
{
	if (test__start_subtest("before"))
		ASSERT_TRUE(true, "fine");
	if (test__start_subtest("during"))
		*nowhere = 1;
}

void fault_crash_abort(void)
{
	abort();
}

/* Accesses a mapping beyond the end of its file. */
void fault_crash_bus(void)
{
	int fd = memfd_create("empty", 0);
	volatile char *map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (ASSERT_TRUE(map != MAP_FAILED, "mmap"))
		map[0] = 1;
}

/* Raises the signal, as not every processor traps a division by zero. */
void fault_crash_fpe(void)
{
	ASSERT_OK(raise(SIGFPE), "raise"); /* no tail call: the trace has this function */
}

/* Raises the signal, as __builtin_trap() is another one on some processors. */
void fault_crash_ill(void)
{
	ASSERT_OK(raise(SIGILL), "raise"); /* no tail call: the trace has this function */
}

/* The kernel does this when memory runs out. */
void fault_crash_kill(void)
{
	kill(getpid(), SIGKILL);
}

static int descend(int depth);
/* Hides the recursion from the compiler. */
static int (*volatile deeper)(int depth) = descend;

static int descend(int depth)
{
	volatile char frame[4096];

	frame[depth & 4095] = 1;
	return deeper(depth + 1) + frame[0];
}

void fault_crash_stack(void)
{
	ASSERT_EQ(descend(0), 0, "bottom");
}

/* Hides the target from the compiler. */
static void (*volatile call)(void);

UNCHECKED void fault_trace_pointer(void)
{
	call();
	printf("not reached\n"); /* no tail call */
}

/* Invalid pointers other than NULL. */
UNCHECKED void fault_trace_wild(void)
{
	call = (void (*)(void))0x123456789000;
	call();
	printf("not reached\n");
}

static inline __attribute__((always_inline)) void inner(void)
{
	raise(SIGABRT);
}

static inline __attribute__((always_inline)) void outer(void)
{
	inner();
	printf("not reached\n");
}

void fault_trace_inlined(void)
{
	outer();
	printf("not reached\n");
}

/* $CRASH_LIBRARY has a function crash_here(). */
void fault_trace_library(void)
{
	const char *path = getenv("CRASH_LIBRARY");
	void *library = path ? dlopen(path, RTLD_NOW) : NULL;

	if (!library) {
		printf("%s:SKIP:no library\n", __func__);
		test__skip();
		return;
	}
	call = (void (*)(void))dlsym(library, "crash_here");
	call();
	dlclose(library);
}

static void abort_slowly(void)
{
	usleep(1000);
	abort();
}

/* Many processes crash at once: each must get its trace. */
void fault_trace_many(void)
{
	for (int i = 0; i < 8; i++)
		start_child(abort_slowly);
	while (wait(NULL) > 0)
		;
}

/* Closes all descriptors that a trace could be written to. */
void fault_trace_closed(void)
{
	close_range(0, ~0U, 0);
	abort();
}

static char *volatile memory;

static void overflow(void)
{
	memory = malloc(16);
	memory[16] = 1;
	free(memory);
}

void fault_asan_overflow(void)
{
	overflow();
}

void fault_asan_use_after_free(void)
{
	memory = malloc(16);
	free(memory);
	memory[0] = 1;
}

/* The test ignores the child's exit status. */
void fault_asan_child(void)
{
	run_child(overflow);
}

/* The child's error must not end the test. */
void fault_asan_child_and_kill(void)
{
	run_child(overflow);
	kill(getpid(), SIGKILL);
}

static void add(void)
{
	volatile int number = INT_MAX;

	number += 1;
	(void)number;
}

void fault_undefined_add(void)
{
	add();
}

void fault_undefined_child(void)
{
	run_child(add);
}

/* Writes beyond a member, but not beyond the object around it. */
void fault_unfortified_copy(void)
{
	static const char *volatile source = "more than eight";
	struct {
		char eight[8];
		char rest[56];
	} copy;

	strcpy(copy.eight, source);
	ASSERT_EQ(copy.eight[0], 'm', "first of copy");
}
