/* SPDX-License-Identifier: GPL-2.0 */
/*
 * leak: memory that a test lost, as LeakSanitizer finds it. Without LeakSanitizer there is none.
 */
#ifndef RUNNER_LEAK_H
#define RUNNER_LEAK_H

#include <stdbool.h>

/*
 * Takes everything that this process has allocated so far as reachable, here and in processes
 * forked from it. Call once, before the first test.
 */
void leak__settle(void);

/* From now on leaks are looked for in this process, and not in those forked from it. */
void leak__own(void);

/* From now on leaks are looked for in no process. */
void leak__disown(void);

/* True if LeakSanitizer is linked in and the user has not turned it off. */
bool leak__wanted(void);

/* The reason why LeakSanitizer cannot work in this process, or NULL. Tries it the first time. */
const char *leak__obstacle(void);

/* Looks for leaks and reports them on stderr. Returns true if there are any. */
bool leak__found(void);

#endif
