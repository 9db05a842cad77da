/* SPDX-License-Identifier: GPL-2.0 */
/*
 * concern: which files are worth a compiler.
 */
#ifndef EXITCHECK_CONCERN_H
#define EXITCHECK_CONCERN_H

#include "scan.h"

/*
 * True if @file has to be read by a compiler: it can fork, looks at a child's status, or has an
 * exit() and misses a header that could tell whether it forks. The first two are @certain.
 */
bool concern__of(struct scanned_file *file, const char *const *arguments, bool *certain);

#endif
