/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stop: the signals that ask a run to end early: SIGINT, SIGTERM and the others that would end the
 * process and can wait.
 */
#ifndef RUNNER_STOP_H
#define RUNNER_STOP_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * From now on these signals no longer end the process but wait to be read. Those that were ignored
 * stay so (nohup, background jobs). Returns 0 or a negative errno.
 */
int stop__catch(void);

/* A descriptor that is readable when such a signal has come. */
int stop__fd(void);

/* The signals that were blocked before. */
const sigset_t *stop__mask_before(void);

/*
 * Has @is_test(@ctx, sender, signal) called for each signal of another process. If it returns true
 * the signal comes from a test and asks for nothing. NULL: no test runs.
 */
void stop__ignore_tests(bool (*is_test)(void *ctx, pid_t sender, int signo), void *ctx);

/* The signal that has come, now or in an earlier call, or 0. */
int stop__requested(void);

#endif
