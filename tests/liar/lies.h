/* SPDX-License-Identifier: GPL-2.0 */
/* lies: lies with a name. Each is one fault that a kernel could have. */
#ifndef __LIES_H
#define __LIES_H

#include <stdbool.h>

/* A system call: its number and its six arguments. */
struct call {
	long nr;
	long arg[6];
};

/* Makes the real call. Returns its result or a negative errno. */
long real_call(const struct call *call);

/* Returns success for the call. If it returns a descriptor, that is one of an empty file. */
long granted(const struct call *call);

/* Chooses the lie @name (NULL: none). Exits if there is no such lie. */
void lies__choose(const char *name);

/*
 * Puts an answer to @call into @answer: may change the call, skip it, or change its result. Returns
 * whether it lied.
 */
bool lies__answer(const struct call *call, long *answer);

/*
 * The same for a successful open(2) or stat(2) of @path. Returns 0 for the truth, or a negative
 * errno, or, for open(2), a descriptor to return instead.
 */
int lies__open(const char *path);

#endif
