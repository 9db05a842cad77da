/* SPDX-License-Identifier: GPL-2.0 */
/*
 * platform: macros that systems and compilers define, told apart by their names.
 */
#ifndef EXITCHECK_PLATFORM_H
#define EXITCHECK_PLATFORM_H

enum platform {
	PLATFORM_NONE, /* a project's, a processor's, or one that nobody knows */
	PLATFORM_OURS, /* Linux, the GNU C library, gcc, clang */
	PLATFORM_OTHER,
};

enum platform platform__of_macro(const char *name);

#endif
