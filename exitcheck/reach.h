/* SPDX-License-Identifier: GPL-2.0 */
/*
 * reach: which objects a function can get at.
 */
#ifndef EXITCHECK_REACH_H
#define EXITCHECK_REACH_H

#include "program.h"
#include "world.h"

enum reach_scope {
	REACH_GIVEN,  /* what its arguments lead to: a function of the C library */
	REACH_EXTERN, /* and what other files know by name */
	REACH_ALL,    /* and all that is not local: a function of this file */
};

/*
 * Leaves in @world what a function called with @arguments, ARGUMENTS of them, can get at: what
 * @callee, unless that is NULL, has in its parameters, too. Returns the rest, for
 * world__add_back().
 */
const struct known *reach__narrow(const struct program *program, enum reach_scope scope,
				  const struct function *callee, struct world *world,
				  const struct value *arguments);

#endif
