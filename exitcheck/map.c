// SPDX-License-Identifier: GPL-2.0
#include <stdint.h>
#include <stdlib.h>

#include "../lib/xalloc.h"
#include "map.h"

/* The entry of @key, or the empty one where it belongs. */
static struct map_entry *find(const struct map *map, const void *key)
{
	size_t hash = (uintptr_t)key / 8 * 11400714819323198485UL;

	for (size_t at = hash >> 20;; at++) {
		struct map_entry *entry = &map->at[at & (map->room - 1)];

		if (!entry->key || entry->key == key)
			return entry;
	}
}

void *map__get(const struct map *map, const void *key)
{
	return map->room ? find(map, key)->value : NULL;
}

void **map__slot(struct map *map, const void *key)
{
	struct map old = *map;
	struct map_entry *entry;

	if (2 * map->count >= map->room) {
		map->room = old.room ? 2 * old.room : 64;
		map->at = xcalloc(map->room, sizeof(*map->at));
		for (size_t i = 0; i < old.room; i++)
			if (old.at[i].key)
				*find(map, old.at[i].key) = old.at[i];
		free(old.at);
	}
	entry = find(map, key);
	if (!entry->key) {
		entry->key = key;
		map->count++;
	}
	return &entry->value;
}
