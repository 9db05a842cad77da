/* SPDX-License-Identifier: GPL-2.0 */
/*
 * statement: runs statements.
 */
#ifndef EXITCHECK_STATEMENT_H
#define EXITCHECK_STATEMENT_H

#include "function.h"

/* Runs @node in the worlds of @in, which becomes the worlds behind it. */
void statement__exec(struct flow *flow, struct frame *frame, const struct node *node,
		     struct paths *in);

#endif
