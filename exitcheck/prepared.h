/* SPDX-License-Identifier: GPL-2.0 */
/*
 * prepared: a call whose callee and arguments have been evaluated.
 */
#ifndef EXITCHECK_PREPARED_H
#define EXITCHECK_PREPARED_H

#include "function.h"

struct prepared {
	struct world world;
	struct value callee;
	struct value arguments[ARGUMENTS];
};

#endif
