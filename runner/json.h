/* SPDX-License-Identifier: GPL-2.0 */
/*
 * json: results for programs. The keys that BPF CI reads have the meaning that they have in the
 * kernel tree. "tests" has every selected test, passing or not.
 */
#ifndef RUNNER_JSON_H
#define RUNNER_JSON_H

#include <stdio.h>

#include "plan.h"

/*
 * Writes the results of @plan, with the logs that were kept, to @out as one JSON object.
 * Returns 0 or -errno.
 */
int json__write(FILE *out, const struct plan *plan);

#endif
