/* SPDX-License-Identifier: GPL-2.0 */
/*
 * crash: a stack trace in the test's log when a fatal signal ends a process.
 *
 * The process that dies writes bare addresses into the test's page and waits. The main process,
 * whose memory is intact, finds functions and lines for them (see trace.h).
 */
#ifndef RUNNER_CRASH_H
#define RUNNER_CRASH_H

#include "page.h"

/*
 * Installs the handler for SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT and SIGSYS. Forked children
 * inherit it. The signal still ends the process. A handler of AddressSanitizer runs after ours.
 */
void crash__init(void);

/*
 * Reports crashes of this process and its children in @page, which the main process watches. If
 * there is no page or nobody answers, the trace goes to stderr, without static functions and lines.
 */
void crash__report_to(struct result_page *page);

#endif
