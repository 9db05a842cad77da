/* SPDX-License-Identifier: GPL-2.0 */
/*
 * compile: the arguments with which clang can make sense of a file that has not been built.
 */
#ifndef EXITCHECK_COMPILE_H
#define EXITCHECK_COMPILE_H

#include "arguments.h"

/*
 * The arguments for @path: the language, the include directories of its project, found by where the
 * file lies and what its Makefiles say, and then the user's @more.
 */
const struct arguments *compile__arguments(const char *path, const struct arguments *more);

#endif
