/* SPDX-License-Identifier: GPL-2.0 */
/*
 * trace: functions, files and lines for the stack trace of a process that crashes (see crash.h).
 *
 * They come from the debug information (libdw) of the program and of each library. Where there is
 * none a frame has its symbol, or its offset in the file for addr2line.
 */
#ifndef RUNNER_TRACE_H
#define RUNNER_TRACE_H

#include "page.h"

/* Appends the stack trace that a process of the test waits for in @page, if one does, to @log. */
void trace__answer(struct result_page *page, int log);

#endif
