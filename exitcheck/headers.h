/* SPDX-License-Identifier: GPL-2.0 */
/*
 * headers: those that a scanned file includes, found in clang's include directories.
 */
#ifndef EXITCHECK_HEADERS_H
#define EXITCHECK_HEADERS_H

#include "scan.h"

/*
 * Calls @visit for @file's headers and those below them, once; with NULL for one that is missing.
 * Sets the visit of each of these files to @number.
 */
void headers__each(struct scanned_file *file, const char *const *arguments, unsigned int number,
		   void (*visit)(void *data, struct scanned_file *header,
				 const struct include *include),
		   void *data);

/*
 * Returns whether a header that could tell is missing in @file, or in one that it includes by
 * quotes, @levels deep. Further down most are behind an #if for other systems.
 */
bool headers__misses(struct scanned_file *file, const char *const *arguments, int levels);

#endif
