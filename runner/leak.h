/* SPDX-License-Identifier: GPL-2.0 */
/*
 * leak: memory that a test leaked, found by LeakSanitizer. Without LeakSanitizer nothing is found.
 */
#ifndef RUNNER_LEAK_H
#define RUNNER_LEAK_H

#include <stdbool.h>

/*
 * Excludes the present allocations of this process from leak checks, here and in forked processes.
 * Call once, before the first test.
 */
void leak__settle(void);

/* From now on this process checks for leaks, and processes forked from it do not. */
void leak__own(void);

/* From now on no process checks for leaks. */
void leak__disown(void);

/* True if LeakSanitizer is linked in and the user has not turned it off. */
bool leak__wanted(void);

/* Returns why LeakSanitizer cannot work in this process, or NULL. The first call tries it. */
const char *leak__obstacle(void);

/* Looks for leaks and reports them on stderr. Returns true if there are any. */
bool leak__found(void);

#endif
