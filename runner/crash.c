// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <dlfcn.h>
#include <execinfo.h>
#include <link.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "crash.h"

#define STACK_BYTES (1 << 16)
/*
 * If nobody answers in this time, the process prints its trace itself. The watchdog waits longer.
 */
#define PATIENCE_MS 2000

static struct result_page *page;
/* The handlers of AddressSanitizer. */
static struct sigaction sanitizers[NSIG];

/* Finds the program or library that is in memory at @address. */
static bool find_object(uintptr_t address, struct dl_find_object *object)
{
	return !_dl_find_object((void *)address, object);
}

/* Returns the place of the program counter in @context. */
static uintptr_t *program_counter(ucontext_t *context)
{
	mcontext_t *machine = &context->uc_mcontext;
#if defined(__x86_64__)
	return (uintptr_t *)&machine->gregs[REG_RIP];
#elif defined(__aarch64__)
	return (uintptr_t *)&machine->pc;
#elif defined(__s390x__)
	return (uintptr_t *)&machine->psw.addr;
#else
#error "unknown processor: tell where its signal context has the program counter"
#endif
}

/* Changes @context as if the last called function had returned before its first instruction. */
static void let_return(ucontext_t *context)
{
	mcontext_t *machine = &context->uc_mcontext;
#if defined(__x86_64__)
	greg_t *stack = &machine->gregs[REG_RSP];
	struct iovec to = { program_counter(context), sizeof(*stack) };
	struct iovec from = { (void *)*stack, sizeof(*stack) };

	/* Does not dereference the stack pointer, which may be invalid. */
	if (process_vm_readv(getpid(), &to, 1, &from, 1, 0) == sizeof(*stack))
		*stack += sizeof(*stack);
#elif defined(__aarch64__)
	*program_counter(context) = machine->regs[30];
#elif defined(__s390x__)
	*program_counter(context) = machine->gregs[14];
#endif
}

/* Fills @frames with the addresses of a trace. Returns their number. */
static int trace(ucontext_t *context, void **frames)
{
	uintptr_t pc = *program_counter(context), found = pc;
	struct dl_find_object object;
	int count, first = 1;

	/* After a call through a bad pointer backtrace() does not find the caller. */
	if (!find_object(pc, &object)) {
		let_return(context);
		found = *program_counter(context);
	}
	count = backtrace(frames + 1, MAX_FRAMES - 1);
	/* Skip the handler's own frames. */
	while (first <= count && (uintptr_t)frames[first] != found)
		first++;
	if (first > count)
		first = 1;
	else if (pc != found)
		frames[--first] = (void *)pc;
	count += 1 - first;
	memmove(frames, frames + first, (size_t)count * sizeof(*frames));
	return count;
}

static void fill_frame(struct crash_frame *frame, void *address)
{
	struct dl_find_object object;
	const char *file = "?";

	frame->address = (uintptr_t)address;
	if (find_object(frame->address, &object)) {
		frame->bias = object.dlfo_link_map->l_addr;
		file = object.dlfo_link_map->l_name;
	}
	result_page__set_text(frame->file, sizeof(frame->file), file);
}

static void sleep_1_ms(void)
{
	const struct timespec pause = { .tv_nsec = 1000000 };

	nanosleep(&pause, NULL);
}

/* Asks the main process to print the trace. Returns false if it does not. */
static bool ask(int signo, void **frames, int count)
{
	struct crash_report *report = &page->crash;
	uint32_t state = CRASH_FREE, answered;
	unsigned int waited = 0;

	/* Another process of the test may be crashing too. */
	while (!atomic_compare_exchange_strong(&report->state, &state, CRASH_FILLING)) {
		state = CRASH_FREE;
		if (waited++ == PATIENCE_MS)
			return false;
		sleep_1_ms();
	}
	report->signo = (uint32_t)signo;
	report->count = (uint32_t)count;
	for (int i = 0; i < count; i++)
		fill_frame(&report->frames[i], frames[i]);
	answered = report->answered;
	report->state = CRASH_ASKED;
	while (report->answered == answered) {
		if (waited++ == PATIENCE_MS)
			return false;
		sleep_1_ms();
	}
	return true;
}

/* Prints the symbols that a process with corrupted memory can find. */
static void print_bare(int signo, void **frames, int count)
{
	static const char head[] = "test_progs: process died by SIG", tail[] = ", stack trace:\n";
	const char *name = sigabbrev_np(signo);

	(void)!write(STDERR_FILENO, head, sizeof(head) - 1);
	(void)!write(STDERR_FILENO, name, strlen(name));
	(void)!write(STDERR_FILENO, tail, sizeof(tail) - 1);
	backtrace_symbols_fd(frames, count, STDERR_FILENO);
}

static void report(int signo, ucontext_t *context)
{
	void *frames[MAX_FRAMES];
	mcontext_t machine = context->uc_mcontext;
	int count = trace(context, frames);

	context->uc_mcontext = machine;
	if (!page || !ask(signo, frames, count))
		print_bare(signo, frames, count);
}

/* Uses only functions that are safe in a signal handler: no stdio, no allocation. */
static void on_fatal_signal(int signo, siginfo_t *info, void *context)
{
	const struct sigaction *sanitizer = &sanitizers[signo];
	struct dl_find_object object;

	if (sanitizer->sa_sigaction) {
		/* The sanitizer prints no trace after a call through a bad pointer. */
		if (!find_object(*program_counter(context), &object))
			report(signo, context);
		sanitizer->sa_sigaction(signo, info, context);
		return;
	}
	report(signo, context);
	/* With SA_RESETHAND and SA_NODEFER this ends the process by the default action. */
	raise(signo);
}

void crash__init(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS };
	static char memory[STACK_BYTES];
	/* An own stack for the handler, as a stack overflow causes SIGSEGV too. */
	stack_t stack = { .ss_sp = memory, .ss_size = sizeof(memory) }, old;
	struct sigaction action = { .sa_sigaction = on_fatal_signal };
	void *frame;

	/* The first call loads libgcc, which is not safe in a handler. */
	backtrace(&frame, 1);
	if (!sigaltstack(NULL, &old) && old.ss_flags & SS_DISABLE)
		sigaltstack(&stack, NULL);
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		struct sigaction *was = &sanitizers[signals[i]];

		if (sigaction(signals[i], NULL, was) || was->sa_handler == SIG_IGN)
			continue;
		action.sa_flags = SA_ONSTACK | SA_NODEFER | SA_SIGINFO;
		if (was->sa_handler == SIG_DFL)
			action.sa_flags |= (int)SA_RESETHAND;
		sigaction(signals[i], &action, NULL);
	}
}

void crash__report_to(struct result_page *mine)
{
	page = mine;
}
