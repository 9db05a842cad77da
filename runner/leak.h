/* SPDX-License-Identifier: GPL-2.0 */
/*
 * leak: memory that a test lost, as LeakSanitizer finds it. Without LeakSanitizer there is none.
 */
#ifndef RUNNER_LEAK_H
#define RUNNER_LEAK_H

#include <stdbool.h>

/*
 * What this process has allocated so far is not to be blamed on anyone later: neither on it nor on
 * a process forked from it. Call once, before the first test.
 */
void leak__settle(void);

/* From now on leaks are looked for in this process, and not in those forked from it. */
void leak__own(void);

/* Looks for leaks; reports them on stderr. Returns whether there are any. */
bool leak__found(void);

#endif
