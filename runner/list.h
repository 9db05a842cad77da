/* SPDX-License-Identifier: GPL-2.0 */
/*
 * list: prints the names of tests and subtests on stdout, one on each line, in the form of a list
 * file.
 */
#ifndef RUNNER_LIST_H
#define RUNNER_LIST_H

#include "plan.h"

/* Prints the selected tests. */
void list__tests(const struct plan *plan);

/*
 * Prints the selected subtests that the tests of @plan have announced (see sched_options.listing),
 * as TEST/SUBTEST. Prints a test without subtests by its own name. Does the same for a test that
 * did not reach its end, and prints the reason on stderr.
 */
void list__subtests(const struct plan *plan);

#endif
