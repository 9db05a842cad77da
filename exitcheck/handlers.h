/* SPDX-License-Identifier: GPL-2.0 */
/*
 * handlers: what functions do that a signal may call.
 */
#ifndef EXITCHECK_HANDLERS_H
#define EXITCHECK_HANDLERS_H

#include "flow.h"

/* Returns whether one calls longjmp(): a function of the unit that is named only to be kept. */
bool handlers__jump(struct flow *flow);

#endif
