/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: the processes that come to a place, each with its world and the value of an expression.
 */
#ifndef EXITCHECK_PATH_H
#define EXITCHECK_PATH_H

#include "world.h"

/* Worlds with a value each: what an expression came to. One a process, see paths__add(). */
struct path {
	struct world world;
	struct value value;
};

struct paths {
	struct path *at;
	int count;
};

/* Adds @path, joined with the one of the same process that has done the same. */
void paths__add(struct paths *paths, const struct path *path);
void paths__add_world(struct paths *paths, const struct world *world, struct value value);
void paths__add_all(struct paths *paths, const struct paths *more);
/* The same, and @more is gone. */
void paths__take_all(struct paths *paths, struct paths *more);
struct paths paths__copy(const struct paths *paths);
bool paths__equal(const struct paths *a, const struct paths *b);

#endif
