/* SPDX-License-Identifier: GPL-2.0 */
/*
 * callees: functions that an expression may mean.
 */
#ifndef EXITCHECK_CALLEES_H
#define EXITCHECK_CALLEES_H

#include "flow.h"
#include "value.h"

struct callees {
	const struct function **at; /* the caller's */
	int count;
};

/*
 * The one that @value is; else all that are stored in the object that @node names. Those that the
 * file stores which is being run come first: with a test framework it is one program among many.
 */
struct callees callees__of(const struct flow *flow, const struct node *node, struct value value);

#endif
