/* SPDX-License-Identifier: GPL-2.0 */
/*
 * flow: runs the functions of a unit, each unknown value being any, and notes which processes come
 * to exit(): those that called the function, or those that fork() made of them.
 */
#ifndef EXITCHECK_FLOW_H
#define EXITCHECK_FLOW_H

#include "names.h"
#include "program.h"

enum {
	BY_PARENT = 1, /* or by a caller that is not seen */
	BY_CHILD = 2,
	BY_CHILD_AFTER_EXEC = 4, /* that failed */
	AFTER_OUTPUT = 8,	 /* of the child, that is not flushed */
	BY_CHILD_UNSEEN = 16,	 /* with values that no known caller gives */
	WITH_OWN_HANDLER = 32,	 /* that the child has set for exit() */
};

/* A call of exit(), and who makes it. */
struct exit_call {
	const struct node *call;
	const struct function *function;
	const char *name; /* of the function that is called: exit, err */
	int reached;	  /* the bits above */
	int fork;	  /* that made the child: index + 1, see below; an entry for each */
};

/* A call that makes a child. */
struct fork_call {
	const struct node *call;
	unsigned long makers; /* the processes that make it, the first one is 0 */
	unsigned int ends;    /* of these, see ends.h */
	bool is_in_main;      /* main() is seen to run one of them further */
	bool has_session;     /* the child leaves its parent's session */
	bool is_astray;	      /* child and parent return to the same caller */
	bool works;	      /* the child calls more than functions that print or end it */
};

/* A call in a child by a pointer of which no function is known. */
struct pointer_call {
	int slot; /* the variable or field of this id */
	struct place place;
};

/* A child that returns from a function that it was not forked for. */
struct fall {
	const struct function *function;
	struct place place;
	int fork;
};

/* A function whose name says that it forks, and nothing else does. */
struct guess {
	const char *name;
	struct place place;
};

struct flow {
	const struct program *program;
	const struct unit *unit;
	struct exit_call *exits;
	int exit_count;
	struct fork_call *forks;
	int fork_count;
	struct fall *leaves; /* the first function, but wrappers, that each child leaves */
	int leave_count;
	struct fall *falls; /* those of them that return further than anybody sees */
	int fall_count;
	struct main_return *returns; /* from main(), in children */
	int return_count;
	struct name_list wants;	       /* functions that other files define, to be read */
	struct name_list skipped;      /* those whose children come back to no caller, so far */
	struct name_list entered;      /* files with functions that were run, */
	struct name_list children;     /* and those of them that a child came to */
	struct name_list wrappers;     /* functions that fork for their callers */
	struct name_list cut;	       /* functions with too many ways through them, */
	struct name_list unknown_ends; /* and those that end a child, and are not known */
	struct pointer_call *pointers;
	int pointer_count;
	struct guess *guesses;
	int guess_count;
	long steps;	     /* of the function that is being run for its own sake */
	bool gave_up;	     /* after too many of them */
	bool is_unseen;	     /* no known caller calls it so */
	bool is_in_main;     /* it is main() */
	bool handler_prints; /* for a signal, set by the first process: all children inherit it */
	int handlers_jump;   /* 1: a signal's handler may call longjmp(); -1: none does */
	int *stored;	     /* sets of functions in objects, by id: see callees.c */
	bool *seen;	     /* functions that were run, by id */
	struct memo **memos; /* results of functions, by id */
	char *prints;	     /* functions that may: 'y' or 'n', by id; 0: not asked yet */
};

struct flow *flow__run(const struct program *program, const struct unit *unit);

/* Counts a step. Returns whether the function that is being run has to be given up. */
bool flow__step(struct flow *flow);
/* Returns whether it has come half the way to that. */
bool flow__is_long(const struct flow *flow);

#endif
