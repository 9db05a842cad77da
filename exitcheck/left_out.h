/* SPDX-License-Identifier: GPL-2.0 */
/*
 * left_out: calls of fork() and exit() that an #if keeps from clang, and the macros that bring them
 * back: the file is read with those, too.
 */
#ifndef EXITCHECK_LEFT_OUT_H
#define EXITCHECK_LEFT_OUT_H

#include "source.h"

struct left_out {
	struct name_list macros; /* that nobody defines */
	struct name_list calls;	 /* the functions that are called there */
	struct token *forks;	 /* calls that these macros should bring back */
	int fork_count;
};

/*
 * Leaves out what no macro of the project brings back: #if 0, other systems (macros that begin with
 * an underscore, WIN32), and the other side of a condition that is true.
 */
struct left_out left_out__of(const struct source *source);

#endif
