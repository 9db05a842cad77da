/* SPDX-License-Identifier: GPL-2.0 */
/*
 * left_out: calls of fork() and exit() that an #if keeps from clang, and the macros that bring them
 * back: the file is read with those, too.
 */
#ifndef EXITCHECK_LEFT_OUT_H
#define EXITCHECK_LEFT_OUT_H

#include "source.h"

struct left_out {
	struct name_list undefine, define; /* options of clang that bring the code back */
	struct name_list calls;		   /* the functions that are called there */
	struct token *lost; /* calls that should be back then, if they are not for others */
	int lost_count;
};

/* Ignores #if 0, and code for other systems and compilers only. */
struct left_out left_out__of(const struct source *source);

#endif
