/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hints: include directories and macros that a project's build files name, without running them.
 */
#ifndef EXITCHECK_HINTS_H
#define EXITCHECK_HINTS_H

#include "arguments.h"

/*
 * Adds what the build files in @dir name: directories (-I of Makefiles, include_directories() of
 * meson and cmake, and those of the packages that they ask pkg-config for), and macros (-D in
 * Makefiles' flags of all programs). @top is the top of the project.
 */
void hints__add(struct arguments *arguments, const char *dir, const char *top);

#endif
