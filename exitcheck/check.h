/* SPDX-License-Identifier: GPL-2.0 */
/*
 * check: reads the files that are concerned, runs their functions, and collects the findings. Reads
 * the files with the functions that those call, too, until nothing is missing.
 */
#ifndef EXITCHECK_CHECK_H
#define EXITCHECK_CHECK_H

#include "arguments.h"
#include "files.h"
#include "fix.h"
#include "report.h"

/*
 * Fills @report, and @fix_files, which has room for all @files. @clang are clang's arguments from
 * the command line.
 */
void check__run(const struct files *files, const struct arguments *clang, struct report *report,
		struct fix_file *fix_files);

#endif
