// SPDX-License-Identifier: GPL-2.0
#include "ends.h"

#define FORKS 62 /* that are told apart */
#define LATER (1UL << FORKS)
#define OF_CALLER (1UL << 63)

/* A set of ends has a bit for each kind, with and without these. */
enum { ACTED = 1, WAITED = 2, WAYS = 4 };
#define BIT(end, way) (1U << ((end) * WAYS + (way)))
#define LEFT(end) BIT(end, 0)
#define JUST_WAITED(end) BIT(end, WAITED)
#define STAYED(end) (BIT(end, ACTED) | BIT(end, ACTED | WAITED))
#define WAITED_FOR(end) (JUST_WAITED(end) | BIT(end, ACTED | WAITED))
#define ANY(end) (LEFT(end) | JUST_WAITED(end) | STAYED(end))

unsigned long ends__set_of(int fork)
{
	return fork < FORKS ? 1UL << fork : LATER;
}

struct world ends__enter(const struct world *world)
{
	struct world inside = *world;

	inside.made = world->made ? OF_CALLER : 0;
	inside.acted = 0;
	inside.waited = 0;
	return inside;
}

static unsigned long outside(unsigned long inside, unsigned long before, unsigned long made)
{
	return (inside & ~OF_CALLER) | before | (inside & OF_CALLER ? made : 0);
}

void ends__leave(struct world *returned, const struct world *called)
{
	/* The child of a fork in the function has nothing to do with the caller's. */
	if (!(returned->made & OF_CALLER))
		return;
	returned->acted = outside(returned->acted, called->acted, called->made);
	returned->waited = outside(returned->waited, called->waited, called->made);
	returned->made = outside(returned->made, called->made, called->made);
}

/* The ends of a process that had acted or waited before. */
static unsigned int after(unsigned int ends, int way)
{
	unsigned int result = 0;

	for (int bit = 0; ends >> bit; bit++)
		if (ends >> bit & 1)
			result |= 1U << (bit | way);
	return result;
}

static unsigned int behind(unsigned int ends)
{
	unsigned int result = ends & ANY(END_NEVER);

	for (enum end end = END_LOUD; end < END_NEVER; end++)
		result |= (ends & ANY(end)) / LEFT(end) * LEFT(END_BEHIND);
	return result;
}

void ends__note_called(struct flow *flow, struct frame *frame, const struct world *world,
		       unsigned int ends)
{
	for (int fork = 0; ends && fork < 64; fork++) {
		unsigned long set = 1UL << fork;
		int way = (world->acted & set ? ACTED : 0) | (world->waited & set ? WAITED : 0);

		if (!(world->made & set))
			continue;
		if (after(ends, way) & WAITED_FOR(END_LOUD))
			frame->passed_on |= set;
		if (set == OF_CALLER) {
			frame->ends |= after(ends, way);
		} else if (set != LATER && !flow->is_unseen) {
			flow->forks[fork - 1].ends |=
				after(frame->branches ? ends : behind(ends), way);
			flow->forks[fork - 1].is_in_main |= flow->is_in_main;
		}
	}
	if (ends & ~(ANY(END_EXEC) | ANY(END_NEVER)))
		frame->ended |= world->made;
}

void ends__note(struct flow *flow, struct frame *frame, const struct world *world, enum end end)
{
	/* A program that cannot be started is an error: the parent was to end otherwise. */
	ends__note_called(flow, frame, world,
			  LEFT(world->exec_failed && end != END_NEVER ? END_ABORT : end));
}

void ends__note_work(struct flow *flow, const struct world *world, const struct call_rule *rule)
{
	if (world->fork && rule->effect != EFFECT_OUTPUT && rule->effect != EFFECT_EXIT &&
	    rule->effect != EFFECT_END)
		flow->forks[world->fork - 1].works = true;
}

/* The forks on the way from the process that called to @fork's child. */
static unsigned long forks_above(const struct flow *flow, const struct frame *frame, int fork)
{
	unsigned long all = ends__set_of(fork), before = 0;

	while (all != before) {
		before = all;
		for (int maker = 1; maker < FORKS; maker++)
			if (before & ends__set_of(maker))
				all |= flow->forks[maker - 1].makers;
		all &= ~ends__set_of(frame->fork);
	}
	return all;
}

/*
 * Returns whether the child of @fork is the program itself once it returns from @frame's function:
 * its parent has ended, and did not wait for it to pass on its status.
 */
static bool takes_over(const struct flow *flow, const struct frame *frame, int fork)
{
	unsigned long set = ends__set_of(fork);
	const struct fork_call *call = &flow->forks[fork - 1];

	if (!(frame->ended & set))
		return false;
	return !(frame->passed_on & set) || (call->has_session && call->ends & ANY(END_QUIET));
}

void ends__adopt(const struct flow *flow, struct frame *frame)
{
	unsigned long returned = 0;

	for (int i = 0; i < frame->returned.count; i++)
		returned |= frame->returned.at[i].world.made;
	for (int i = 0; i < frame->thrown.count; i++)
		returned |= frame->thrown.at[i].world.made;
	for (int i = 0; i < frame->returned.count; i++) {
		struct world *world = &frame->returned.at[i].world;

		if (world->fork != frame->fork && takes_over(flow, frame, world->fork) &&
		    !(returned & forks_above(flow, frame, world->fork)))
			world->fork = frame->fork;
	}
}

/* Returns whether the processes that made @fork end, and do not go on beside the child. */
static bool parent_leaves(const struct fork_call *fork, bool returns)
{
	bool left = fork->ends &
		    (LEFT(END_LOUD) | LEFT(END_QUIET) | LEFT(END_ABORT) | LEFT(END_EXEC));
	bool stays = fork->ends & (JUST_WAITED(END_LOUD) | STAYED(END_LOUD) |
				   JUST_WAITED(END_BEHIND) | STAYED(END_BEHIND));

	if (fork->ends & ANY(END_NEVER) || !fork->is_in_main)
		return false;
	/*
	 * The parent of a daemon may wait until that has started. Without a session it may be a
	 * test's, and passes on the child's status.
	 */
	if (fork->has_session && fork->ends & ANY(END_QUIET))
		return true;
	left |= returns && fork->ends & LEFT(END_BEHIND);
	return left && !stays;
}

/* The first of two forks on the way to a daemon: the program's first process waits, and ends. */
static bool is_between(const struct fork_call *fork)
{
	return fork->makers == ends__set_of(0) && fork->ends &&
	       !(fork->ends & (STAYED(END_LOUD) | ANY(END_NEVER) | ANY(END_BEHIND)));
}

bool ends__is_daemon(const struct flow *flow, int number, bool returns)
{
	const struct fork_call *fork = &flow->forks[number - 1];

	if (number >= FORKS || fork->makers & LATER || fork->is_astray ||
	    !parent_leaves(fork, returns))
		return false;
	/* A stray child that comes here as the program does is reported where it goes astray. */
	if (fork->makers & ends__set_of(0))
		return true;
	for (int maker = 1; maker < FORKS; maker++) {
		const struct fork_call *parent = &flow->forks[maker - 1];

		if (!(fork->makers & ends__set_of(maker)) || maker == number)
			continue;
		if (maker < number && ends__is_daemon(flow, maker, returns))
			continue;
		if (!is_between(parent) || (!fork->has_session && !parent->has_session))
			return false;
	}
	return true;
}
