/* SPDX-License-Identifier: GPL-2.0 */
/*
 * guard: a process above the runner that outlives it, so that nothing of a test does.
 *
 * The orphans of a runner that is killed come to the guard, which ends them. If the guard is killed
 * the runner is told by SIGTERM, and ends its tests.
 */
#ifndef RUNNER_GUARD_H
#define RUNNER_GUARD_H

#include <sys/types.h>

/*
 * Forks. Returns 0 in the child, which is the runner, or a negative errno. The parent passes
 * signals on, waits for the runner, ends what it has left, and ends as the runner did.
 */
int guard__start(void);

/* In the runner: the process that passes signals on; 0 before guard__start(). */
pid_t guard__pid(void);

#endif
