/* SPDX-License-Identifier: GPL-2.0 */
/*
 * trial: clang reads a file as --fix would leave it, before it is written.
 */
#ifndef EXITCHECK_TRIAL_H
#define EXITCHECK_TRIAL_H

#include <clang-c/Index.h>
#include <stdbool.h>

#include "arguments.h"

/*
 * Reads @changed, which calls _exit(), and with @calls_fflush also fflush(). Returns an error of
 * clang's that the file does not have yet, or a name that means something else there; NULL: the
 * text is good.
 */
const char *trial__failure(struct CXUnsavedFile changed, const struct arguments *arguments,
			   bool calls_fflush);

#endif
