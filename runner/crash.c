// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <execinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crash.h"
#include "symbols.h"

#define MAX_FRAMES 64
#define STACK_BYTES (1 << 16)

/* Only what is safe in a signal handler: no stdio, no allocation. */
static void on_fatal_signal(int signo)
{
	static const char head[] = "test_progs: process died by SIG";
	static const char tail[] = ", stack trace:\n";
	const char *name = sigabbrev_np(signo);
	void *frames[MAX_FRAMES];

	(void)!write(STDERR_FILENO, head, sizeof(head) - 1);
	(void)!write(STDERR_FILENO, name, strlen(name));
	(void)!write(STDERR_FILENO, tail, sizeof(tail) - 1);
	symbols__print(STDERR_FILENO, frames, backtrace(frames, MAX_FRAMES));
	/* SA_RESETHAND and SA_NODEFER: this ends the process as if nothing had been installed. */
	raise(signo);
}

void crash__init(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS };
	static char memory[STACK_BYTES];
	/* A stack of its own, for when the stack is what overflowed. */
	stack_t stack = { .ss_sp = memory, .ss_size = sizeof(memory) }, old;
	struct sigaction action = { .sa_handler = on_fatal_signal };
	void *frame;

	/* The first call loads libgcc, which a handler must not. */
	backtrace(&frame, 1);
	if (!sigaltstack(NULL, &old) && old.ss_flags & SS_DISABLE)
		sigaltstack(&stack, NULL);
	action.sa_flags = SA_ONSTACK | SA_RESETHAND | SA_NODEFER;
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		struct sigaction was;

		if (!sigaction(signals[i], NULL, &was) && was.sa_handler == SIG_DFL)
			sigaction(signals[i], &action, NULL);
	}
}
