// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "functions.h"

#define JOINED 64 /* functions, at most */

static struct set {
	int *ids;
	int count;
} *sets;
static int set_count;

static int compare(const void *a, const void *b)
{
	const int *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int functions__of(const int *ids, int count)
{
	struct set set = {};

	if (!count)
		return ANY_FUNCTION;
	set.ids = xcalloc(count, sizeof(*ids));
	memcpy(set.ids, ids, count * sizeof(*ids));
	qsort(set.ids, count, sizeof(*ids), compare);
	for (int i = 0; i < count; i++)
		if (!set.count || set.ids[set.count - 1] != set.ids[i])
			set.ids[set.count++] = set.ids[i];
	for (int i = 0; i < set_count; i++) {
		if (sets[i].count == set.count &&
		    !memcmp(sets[i].ids, set.ids, set.count * sizeof(*ids))) {
			free(set.ids);
			return i;
		}
	}
	sets = xgrow(sets, set_count, sizeof(*sets));
	sets[set_count] = set;
	return set_count++;
}

int functions__join(int a, int b)
{
	int ids[JOINED], count;

	if (a == b || a == ANY_FUNCTION || b == ANY_FUNCTION)
		return a == b ? a : ANY_FUNCTION;
	count = sets[a].count + sets[b].count;
	if (count > JOINED)
		return ANY_FUNCTION;
	memcpy(ids, sets[a].ids, sets[a].count * sizeof(*ids));
	memcpy(ids + sets[a].count, sets[b].ids, sets[b].count * sizeof(*ids));
	return functions__of(ids, count);
}

const int *functions__ids(int set, int *count)
{
	*count = set == ANY_FUNCTION ? 0 : sets[set].count;
	return set == ANY_FUNCTION ? NULL : sets[set].ids;
}
