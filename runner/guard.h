/* SPDX-License-Identifier: GPL-2.0 */
/*
 * guard: a process above the runner, so that no process of a test outlives the run.
 *
 * If the runner is killed, the guard adopts and kills its orphans. If the guard is killed, the
 * runner gets SIGTERM, and kills its tests.
 */
#ifndef RUNNER_GUARD_H
#define RUNNER_GUARD_H

#include <sys/types.h>

/*
 * Forks. Returns 0 in the child, which is the runner, or a negative errno. The parent does not
 * return: it forwards signals, waits for the runner, kills the processes that it left, and ends as
 * the runner did.
 */
int guard__start(void);

/* In the runner: the guard's pid; 0 before guard__start(). */
pid_t guard__pid(void);

#endif
