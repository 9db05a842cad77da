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

/* Those that @value is; else those that are stored in the object that @node names. */
struct callees callees__of(struct flow *flow, const struct node *node, struct value value);

/*
 * The set (see functions.h) of those that are stored in the variable or field of id @slot. Those
 * that the file stores which is being run come first: with a test framework it is one program among
 * many.
 */
int callees__stored(struct flow *flow, int slot);

#endif
