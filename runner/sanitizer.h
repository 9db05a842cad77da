/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sanitizer: errors that AddressSanitizer and UndefinedBehaviorSanitizer report, counted in the
 * test's page. Reports may go to a file of the user's (log_path), so the log does not tell.
 */
#ifndef RUNNER_SANITIZER_H
#define RUNNER_SANITIZER_H

#include "page.h"

/* Installs what the sanitizers call, where they are linked in. Call once. */
void sanitizer__init(void);

/* From now on errors of this process and of those forked from it are counted in @page. */
void sanitizer__report_to(struct result_page *page);

#endif
