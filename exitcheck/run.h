/* SPDX-License-Identifier: GPL-2.0 */
/*
 * run: what the parts that run a unit share: a function's frame, and the way from each part to the
 * others. A world goes in; what comes out is one path for each process that gets that far.
 */
#ifndef EXITCHECK_RUN_H
#define EXITCHECK_RUN_H

#include "flow.h"
#include "world.h"

#define ARGUMENTS 8 /* whose values are known to the function called */

/* What a switch is about: its cases take from these what may come to them. */
struct subject {
	struct paths paths;
	const struct node *object;
	const struct node *body;
};

/* A call of a function that is being run. */
struct frame {
	const struct function *function;
	struct frame *caller;
	int depth;
	bool is_entry; /* called by somebody who is not seen */
	struct paths returned;
	struct paths *breaks, *continues;
	struct subject *subject;
	struct jump *jumps;
	int jump_count;
	bool again; /* something new has jumped to a label */
};

/* What a condition makes of a world: where it is true, and where not. */
struct branches {
	struct paths yes, no;
};

/* object.c: the key of the object that @node means, or NO_KEY. */
int object__key(struct flow *flow, const struct node *node, const struct world *world);
bool object__is_array(struct flow *flow, const struct node *node);
/* @world in which @node has only @signs of those it may have. */
struct world object__refined(struct flow *flow, const struct node *node, const struct world *world,
			     int signs);

/* condition.c */
struct branches condition__branch(struct flow *flow, struct frame *frame, const struct node *node,
				  const struct world *world);
bool condition__is_comparison(const struct node *node);
/* Adds @more to @all, and is the end of it. */
void branches__take(struct branches *all, struct branches *more);

/* call.c: a call, whatever it is of. */
struct paths call__eval(struct flow *flow, struct frame *frame, const struct node *node,
			const struct world *world);

/* expression.c */
struct paths expr__eval(struct flow *flow, struct frame *frame, const struct node *node,
			const struct world *world);
/* Evaluates @node in each world of @in, and is the end of @in. */
struct paths expr__eval_all(struct flow *flow, struct frame *frame, const struct node *node,
			    struct paths *in);
/* Evaluates the children of @node in their order; the values are not known. */
struct paths expr__eval_children(struct flow *flow, struct frame *frame, const struct node *node,
				 const struct world *world);

/* Stores the value of @value in @object, or, where that is NULL, in the object of @key. */
struct paths expr__assign(struct flow *flow, struct frame *frame, const struct node *object,
			  int key, const struct node *value, const struct world *world);

/* statement.c: runs statement @node. @in becomes what is behind it. */
void stmt__exec(struct flow *flow, struct frame *frame, const struct node *node, struct paths *in);

/* flow.c: runs @function, with ARGUMENTS @arguments, in @world. @caller may be NULL: not seen. */
struct paths function__run(struct flow *flow, struct frame *caller, const struct function *function,
			   const struct world *world, const struct value *arguments);
/* @paths return from the function of @frame, at @place. */
void function__leave(struct flow *flow, struct frame *frame, const struct paths *paths,
		     struct place place);

/* flow.c: notes that call @node of exit() is reached. */
void flow__note_exit(struct flow *flow, const struct frame *frame, const struct node *node,
		     const struct world *world);
/* The world of the child that call @node makes of @world's process. */
struct world flow__forked(struct flow *flow, const struct node *node, const struct world *world);

#endif
