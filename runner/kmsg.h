/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kmsg: names the running test and subtest in the kernel's log, so that a reader knows which test
 * caused a splat or a panic there. docs/results.md documents the lines.
 */
#ifndef RUNNER_KMSG_H
#define RUNNER_KMSG_H

#include "result.h"

/* Turns the lines on, in this process and in its children. Returns 0 or -errno. */
int kmsg__init(void);

/* Write a line, if lines are on. @subtest is NULL for the test itself. */
void kmsg__start(const char *test, const char *subtest);
void kmsg__end(const char *test, const char *subtest, enum test_verdict verdict);

#endif
