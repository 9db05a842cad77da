// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdlib.h>

#include "../lib/xalloc.h"
#include "path.h"

/* Returns whether one is a process whose fork() failed, and the other has made a child in it. */
static bool is_failed_fork(const struct path *a, const struct path *b)
{
	return a->world.made != b->world.made && a->value.is_pid_or_error &&
	       b->value.is_pid_or_error && a->value.signs != b->value.signs;
}

void paths__add(struct paths *paths, const struct path *path)
{
	for (int i = 0; i < paths->count; i++) {
		struct path *old = &paths->at[i];

		if (old->world.fork != path->world.fork ||
		    old->world.exec_failed != path->world.exec_failed ||
		    !old->world.made != !path->world.made || is_failed_fork(old, path) ||
		    old->world.printed != path->world.printed)
			continue;
		old->world.has_threads |= path->world.has_threads;
		old->world.beside |= path->world.beside;
		old->world.made |= path->world.made;
		old->world.acted |= path->world.acted;
		old->world.waited |= path->world.waited;
		old->world.is_doubtful &= path->world.is_doubtful;
		old->world.known = world__common(old->world.known, path->world.known);
		old->value = value__join(old->value, path->value);
		return;
	}
	paths->at = xrealloc(paths->at, paths->count + 1, sizeof(*paths->at));
	paths->at[paths->count++] = *path;
}

void paths__add_world(struct paths *paths, const struct world *world, struct value value)
{
	paths__add(paths, &(struct path){ *world, value });
}

void paths__add_all(struct paths *paths, const struct paths *more)
{
	for (int i = 0; i < more->count; i++)
		paths__add(paths, &more->at[i]);
}

void paths__take_all(struct paths *paths, struct paths *more)
{
	if (!paths->count) {
		free(paths->at);
		*paths = *more;
	} else {
		paths__add_all(paths, more);
		free(more->at);
	}
	*more = (struct paths){};
}

struct paths paths__copy(const struct paths *paths)
{
	struct paths copy = {};

	paths__add_all(&copy, paths);
	return copy;
}

/* Both in the same order: paths of one place are always added in the same order. */
bool paths__equal(const struct paths *a, const struct paths *b)
{
	if (a->count != b->count)
		return false;
	for (int i = 0; i < a->count; i++)
		if (!world__equal(&a->at[i].world, &b->at[i].world) ||
		    !value__equal(a->at[i].value, b->at[i].value))
			return false;
	return true;
}
