/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pointers: calls in children by pointers that functions store, or files that were not read.
 */
#ifndef EXITCHECK_POINTERS_H
#define EXITCHECK_POINTERS_H

#include "checked_file.h"
#include "report.h"

/* Names such calls in @report. */
void pointers__report(struct report *report, struct checked_file *const *files, size_t count);

#endif
