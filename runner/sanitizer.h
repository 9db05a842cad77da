/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sanitizer: counts the errors that AddressSanitizer and UndefinedBehaviorSanitizer report in the
 * test's page. The log does not always have them, as reports may go to a file of the user
 * (log_path).
 */
#ifndef RUNNER_SANITIZER_H
#define RUNNER_SANITIZER_H

#include "page.h"

/* Installs the functions that the sanitizers call, if they are linked in. Call once. */
void sanitizer__init(void);

/* From now on counts errors of this process and its children in @page. */
void sanitizer__report_to(struct result_page *page);

#endif
