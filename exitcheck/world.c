// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "world.h"

const struct value anything = { .signs = ANY, .function = -1, .object = NO_KEY };

const struct value undefined = { .signs = 0, .function = -1, .object = NO_KEY };

/* --- values --- */

struct value value__of_signs(int signs)
{
	struct value value = anything;

	value.signs = signs;
	if (signs == ZERO)
		value.is_number = true;
	return value;
}

struct value value__of_number(long long number)
{
	struct value value = value__of_signs(number < 0 ? NEGATIVE : number ? POSITIVE : ZERO);

	value.is_number = true;
	value.number = number;
	return value;
}

struct value value__of_pid(void)
{
	struct value value = value__of_signs(NEGATIVE | POSITIVE);

	value.is_pid_or_error = true;
	return value;
}

struct value value__of_function(int id)
{
	struct value value = value__of_signs(POSITIVE);

	value.function = id;
	return value;
}

struct value value__of_object(int key)
{
	struct value value = value__of_signs(POSITIVE);

	value.object = key;
	return value;
}

bool value__equal(struct value a, struct value b)
{
	return a.signs == b.signs && a.is_number == b.is_number &&
	       (!a.is_number || a.number == b.number) && a.is_pid_or_error == b.is_pid_or_error &&
	       a.function == b.function && a.object == b.object;
}

static struct value join(struct value a, struct value b)
{
	struct value value = anything;

	if (!a.signs || !b.signs)
		return a.signs ? a : b;
	value.signs = a.signs | b.signs;
	if (a.is_number && b.is_number && a.number == b.number) {
		value.is_number = true;
		value.number = a.number;
	}
	value.is_pid_or_error = a.is_pid_or_error && b.is_pid_or_error;
	if (a.function == b.function)
		value.function = a.function;
	if (a.object == b.object)
		value.object = a.object;
	return value;
}

struct range {
	long long from, to;
};

static struct range range_of(struct value value, int sign)
{
	if (value.is_number)
		return (struct range){ value.number, value.number };
	if (sign == ZERO)
		return (struct range){ 0, 0 };
	if (sign == POSITIVE)
		return (struct range){ 1, LLONG_MAX };
	return (struct range){ value.is_pid_or_error ? -1 : LLONG_MIN, -1 };
}

static bool can_be_true(struct range a, enum CXBinaryOperatorKind op, struct range b)
{
	switch (op) {
	case CXBinaryOperator_LT:
		return a.from < b.to;
	case CXBinaryOperator_LE:
		return a.from <= b.to;
	case CXBinaryOperator_GT:
		return a.to > b.from;
	case CXBinaryOperator_GE:
		return a.to >= b.from;
	case CXBinaryOperator_EQ:
		return a.from <= b.to && b.from <= a.to;
	case CXBinaryOperator_NE:
		return a.from != a.to || b.from != b.to || a.from != b.from;
	default:
		return true;
	}
}

static enum CXBinaryOperatorKind opposite(enum CXBinaryOperatorKind op)
{
	switch (op) {
	case CXBinaryOperator_LT:
		return CXBinaryOperator_GE;
	case CXBinaryOperator_LE:
		return CXBinaryOperator_GT;
	case CXBinaryOperator_GT:
		return CXBinaryOperator_LE;
	case CXBinaryOperator_GE:
		return CXBinaryOperator_LT;
	case CXBinaryOperator_EQ:
		return CXBinaryOperator_NE;
	case CXBinaryOperator_NE:
		return CXBinaryOperator_EQ;
	default:
		return op;
	}
}

struct comparison value__compare(struct value left, enum CXBinaryOperatorKind op,
				 struct value right)
{
	struct comparison result = {};

	for (int l = NEGATIVE; l <= POSITIVE; l <<= 1) {
		for (int r = NEGATIVE; r <= POSITIVE; r <<= 1) {
			struct range a = range_of(left, l), b = range_of(right, r);

			if (!(left.signs & l) || !(right.signs & r))
				continue;
			if (can_be_true(a, op, b)) {
				result.left_true |= l;
				result.right_true |= r;
			}
			if (can_be_true(a, opposite(op), b)) {
				result.left_false |= l;
				result.right_false |= r;
			}
		}
	}
	return result;
}

/* --- keys: a tree of steps --- */

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

/* Whether @key is @whole or a part of it. */
static bool is_part(int key, int whole)
{
	while (key != NO_KEY && key != whole)
		key = keys[key].parent;
	return key == whole;
}

/* --- worlds --- */

struct known {
	int count;
	struct entry {
		int key;
		struct value value;
	} entry[]; /* in the order of their keys */
};

static struct known *new_known(int room)
{
	struct known *known = xcalloc(1, sizeof(*known) + room * sizeof(known->entry[0]));

	known->count = 0;
	return known;
}

struct value world__get(const struct world *world, int key)
{
	int from = 0, to = world->known ? world->known->count : 0;

