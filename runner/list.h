/* SPDX-License-Identifier: GPL-2.0 */
/*
 * list: the names of tests and subtests, one a line on stdout, as a list file may hold them.
 */
#ifndef RUNNER_LIST_H
#define RUNNER_LIST_H

#include "plan.h"

/* Prints the selected tests. */
void list__tests(const struct plan *plan);

/*
 * Prints the selected subtests that the tests of @plan have announced (see sched_options.listing),
 * as TEST/SUBTEST. A test without subtests, or that did not come to its end, is printed by its own
 * name, in the latter case with the reason on stderr.
 */
void list__subtests(const struct plan *plan);

#endif
