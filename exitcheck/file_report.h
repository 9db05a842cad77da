/* SPDX-License-Identifier: GPL-2.0 */
/*
 * file_report: the part of one file in the report.
 */
#ifndef EXITCHECK_FILE_REPORT_H
#define EXITCHECK_FILE_REPORT_H

#include "checked_file.h"
#include "fix.h"
#include "report.h"

/* Adds @file, and sets @fix_file, which is NULL if the file is not asked for. */
void file_report__add(struct report *report, const struct checked_file *file,
		      struct fix_file *fix_file);
/* Adds another reading of a file. */
void file_report__add_variant(struct report *report, const struct checked_file *file);

#endif
