/* SPDX-License-Identifier: GPL-2.0 */
/*
 * map: from pointers to pointers, such as from interned names to what is known of them.
 */
#ifndef EXITCHECK_MAP_H
#define EXITCHECK_MAP_H

#include <stddef.h>

struct map {
	struct map_entry {
		const void *key;
		void *value;
	} *at;
	size_t count, room;
};

/* The value of @key, NULL if it has none. */
void *map__get(const struct map *map, const void *key);
/* The place of the value of @key, until another key is added. */
void **map__slot(struct map *map, const void *key);

#endif
