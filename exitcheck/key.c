// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <assert.h>
#include <stdlib.h>

#include "../lib/xalloc.h"
#include "key.h"

static struct key {
	int parent; /* or NO_KEY: step is a variable's id */
	int step;
	int first, next; /* its first step; the next step of its parent */
} *keys;
static int key_count;

static int new_key(int parent, int step, int next)
{
	int key = key_count++;

	keys = xgrow(keys, key, sizeof(*keys));
	keys[key] = (struct key){ parent, step, NO_KEY, next };
	return key;
}

int key__variable(int id)
{
	static int *of_variable, count;

	assert(id >= 0);
	while (count <= id) {
		of_variable = xgrow(of_variable, count, sizeof(*of_variable));
		of_variable[count++] = NO_KEY;
	}
	if (of_variable[id] == NO_KEY)
		of_variable[id] = new_key(NO_KEY, id, NO_KEY);
	return of_variable[id];
}

int key__step(int key, int step)
{
	int found;

	for (found = keys[key].first; found != NO_KEY; found = keys[found].next)
		if (keys[found].step == step)
			return found;
	found = new_key(key, step, keys[key].first);
	keys[key].first = found;
	return found;
}

int key__root(int key)
{
	while (keys[key].parent != NO_KEY)
		key = keys[key].parent;
	return keys[key].step;
}

/* Returns whether @key is @whole or a part of it. */
bool key__is_part(int key, int whole)
{
	while (key != NO_KEY && key != whole)
		key = keys[key].parent;
	return key == whole;
}

int key__moved(int key, int from, int to)
{
	int parent, step;

	if (key == from)
		return to;
	if (key == NO_KEY || keys[key].step < 0)
		return NO_KEY;
	step = keys[key].step;
	parent = key__moved(keys[key].parent, from, to);
	return parent == NO_KEY ? NO_KEY : key__step(parent, step);
}
