/* SPDX-License-Identifier: GPL-2.0 */
/*
 * volatiles: global variables that are volatile so that a signal handler can read them.
 */
#ifndef EXITCHECK_VOLATILES_H
#define EXITCHECK_VOLATILES_H

#include "unit.h"

/* Makes those of @unit's file plain that are set to the result of fork() and to nothing else. */
void volatiles__settle(struct unit *unit);

#endif
