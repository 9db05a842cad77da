/* SPDX-License-Identifier: GPL-2.0 */
/*
 * calls: what functions of the C library and system calls do to processes and streams.
 */
#ifndef EXITCHECK_CALLS_H
#define EXITCHECK_CALLS_H

#include "unit.h"

enum effect {
	EFFECT_UNKNOWN,
	EFFECT_FORK,	/* returns twice */
	EFFECT_CLONE,	/* runs a function in a new process */
	EFFECT_THREAD,	/* runs a function in a new thread */
	EFFECT_SYSCALL, /* what its number says */
	EFFECT_EXEC,	/* returns if it failed */
	EFFECT_EXIT,	/* runs exit handlers: what is looked for */
	EFFECT_END,	/* does not return */
	EFFECT_SIGNAL,	/* to a process: argument 0; signal: argument 1 */
	EFFECT_RAISE,	/* signal: argument 0 */
	EFFECT_OUTPUT,	/* to a stream */
	EFFECT_FLUSH,
	EFFECT_SAME,  /* its value is its first argument */
	EFFECT_ERROR, /* ends if its first argument is not zero */
};

struct call_rule {
	const char *name;
	enum effect effect;
	int argument; /* stream, or the function to run; -1: none, or stdout */
	int flags;    /* argument with clone's flags */
	int passed;   /* argument that the function to run is given */
};

/* The rule for function @name, never NULL. */
const struct call_rule *calls__rule(const char *name);

/* The same for system call @number. */
const struct call_rule *calls__system_call(long long number);

#endif
