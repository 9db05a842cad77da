/* SPDX-License-Identifier: GPL-2.0 */
/*
 * doubts: the parts of a file that clang could not make sense of, as far as they matter.
 */
#ifndef EXITCHECK_DOUBTS_H
#define EXITCHECK_DOUBTS_H

#include "left_out.h"
#include "source.h"
#include "unit.h"

/* A call that clang has lost, or #if leaves out. */
struct lost_call {
	unsigned int offset;
	bool is_left_out;
	bool is_fork; /* or else of exit(), which matters to a child */
	const char *sentence;
};

struct doubts {
	const char **at; /* sentences */
	int count;
	struct lost_call *lost; /* another reading of the file may have them */
	int lost_count;
};

/* Returns whether clang has lost an object, or calls of functions that matter, after an error. */
bool doubts__is_incomplete(const struct source *source, const struct unit *unit);

/* Also marks variables in @unit of which clang lost a statement: their values are not known. */
struct doubts doubts__of(const struct source *source, const struct left_out *left_out,
			 struct unit *unit);

#endif
