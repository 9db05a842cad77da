/* SPDX-License-Identifier: GPL-2.0 */
/*
 * calls: what functions of the C library and system calls do to processes and streams.
 */
#ifndef EXITCHECK_CALLS_H
#define EXITCHECK_CALLS_H

#include <stdbool.h>

enum effect {
	EFFECT_UNKNOWN,
	EFFECT_FORK,	     /* returns twice */
	EFFECT_CLONE,	     /* runs a function in a new process */
	EFFECT_THREAD,	     /* runs a function in a new thread */
	EFFECT_SYSCALL,	     /* depends on its number */
	EFFECT_EXEC,	     /* returns if it failed */
	EFFECT_EXIT,	     /* runs exit handlers */
	EFFECT_ENDS_BY_EXIT, /* calls exit() itself */
	EFFECT_ERROR,	     /* the same, if its first argument is not zero */
	EFFECT_THREAD_EXIT,  /* calls exit() in a process without other threads */
	EFFECT_END,	     /* ends the process without exit handlers */
	EFFECT_ABORT,	     /* the same, as something is wrong */
	EFFECT_SETJMP,	     /* may return several times */
	EFFECT_LONGJMP,	     /* goes on there */
	EFFECT_WAIT,	     /* for the end of a child */
	EFFECT_SESSION,	     /* leaves its parent's session */
	EFFECT_SIGNAL,	     /* to a process: argument 0; signal: argument 1 */
	EFFECT_RAISE,	     /* signal: argument 0 */
	EFFECT_HANDLER,	     /* sets a function for a signal */
	EFFECT_AT_EXIT,	     /* sets a function for exit() */
	EFFECT_OUTPUT,	     /* to a stream */
	EFFECT_FLUSH,
	EFFECT_SHARED, /* memory that other processes may change */
	EFFECT_SAME,   /* its value is its first argument */
	EFFECT_COPY,   /* the same, and what that points to becomes what another one points to */
	EFFECT_PID,    /* its value is the process's own number */
	EFFECT_NONE,
};

struct call_rule {
	const char *name;
	enum effect effect;
	int argument; /* stream, function to run or source; -1: none, or stdout */
	int flags;    /* argument with clone's flags */
	int passed;   /* argument that the function to run is given */
};

/* The rule for function @name, never NULL. */
const struct call_rule *calls__rule(const char *name);

/* True if @name does what its rule says although the project defines it, too: fork(), exit(). */
bool calls__is_fixed(const char *name);

/* Adds a rule that comes before those that are known. */
void calls__add_rule(const char *name, enum effect effect);

/* Returns whether @rule was added, and so is true of a function whose body is there, too. */
bool calls__is_named(const struct call_rule *rule);

/* The same for system call @number. */
const struct call_rule *calls__system_call(long long number);

/*
 * True if a call of @name may fork: by its rule, or, where there is none, by its name. Decides both
 * which files are read and what an unknown function does.
 */
bool calls__may_fork(const char *name);

/* Returns whether @name alone says so, for a function whose type does not: test_fork, SAFE_FORK. */
bool calls__is_like_fork(const char *name);

/* True if @name is known to be a library's that does not fork, exit, or print to a stream. */
bool calls__is_harmless(const char *name);

/* Returns whether the C library of this system has a function @name. */
bool calls__is_of_c_library(const char *name);

/* Returns whether @header is made by bpftool, and has such functions only. */
bool calls__is_skeleton(const char *header);

/* Effects of a function, its callees included. */
enum {
	REACHES_FORK = 1,
	REACHES_EXIT = 2, /* with exit handlers */
	REACHES_END = 4,  /* without */
	REACHES_OUTPUT = 8,
	REACHES_CHILD = 16, /* a call of it may return in a child */
	REACHES_AT_EXIT = 32,
	REACHES_HANDLER = 64,
	REACHES_LOOP = 128, /* a loop without an end */
};

/* The bits for @name, by its rule. */
int calls__reach(const char *name);

#endif
