/* SPDX-License-Identifier: GPL-2.0 */
/*
 * trace: functions, files and lines for the stack trace of a process that crashes (see crash.h).
 *
 * They come from the debug information (libdw) of the program and of each library. Without debug
 * information a frame has its symbol, or its offset in the file for addr2line.
 */
#ifndef RUNNER_TRACE_H
#define RUNNER_TRACE_H

#include "page.h"

/* If a process of the test waits in @page for its stack trace, appends the trace to @log. */
void trace__answer(struct result_page *page, int log);

#endif
