// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "../lib/xalloc.h"
#include "ends.h"
#include "main_return.h"

static struct main_return *add(struct flow *flow, const struct function *function,
			       struct place place, int fork)
{
	struct main_return *found;

	for (int i = 0; i < flow->return_count; i++)
		if (flow->returns[i].fork == fork && place__is_same(flow->returns[i].place, place))
			return &flow->returns[i];
	flow->returns = xgrow(flow->returns, flow->return_count, sizeof(*flow->returns));
	found = &flow->returns[flow->return_count++];
	*found = (struct main_return){ .function = function, .place = place, .fork = fork };
	return found;
}

void main_return__note(struct flow *flow, struct frame *frame, const struct paths *paths,
		       struct place place)
{
	if (frame->caller || flow->is_unseen || strcmp(frame->function->name, "main"))
		return;
	for (int i = 0; i < paths->count; i++) {
		const struct world *world = &paths->at[i].world;

		add(flow, frame->function, place, world->fork)->is_certain |= !world->is_doubtful;
		ends__note(flow, frame, world, END_LOUD);
	}
}

static bool parent_returns_at(const struct flow *flow, struct place place)
{
	for (int i = 0; i < flow->return_count; i++)
		if (!flow->returns[i].fork && place__is_same(flow->returns[i].place, place))
			return true;
	return false;
}

/*
 * A child that may have ended, and returns in the same place as its parent, is taken to have ended.
 * A child that does nothing is no daemon, even if its parent ends.
 */
static bool is_finding(const struct flow *flow, const struct main_return *found)
{
	return (!flow->forks[found->fork - 1].works || !ends__is_daemon(flow, found->fork, true)) &&
	       (found->is_certain || !parent_returns_at(flow, found->place));
}

void main_return__settle(struct flow *flow)
{
	struct main_return *kept = NULL;
	int count = 0;

	for (int i = 0; i < flow->return_count; i++) {
		if (!flow->returns[i].fork || !is_finding(flow, &flow->returns[i]))
			continue;
		kept = xgrow(kept, count, sizeof(*kept));
		kept[count++] = flow->returns[i];
	}
	flow->returns = kept;
	flow->return_count = count;
}
