/* SPDX-License-Identifier: GPL-2.0 */
/*
 * doubts: the parts of a file that clang could not make sense of, as far as they matter.
 */
#ifndef EXITCHECK_DOUBTS_H
#define EXITCHECK_DOUBTS_H

#include "source.h"
#include "unit.h"

struct doubts {
	const char **at; /* sentences */
	int count;
};

/* Also marks variables in @unit of which clang lost a statement: their values are not known. */
struct doubts doubts__of(const struct source *source, struct unit *unit);

#endif
