// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdlib.h>

#include "../lib/xalloc.h"
#include "functions.h"
#include "world.h"

struct known {
	size_t hash;
	struct known *next; /* of the same bucket */
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

static size_t hash_of(const struct known *known)
{
	size_t hash = known->count;

	for (int i = 0; i < known->count; i++) {
		const struct value *value = &known->entry[i].value;

		hash = hash * 31 + known->entry[i].key;
		hash = hash * 31 + value->signs + 8 * value->is_number + 16 * value->is_shared;
		hash = hash * 31 + value->number + value->unknown * 127;
		hash = hash * 31 + value->functions * 1021 + value->object + value->process * 509;
	}
	return hash * 11400714819323198485UL >> 16;
}

static bool equal_entries(const struct known *a, const struct known *b)
{
	if (a->count != b->count)
		return false;
	for (int i = 0; i < a->count; i++)
		if (a->entry[i].key != b->entry[i].key ||
		    !value__equal(a->entry[i].value, b->entry[i].value))
			return false;
	return true;
}

static struct known **buckets;
static size_t bucket_count, known_count, known_size;

static size_t size_of(const struct known *known)
{
	return sizeof(*known) + known->count * sizeof(known->entry[0]);
}

size_t world__size(void)
{
	return known_size;
}

void world__free_all(void)
{
	for (size_t i = 0; i < bucket_count; i++) {
		while (buckets[i]) {
			struct known *freed = buckets[i];

			buckets[i] = freed->next;
			free(freed);
		}
	}
	known_count = 0;
	known_size = 0;
}

static void make_buckets(void)
{
	size_t count = bucket_count ? 2 * bucket_count : 1024;
	struct known **old = buckets;

	buckets = xcalloc(count, sizeof(*buckets));
	for (size_t i = 0; i < bucket_count; i++) {
		while (old[i]) {
			struct known *moved = old[i];

			old[i] = moved->next;
			moved->next = buckets[moved->hash & (count - 1)];
			buckets[moved->hash & (count - 1)] = moved;
		}
	}
	free(old);
	bucket_count = count;
}

/* The one copy of @known, which is consumed: what is equal is the same. NULL: nothing is known. */
static const struct known *unique(struct known *known)
{
	struct known **bucket;

	if (!known->count) {
		free(known);
		return NULL;
	}
	if (known_count >= bucket_count)
		make_buckets();
	known->hash = hash_of(known);
	bucket = &buckets[known->hash & (bucket_count - 1)];
	for (struct known *at = *bucket; at; at = at->next) {
		if (at->hash == known->hash && equal_entries(at, known)) {
			free(known);
			return at;
		}
	}
	known = xrealloc(known, 1, size_of(known));
	known_size += size_of(known);
	known->next = *bucket;
	*bucket = known;
	known_count++;
	return known;
}

bool world__knows(const struct world *world, int key)
{
	for (int i = 0; world->known && i < world->known->count; i++)
		if (key__is_part(world->known->entry[i].key, key))
			return true;
	return false;
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

/* Returns whether @entry is not true any more once @key is set: its own value apart. */
static bool is_outdated(const struct entry *entry, int key)
{
	return key__is_touched(entry->key, key) ||
	       (entry->value.object != NO_KEY && key__depends_on(entry->value.object, key));
}

/* Returns whether something else than @value is known of object @key or of parts of it. */
static bool differs(const struct world *world, int key, struct value value)
{
	int count = world->known ? world->known->count : 0;

	for (int i = 0; i < count; i++)
		if (is_outdated(&world->known->entry[i], key))
			return true;
	return !value__equal(world__get(world, key), value);
}

static void set(struct world *world, int key, struct value value, bool is_new)
{
	int count = world->known ? world->known->count : 0;
	struct known *known = new_known(count + 1);
	bool done = false;

	for (int i = 0; i < count; i++) {
		const struct entry *entry = &world->known->entry[i];

		if (!done && entry->key >= key) {
			put(known, key, value);
			done = true;
		}
		if (entry->key != key && !(is_new && is_outdated(entry, key)))
			put(known, entry->key, entry->value);
	}
	if (!done)
		put(known, key, value);
	world->known = unique(known);
}

void world__set(struct world *world, int key, struct value value)
{
	if (differs(world, key, value))
		set(world, key, value, true);
}

void world__refine(struct world *world, int key, struct value value)
{
	if (!value__equal(world__get(world, key), value))
		set(world, key, value, false);
}

void world__copy_fields(struct world *world, int to, const struct world *old, int from)
{
	int count = old->known ? old->known->count : 0;

	for (int i = 0; i < count; i++) {
		const struct entry *entry = &old->known->entry[i];
		int part = entry->key == from ? NO_KEY : key__moved(entry->key, from, to);

		if (part != NO_KEY)
			world__set(world, part, entry->value);
	}
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
	world->known = unique(kept);
	return unique(taken);
}

void world__forget_elements(struct world *world, bool (*keep)(void *data, int id), void *data)
{
	int count = world->known ? world->known->count : 0;
	struct known *kept = new_known(count);

	for (int i = 0; i < count; i++) {
		struct entry entry = world->known->entry[i];

		if (entry.value.object != NO_KEY &&
		    !key__each_index(entry.value.object, keep, data))
			entry.value.object = NO_KEY;
		if (key__each_index(entry.key, keep, data))
			put(kept, entry.key, entry.value);
	}
	world->known = unique(kept);
}

void world__add_back(struct world *world, const struct known *taken)
{
	int count = world->known ? world->known->count : 0;
	struct known *both;

	if (!taken || !count) {
		world->known = taken ?: world->known;
		return;
	}
	both = new_known(count + taken->count);
	for (int i = 0, j = 0; i < count || j < taken->count;) {
		if (j == taken->count ||
		    (i < count && world->known->entry[i].key < taken->entry[j].key))
			both->entry[both->count++] = world->known->entry[i++];
		else
			both->entry[both->count++] = taken->entry[j++];
	}
	world->known = unique(both);
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
		const int *ids;
		int id_count;

		if (!key__is_part(entry->key, key))
			continue;
		ids = functions__ids(entry->value.functions, &id_count);
		for (int j = 0; j < id_count; j++)
			visit(data, ids[j]);
	}
}

bool world__equal(const struct world *a, const struct world *b)
{
	return a->fork == b->fork && a->exec_failed == b->exec_failed && a->made == b->made &&
	       a->acted == b->acted && a->waited == b->waited && a->printed == b->printed &&
	       a->has_threads == b->has_threads && a->beside == b->beside &&
	       a->is_doubtful == b->is_doubtful && a->known == b->known;
}

/* Returns what is known in both. */
const struct known *world__common(const struct known *a, const struct known *b)
{
	struct known *known;

	if (a == b || !a || !b)
		return a == b ? a : NULL;
	known = new_known(a->count < b->count ? a->count : b->count);
	for (int i = 0, j = 0; i < a->count && j < b->count;) {
		if (a->entry[i].key == b->entry[j].key) {
			put(known, a->entry[i].key,
			    value__join(a->entry[i].value, b->entry[j].value));
			i++;
			j++;
		} else if (a->entry[i].key < b->entry[j].key) {
			i++;
		} else {
			j++;
		}
	}
	return unique(known);
}
