/* SPDX-License-Identifier: GPL-2.0 */
/*
 * crash: a stack trace in the test's log when a fatal signal ends a process.
 *
 * The process that dies writes bare addresses into the test's page and waits. The main process,
 * whose memory is in order, finds functions and lines for them (see trace.h).
 */
#ifndef RUNNER_CRASH_H
#define RUNNER_CRASH_H

#include "page.h"

/*
 * Installs the handler for SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT and SIGSYS; forked children
 * inherit it. The signal still ends the process. Where AddressSanitizer has a handler that follows.
 */
void crash__init(void);

/*
 * Has crashes of this process and its children reported in @page, which the main process watches.
 * Without it, or if nobody answers, the trace goes to stderr, without static functions and lines.
 */
void crash__report_to(struct result_page *page);

#endif
