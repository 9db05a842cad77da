/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ends: the ways in which processes with children end. A child whose parent ends instead of going
 * on is a daemon: the program itself, which exit() is for.
 */
#ifndef EXITCHECK_ENDS_H
#define EXITCHECK_ENDS_H

#include "calls.h"
#include "function.h"

enum end {
	END_LOUD,   /* by exit(), with exit handlers, or in a way that is not known */
	END_QUIET,  /* by _exit() */
	END_ABORT,  /* something is wrong */
	END_EXEC,   /* becomes another program; may fail */
	END_NEVER,  /* it forks again, or jumps: it goes on */
	END_BEHIND, /* any, but behind the code of the child: not in a branch for the parent */
};

/* The set with fork number @fork in it. */
unsigned long ends__set_of(int fork);
/* In a called function the forks that the process made before are one. */
struct world ends__enter(const struct world *world);
void ends__leave(struct world *returned, const struct world *called);

/* The process of @world ends in the function of @frame. */
void ends__note(struct flow *flow, struct frame *frame, const struct world *world, enum end end);
/* It has @ends in a function that @frame's calls. */
void ends__note_called(struct flow *flow, struct frame *frame, const struct world *world,
		       unsigned int ends);
/* It calls a function with @rule: a daemon does more than print and end. */
void ends__note_work(struct flow *flow, const struct world *world, const struct call_rule *rule);
/* Makes children that return from the function of @frame its caller, if their parents ended. */
void ends__adopt(const struct flow *flow, struct frame *frame);

/*
 * Returns whether the child of fork number @fork is a daemon. With @returns the child is one, too,
 * whose parent does not end in a branch of its own: the child comes to the end of main().
 */
bool ends__is_daemon(const struct flow *flow, int fork, bool returns);

#endif
