// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "reason.h"
#include "../lib/xalloc.h"

/* Appends a reason to *@reasons, a new string or NULL. */
static void __attribute__((format(printf, 2, 3))) add(char **reasons, const char *fmt, ...)
{
	char *before = *reasons, *more;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&more, fmt, args) < 0)
		more = xstrdup("out of memory");
	va_end(args);
	*reasons = before ? xasprintf("%s; %s", before, more) : xstrdup(more);
	free(before);
	free(more);
}

/* Returns true if the process died after the test had returned. */
static bool ended_in_leak_check(const struct result_page *page)
{
	return page->phase == PHASE_TRIAL || page->phase == PHASE_LEAKS;
}

static void add_sanitizer(char **reasons, const struct result_page *page)
{
	if (page->asan_reports)
		add(reasons, "AddressSanitizer: %.*s", (int)sizeof(page->asan_error),
		    page->asan_error[0] ? page->asan_error : "an error");
	if (page->ubsan_reports)
		add(reasons, "UndefinedBehaviorSanitizer: %.*s", (int)sizeof(page->ubsan_error),
		    page->ubsan_error[0] ? page->ubsan_error : "an error");
	if (page->sanitizer_deaths && !page->asan_reports && !page->ubsan_reports)
		add(reasons,
		    "a sanitizer ended a process of the test, and could not report: see its log");
}

/* Writes the name of signal @signo to @name and returns it. */
static const char *signal_name(int signo, char name[32])
{
	if (signo >= SIGRTMIN && signo <= SIGRTMAX)
		snprintf(name, 32, "SIGRTMIN+%d", signo - SIGRTMIN);
	else if (sigabbrev_np(signo))
		snprintf(name, 32, "SIG%s", sigabbrev_np(signo));
	else
		snprintf(name, 32, "signal %d", signo);
	return name;
}

/* After a report a sanitizer ends the process by _exit() or, if the user wants that, by abort(). */
static bool ended_by_sanitizer(const struct result_page *page, const struct ending *ending)
{
	if (!page->asan_reports && !page->ubsan_reports && !page->sanitizer_deaths)
		return false;
	if (WIFSIGNALED(ending->status))
		return WTERMSIG(ending->status) == SIGABRT;
	return !page->exited;
}

/* Adds the reason for a process that ended early. */
static void add_ending(char **reasons, const struct result_page *page, const struct ending *ending)
{
	char name[32];

	if (ended_by_sanitizer(page, ending))
		return;
	if (page->thread_exited) {
		add(reasons, "called pthread_exit(), return from the test's function");
		return;
	}
	if (WIFSIGNALED(ending->status)) {
		add(reasons, "killed by %s", signal_name(WTERMSIG(ending->status), name));
		return;
	}
	add(reasons, "%s with status %d %s", page->exited ? "called exit()" : "left by _exit()",
	    WEXITSTATUS(ending->status),
	    page->phase == PHASE_RETURNED ? "after it had returned" : "before its end");
}

char *reason__of_failure(const struct result_page *page, const struct ending *ending)
{
	bool came_back = page->phase == PHASE_DONE || ended_in_leak_check(page);
	char *reasons = NULL, name[32];

	if (ending->unkillable)
		add(&reasons, "no progress for %u s, and cannot be killed", ending->timeout_s);
	else if (ending->interrupted && page->phase != PHASE_DONE)
		add(&reasons, "interrupted by %s", signal_name(ending->interrupted, name));
	else if (ending->log_limit)
		add(&reasons, "wrote more than %llu MiB of log, the limit of --log-limit",
		    (unsigned long long)ending->log_limit >> 20);
	else if (ending->timed_out && !came_back)
		add(&reasons, "no progress for %u s, killed by the watchdog", ending->timeout_s);
	else if (!came_back)
		add_ending(&reasons, page, ending);
	add_sanitizer(&reasons, page);
	if (page->exit_calls)
		add(&reasons,
		    "a child called exit(), use _exit(): 'make exitcheck' finds the call");
	if (page->returned_children)
		add(&reasons, "a child returned from the test's function, end it with _exit()");
	if (page->leaked)
		add(&reasons, "leaked memory");
	if (ending->leftover)
		add(&reasons, "a process that it has left cannot be ended");
	if (ending->sent_signal)
		add(&reasons, "sent %s to the runner", signal_name(ending->sent_signal, name));
	if (page->lost)
		add(&reasons, "%u subtests found no room in the result page", page->lost);
	return reasons;
}

char *reason__no_leak_check(const struct result_page *page, const struct ending *ending)
{
	char *why = NULL, name[32];

	if (page->no_leak_check[0])
		return xstrndup(page->no_leak_check, sizeof(page->no_leak_check));
	if (!ended_in_leak_check(page) || ending->interrupted)
		return NULL;
	if (ending->timed_out || ending->unkillable)
		add(&why, "LeakSanitizer does not come back");
	else if (WIFSIGNALED(ending->status))
		add(&why, "LeakSanitizer was killed by %s",
		    signal_name(WTERMSIG(ending->status), name));
	else
		add(&why, "LeakSanitizer ended the process with status %d",
		    WEXITSTATUS(ending->status));
	return why;
}
