/* SPDX-License-Identifier: GPL-2.0 */
/*
 * function: runs one function, whose frame the statements and expressions in it share.
 */
#ifndef EXITCHECK_FUNCTION_H
#define EXITCHECK_FUNCTION_H

#include "flow.h"
#include "path.h"

#define ARGUMENTS 8 /* whose values are known to the function called */

/* The value of a switch: its cases take from it the paths that can come to them. */
struct subject {
	struct paths paths;
	const struct node *object;
	const struct node *body;
};

/* The end of a loop or switch, or the next turn of a loop: what has jumped to it. */
struct target {
	struct paths paths;
	const struct scope *scope; /* that it is in */
};

/* A call of a function that is being run. */
struct frame {
	const struct function *function;
	struct frame *caller;
	int depth;
	int fork;		 /* of the process that called it */
	unsigned int ends;	 /* of the process that called it, see ends.h */
	unsigned long ended;	 /* forks whose parent has ended here, */
	unsigned long passed_on; /* by exit(), once it had waited for a child */
	struct paths returned;
	struct fall *leaves; /* the first return of each child */
	int leave_count;
	struct target *breaks, *continues;
	const struct node *block; /* the innermost one */
	struct scope *scope;	  /* the innermost one, see scope.h */
	int branches;		  /* of if and switch that are being run */
	struct subject *subject;
	struct jump *jumps;
	int jump_count;
	bool again; /* a new path has jumped to a label, or to setjmp() */
	bool has_setjmp;
	struct paths landed; /* from longjmp() to a setjmp() of this call */
	struct paths thrown; /* from longjmp() to one of a caller's */
};

/*
 * Runs @function, with ARGUMENTS @arguments, in @world. Returns a path for each process that
 * returns, and its @ends. @caller is NULL if it is not seen.
 */
struct paths function__run(struct flow *flow, struct frame *caller, const struct function *function,
			   const struct world *world, const struct value *arguments,
			   unsigned int *ends);
/* Forgets the outcomes of all functions. */
void function__forget(struct flow *flow);
/* Returns whether @frame, or a caller of it, is one of @function. */
bool function__is_running(const struct frame *frame, const struct function *function);
/* @paths return from the function of @frame, at @place. */
void function__leave(struct flow *flow, struct frame *frame, const struct paths *paths,
		     struct place place);

/*
 * The process of @path calls longjmp() in @frame, with @path's value. It goes on at each setjmp()
 * of the nearest frame that has called that: which buffers they have is not followed.
 */
void function__jump(struct frame *frame, const struct path *path);

/* Notes that call @node of @name, which is exit() or calls it, is reached. */
void flow__note_exit(struct flow *flow, const struct frame *frame, const struct node *node,
		     const struct world *world, const char *name);
/* The world of the child that call @node makes of @world's process. */
struct world flow__forked(struct flow *flow, const struct node *node, const struct world *world);
/* Notes that @node calls function @name, which is taken for fork(). */
void flow__note_guess(struct flow *flow, const struct node *node, const char *name);

#endif
