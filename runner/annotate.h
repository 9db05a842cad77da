/* SPDX-License-Identifier: GPL-2.0 */
/*
 * annotate: failures as GitHub Actions shows them beside the source, "::error file=...::...". See
 * "Workflow commands for GitHub Actions" in GitHub's documentation.
 */
#ifndef RUNNER_ANNOTATE_H
#define RUNNER_ANNOTATE_H

#include <stdio.h>

#include "plan.h"

/* Prints to @out an annotation for each failure of the finished @test; none if it did not fail. */
void annotate__test(FILE *out, const struct planned_test *test);

#endif
