/* SPDX-License-Identifier: GPL-2.0 */
/*
 * crash: a stack trace on stderr when a fatal signal ends a process.
 */
#ifndef RUNNER_CRASH_H
#define RUNNER_CRASH_H

/*
 * Installs the handler for SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT and SIGSYS, where nobody
 * (AddressSanitizer) has one yet; forked children inherit it. The signal still ends the process.
 */
void crash__init(void);

#endif
