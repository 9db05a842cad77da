/* SPDX-License-Identifier: GPL-2.0 */
/*
 * child: the process in which one test runs, and what a test may call there (test_progs.h).
 */
#ifndef RUNNER_CHILD_H
#define RUNNER_CHILD_H

#include <stdbool.h>

#include "plan.h"

/* The input of a test's process. All of it must outlive the process. */
struct child_job {
	const struct planned_test *test;
	const struct selection *selection;
	struct result_page *page;
	int log;
	bool listing; /* record subtests, run none */
};

/* Prepares this process for child__start(): what children inherit. Call once, before. */
void child__init(void);

/*
 * Forks a process, leader of a process group of its own, that runs the test with its output in
 * the log and leaves by _exit(). It dies when this process does.
 * Returns its pid or a negative errno.
 */
pid_t child__start(const struct child_job *job);

/* test__fail() for the assertion at @site whose line in the log is @text. */
struct test_site;
void child__fail(const struct test_site *site, const char *text);

/* In the test's process: whether a subtest is open. */
bool child__in_subtest(void);

/*
 * test__start_subtest() for a subtest that was announced as a member of the one open before:
 * it is wanted unless it is denied.
 */
bool child__start_member_subtest(const char *name, const char *desc);

#endif
