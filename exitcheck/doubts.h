/* SPDX-License-Identifier: GPL-2.0 */
/*
 * doubts: the parts of a file that clang could not make sense of, as far as they matter.
 */
#ifndef EXITCHECK_DOUBTS_H
#define EXITCHECK_DOUBTS_H

#include "left_out.h"
#include "source.h"
#include "unit.h"

struct doubt_of_fork {
	unsigned int offset;
	const char *sentence;
};

struct doubts {
	const char **at; /* sentences */
	int count;
	struct doubt_of_fork *forks; /* calls of fork() that clang has lost, or #if leaves out */
	int fork_count;
};

/* Also marks variables in @unit of which clang lost a statement: their values are not known. */
struct doubts doubts__of(const struct source *source, const struct left_out *left_out,
			 struct unit *unit);

#endif
