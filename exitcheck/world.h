/* SPDX-License-Identifier: GPL-2.0 */
/*
 * world: what is known where control has come to: which process it is, and the values that some
 * objects have. Of a number its signs are known, as much as the result of fork() needs.
 */
#ifndef EXITCHECK_WORLD_H
#define EXITCHECK_WORLD_H

#include <clang-c/Index.h>
#include <stdbool.h>

enum { NEGATIVE = 1, ZERO = 2, POSITIVE = 4, ANY = 7 };

struct value {
	int signs;	/* that it may have */
	bool is_number; /* it is: */
	long long number;
	bool is_pid_or_error; /* of fork(): if it is negative it is -1 */
	int function;	      /* it is the function of this id, or -1 */
	int object;	      /* it points to the object of this key, or -1 */
};

extern const struct value anything;
/* Of a variable that has not been given a value yet: nobody reads it, it adds nothing to others. */
extern const struct value undefined;

struct value value__of_signs(int signs);
struct value value__of_number(long long number);
/* What fork() returns to the parent. */
struct value value__of_pid(void);
struct value value__of_function(int id);
struct value value__of_object(int key);

/* How a comparison can come out: the signs of each side with which it can be true, and false. */
struct comparison {
	int left_true, left_false, right_true, right_false; /* 0: it cannot */
};

struct comparison value__compare(struct value left, enum CXBinaryOperatorKind op,
				 struct value right);

/*
 * An object's key: a variable (its declaration's id), then steps into it: the id of a field, or
 * one of these. All elements of an array are one object.
 */
enum { STEP_ELEMENT = -1, STEP_POINTEE = -2 };
enum { NO_KEY = -1 };

int key__variable(int id);
int key__step(int key, int step);
/* The variable that @key starts from. */
int key__root(int key);

struct known; /* keys and values; never changed once made */

/* Streams that a process has printed to: one that is not known by name is its variable's id. */
enum { NOTHING = 0, STDOUT = -1, SEVERAL_STREAMS = -2 };

struct world {
	int fork;	  /* the fork that made this process, or 0 */
	bool exec_failed; /* it has tried to become another program */
	int printed;	  /* to this stream, and not flushed it since; or NOTHING */
	const struct known *known;
};

struct value world__get(const struct world *world, int key);
/* Also forgets what was known of parts of the object. */
void world__set(struct world *world, int key, struct value value);
/* Forgets the object @key and its parts; of pointers to be followed too. */
void world__forget(struct world *world, int key);
/*
 * Takes out of @world all objects but those of the variables for which @keep says yes.
 * Returns what was taken out, for world__add_back().
 */
const struct known *world__take_out(struct world *world, bool (*keep)(void *data, int id),
				    void *data);
void world__add_back(struct world *world, const struct known *taken);
/* Calls @visit for each variable, and the one that it, or a part of it, points to. */
void world__each_pointer(const struct world *world, void (*visit)(void *data, int from, int to),
			 void *data);
/* Calls @visit for the functions stored in parts of @key. */
void world__each_function(const struct world *world, int key,
			  void (*visit)(void *data, int function), void *data);

/* Worlds with a value each: what an expression came to. One a process, see paths__add(). */
struct path {
	struct world world;
	struct value value;
};

struct paths {
	struct path *at;
	int count;
};

/* Adds @path, joined with the one of the same process that has done the same. */
void paths__add(struct paths *paths, const struct path *path);
void paths__add_world(struct paths *paths, const struct world *world, struct value value);
void paths__add_all(struct paths *paths, const struct paths *more);
/* The same, and @more is gone. */
void paths__take_all(struct paths *paths, struct paths *more);
bool paths__equal(const struct paths *a, const struct paths *b);
bool world__equal(const struct world *a, const struct world *b);
bool value__equal(struct value a, struct value b);

#endif
