/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kmsg: names the running test and subtest in the kernel's log, so that a splat or a panic there
 * can be told whose it is. docs/results.md documents the lines.
 */
#ifndef RUNNER_KMSG_H
#define RUNNER_KMSG_H

#include "result.h"

/* Turns the lines on, in this process and in those forked from it. Returns 0 or -errno. */
int kmsg__init(void);

/* Write a line, if lines are on. @subtest is NULL for the test itself. */
void kmsg__start(const char *test, const char *subtest);
void kmsg__end(const char *test, const char *subtest, enum test_verdict verdict);

#endif
