/* SPDX-License-Identifier: GPL-2.0 */
/*
 * child: the process in which one test runs, and the functions that a test may call there
 * (test_progs.h).
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

/* Prepares this process for child__start(). Children inherit this, so call it once, before. */
void child__init(void);

/*
 * Forks a process that runs the test with its output in the log and ends with _exit(). The process
 * leads its own process group, and dies with this process. Returns its pid or a negative errno.
 */
pid_t child__start(const struct child_job *job);

/* test__fail() for the assertion at @site. @text is its line in the log. */
struct test_site;
void child__fail(const struct test_site *site, const char *text);

/* In the test's process: returns true if a subtest is open. */
bool child__in_subtest(void);

/*
 * test__start_subtest() for a member of the subtest that was open before: it is selected unless it
 * is denied.
 */
bool child__start_member_subtest(const char *name, const char *desc);

#endif
