/* SPDX-License-Identifier: GPL-2.0 */
/*
 * world: what is known where control has come to: which process it is, and the values that some
 * objects have.
 */
#ifndef EXITCHECK_WORLD_H
#define EXITCHECK_WORLD_H

#include "key.h"
#include "value.h"

struct known; /* keys and values; never changed once made */

/* Streams that a process has printed to: one that is not known by name is its variable's id. */
enum { NOTHING = 0, STDOUT = -1, SEVERAL_STREAMS = -2 };

/* Functions that a child runs without calling them. */
enum {
	HANDLER_PRINTS = 1, /* for a signal; its children inherit it */
	THREAD_PRINTS = 2,
	SETS_AT_EXIT = 4, /* for exit() */
};

struct world {
	int fork;	  /* the fork that made this process, or 0 */
	bool exec_failed; /* it has tried to become another program */
	int printed;	  /* to this stream, and not flushed it since; or NOTHING */
	/* Not told apart: two such processes are one path, for which these are joined. */
	bool has_threads; /* it may have other threads, or be one */
	int beside;	  /* bits: see above */
	/* Sets of forks (see ends.h): those that it made since its function was called, */
	unsigned long made;
	unsigned long acted;  /* those of them since which it did more than print and wait, */
	unsigned long waited; /* and those since which it waited for a child's end */
	bool is_doubtful;     /* a function that is not known may have ended it */
	const struct known *known;
};

/* Returns whether something is known of object @key, or of parts of it. */
bool world__knows(const struct world *world, int key);
struct value world__get(const struct world *world, int key);
/* Also forgets what was known of parts of the object, and of elements whose index it may be. */
void world__set(struct world *world, int key, struct value value);
/* Notes more of the value that the object has. */
void world__refine(struct world *world, int key, struct value value);
/* Gives the fields of @to the values that those of @from have in @old. */
void world__copy_fields(struct world *world, int to, const struct world *old, int from);
/* Forgets the object @key and its parts; of pointers to be followed too. */
void world__forget(struct world *world, int key);
/*
 * Takes out of @world all objects but those of the variables for which @keep says yes.
 * Returns what was taken out, for world__add_back().
 */
const struct known *world__take_out(struct world *world, bool (*keep)(void *data, int id),
				    void *data);
void world__add_back(struct world *world, const struct known *taken);
/* Forgets elements of arrays whose index is a variable for which @keep does not say yes. */
void world__forget_elements(struct world *world, bool (*keep)(void *data, int id), void *data);
/* Calls @visit for each variable, and the one that it, or a part of it, points to. */
void world__each_pointer(const struct world *world, void (*visit)(void *data, int from, int to),
			 void *data);
/* Calls @visit for the functions stored in parts of @key. */
void world__each_function(const struct world *world, int key,
			  void (*visit)(void *data, int function), void *data);

/* The memory, in bytes, that all worlds take. */
size_t world__size(void);
/* Frees it: no world that knows something may be left. */
void world__free_all(void);

/* Returns what is known in both. */
const struct known *world__common(const struct known *a, const struct known *b);
bool world__equal(const struct world *a, const struct world *b);

#endif
