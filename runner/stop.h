/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stop: the signals that end a run early: SIGINT, SIGTERM and others whose default action ends the
 * process and that can wait.
 */
#ifndef RUNNER_STOP_H
#define RUNNER_STOP_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * Blocks these signals, so that they wait until they are read. Ignored ones stay ignored (nohup,
 * background jobs). Returns 0 or a negative errno.
 */
int stop__catch(void);

/* Returns a descriptor that is readable when such a signal is pending. */
int stop__fd(void);

/* Returns the signals that were blocked before. */
const sigset_t *stop__mask_before(void);

/*
 * Calls @is_test(@ctx, sender, signal) for each signal from another process. If it returns true,
 * the signal comes from a test and is ignored. NULL: no test runs.
 */
void stop__ignore_tests(bool (*is_test)(void *ctx, pid_t sender, int signo), void *ctx);

/* Returns the signal that has come, in this call or an earlier one, or 0. */
int stop__requested(void);

#endif
