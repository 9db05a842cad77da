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
	int plain;	 /* the same without indices: of all elements */
} *keys;
static int key_count;

/* Steps below this one are indices: an even number's is a number, an odd one's a variable's id. */
#define INDEX (-8)

static bool is_index(int step)
{
	return step <= INDEX || step == STEP_UNKNOWN_INDEX;
}

static bool is_variable_index(int step)
{
	return step <= INDEX && (INDEX - step) % 2;
}

static int variable_of(int step)
{
	return (INDEX - step) / 2;
}

static int new_key(int parent, int step, int next)
{
	int key = key_count++;

	keys = xgrow(keys, key, sizeof(*keys));
	keys[key] = (struct key){ parent, step, NO_KEY, next, key };
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
	if (is_index(step))
		keys[found].plain = keys[key].plain;
	else if (keys[key].plain != key)
		keys[found].plain = key__step(keys[key].plain, step);
	return found;
}

int key__numbered_element(int key, long long number)
{
	if (number < 0 || number > 1 << 20)
		return key__step(key, STEP_UNKNOWN_INDEX);
	return number ? key__step(key, INDEX - 2 * (int)number) : key;
}

int key__element_at(int key, int id)
{
	return key__step(key, INDEX - 2 * id - 1);
}

int key__root(int key)
{
	while (keys[key].parent != NO_KEY)
		key = keys[key].parent;
	return keys[key].step;
}

int key__name(int key)
{
	while (keys[key].step < 0)
		key = keys[key].parent;
	return keys[key].step;
}

bool key__is_part(int key, int whole)
{
	while (key != NO_KEY && key != whole)
		key = keys[key].parent;
	return key == whole;
}

bool key__depends_on(int key, int variable)
{
	if (keys[key].plain == key || keys[variable].parent != NO_KEY)
		return false;
	for (; key != NO_KEY; key = keys[key].parent)
		if (is_variable_index(keys[key].step) &&
		    variable_of(keys[key].step) == keys[variable].step)
			return true;
	return false;
}

bool key__each_index(int key, bool (*keep)(void *data, int id), void *data)
{
	if (keys[key].plain == key)
		return true;
	for (; key != NO_KEY; key = keys[key].parent)
		if (is_variable_index(keys[key].step) && !keep(data, variable_of(keys[key].step)))
			return false;
	return true;
}

bool key__has_unknown_index(int key)
{
	for (; keys[key].parent != NO_KEY; key = keys[key].parent)
		if (keys[key].step == STEP_UNKNOWN_INDEX)
			return true;
	return false;
}

/* The number of the first index on the way to @key: 0 if there is none, -1 if it is no number. */
static int first_number(int key)
{
	int number = 0;

	for (; keys[key].parent != NO_KEY; key = keys[key].parent)
		if (is_index(keys[key].step))
			number = is_variable_index(keys[key].step) ||
						 keys[key].step == STEP_UNKNOWN_INDEX ?
					 -1 :
					 variable_of(keys[key].step);
	return number;
}

bool key__is_touched(int key, int changed)
{
	int a, b;

	if (key__is_part(key, changed))
		return key != changed;
	if (keys[key].plain == key && keys[changed].plain == changed)
		return false;
	if (key__depends_on(key, changed))
		return true;
	if (!key__is_part(keys[key].plain, keys[changed].plain))
		return false;
	a = first_number(key);
	b = first_number(changed);
	return a < 0 || b < 0 || a == b;
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