	while (from < to) {
		int middle = (from + to) / 2;

		if (world->known->entry[middle].key == key)
			return world->known->entry[middle].value;
		if (world->known->entry[middle].key < key)
			from = middle + 1;
		else
			to = middle;
	}
	return anything;
}

static void put(struct known *known, int key, struct value value)
{
	if (!value__equal(value, anything))
		known->entry[known->count++] = (struct entry){ key, value };
}

/* Whether something else than @value is known of object @key or of parts of it. */
static bool differs(const struct world *world, int key, struct value value)
{
	int count = world->known ? world->known->count : 0;

	for (int i = 0; i < count; i++)
		if (world->known->entry[i].key != key && is_part(world->known->entry[i].key, key))
			return true;
	return !value__equal(world__get(world, key), value);
}

void world__set(struct world *world, int key, struct value value)
{
	int count = world->known ? world->known->count : 0;
	struct known *known;
	bool done = false;

	if (!differs(world, key, value))
		return;
	known = new_known(count + 1);

	for (int i = 0; i < count; i++) {
		const struct entry *entry = &world->known->entry[i];

		if (!done && entry->key >= key) {
			put(known, key, value);
			done = true;
		}
		if (!is_part(entry->key, key))
			put(known, entry->key, entry->value);
	}
	if (!done)
		put(known, key, value);
	world->known = known;
}

void world__forget(struct world *world, int key)
{
	if (world->known)
		world__set(world, key, anything);
}

const struct known *world__take_out(struct world *world, bool (*keep)(void *data, int id),
				    void *data)
{
	int count = world->known ? world->known->count : 0;
	struct known *kept = new_known(count), *taken = new_known(count);

	for (int i = 0; i < count; i++) {
		const struct entry *entry = &world->known->entry[i];
		struct known *to = keep(data, key__root(entry->key)) ? kept : taken;

		to->entry[to->count++] = *entry;
	}
	world->known = kept;
	return taken;
}

void world__add_back(struct world *world, const struct known *taken)
{
	int count = world->known ? world->known->count : 0;
	struct known *both = new_known(count + taken->count);

	for (int i = 0, j = 0; i < count || j < taken->count;) {
		if (j == taken->count ||
		    (i < count && world->known->entry[i].key < taken->entry[j].key))
			both->entry[both->count++] = world->known->entry[i++];
		else
			both->entry[both->count++] = taken->entry[j++];
	}
	world->known = both;
}

void world__each_pointer(const struct world *world, void (*visit)(void *data, int from, int to),
			 void *data)
{
	int count = world->known ? world->known->count : 0;

	for (int i = 0; i < count; i++) {
		const struct entry *entry = &world->known->entry[i];

		if (entry->value.object != NO_KEY)
			visit(data, key__root(entry->key), key__root(entry->value.object));
	}
}

void world__each_function(const struct world *world, int key,
			  void (*visit)(void *data, int function), void *data)
{
	int count = world->known ? world->known->count : 0;

	for (int i = 0; i < count; i++) {
		const struct entry *entry = &world->known->entry[i];

		if (entry->value.function >= 0 && is_part(entry->key, key))
			visit(data, entry->value.function);
	}
}

static bool equal_known(const struct known *a, const struct known *b)
{
	int count = a ? a->count : 0;

	if (a == b)
		return true;
	if (count != (b ? b->count : 0))
		return false;
	for (int i = 0; i < count; i++)
		if (a->entry[i].key != b->entry[i].key ||
		    !value__equal(a->entry[i].value, b->entry[i].value))
			return false;
	return true;
}

bool world__equal(const struct world *a, const struct world *b)
{
	return a->fork == b->fork && a->exec_failed == b->exec_failed && a->printed == b->printed &&
	       equal_known(a->known, b->known);
}

/* What is known in both. */
static const struct known *common(const struct known *a, const struct known *b)
{
	struct known *known;

	if (a == b || !a || !b)
		return a == b ? a : NULL;
	known = new_known(a->count < b->count ? a->count : b->count);
	for (int i = 0, j = 0; i < a->count && j < b->count;) {
		if (a->entry[i].key == b->entry[j].key) {
			put(known, a->entry[i].key, join(a->entry[i].value, b->entry[j].value));
			i++;
			j++;
		} else if (a->entry[i].key < b->entry[j].key) {
			i++;
		} else {
			j++;
		}
	}
	/* Nearly always a is what was known before, and nothing has been lost. */
	if (equal_known(known, a)) {
		free(known);
		return a;
	}
	return known;
}

/* --- paths --- */

void paths__add(struct paths *paths, const struct path *path)
{
	for (int i = 0; i < paths->count; i++) {
		struct path *old = &paths->at[i];

		if (old->world.fork != path->world.fork ||
		    old->world.exec_failed != path->world.exec_failed ||
		    old->world.printed != path->world.printed)
			continue;
		old->world.known = common(old->world.known, path->world.known);
		old->value = join(old->value, path->value);
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
