/* SPDX-License-Identifier: GPL-2.0 */
/*
 * flow: runs the functions of a unit with what is not known taking every value, and sees which
 * processes come to exit(): those that called the function, or those that fork() made of them.
 */
#ifndef EXITCHECK_FLOW_H
#define EXITCHECK_FLOW_H

#include "unit.h"

enum {
	BY_PARENT = 1, /* or whoever called into this file */
	BY_CHILD = 2,
	BY_CHILD_AFTER_EXEC = 4, /* that failed */
	AFTER_OUTPUT = 8,	 /* of the child, that is not flushed */
};

/* A call of exit(), and who makes it. */
struct exit_call {
	const struct node *call;
	const struct function *function;
	int reached; /* the bits above */
	int fork;    /* that made the child: index + 1, see below */
};

/* A child that returns from a function that it was not forked for. */
struct fall {
	const struct function *function;
	struct place place;
	int fork;
};

struct flow {
	const struct unit *unit;
	struct exit_call *exits;
	int exit_count;
	const struct node **forks; /* the calls */
	int fork_count;
	struct fall *falls;
	int fall_count;
	long steps;
	bool gave_up;	     /* after too many steps: not all was seen */
	bool *seen;	     /* functions that were run, by id */
	struct memo **memos; /* what functions came to, by id */
};

struct flow *flow__run(const struct unit *unit);

#endif
