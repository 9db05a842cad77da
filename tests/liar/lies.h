/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lies: lies that have a name. Each is one fault that a kernel could have.
 */
#ifndef __LIES_H
#define __LIES_H

#include <stdbool.h>

/* A system call: its number and its six arguments. */
struct call {
	long nr;
	long arg[6];
};

/* Makes a call of the kernel. Returns its result or a negative errno. */
long real_call(const struct call *call);

/* Says that call is answered with success: a descriptor, if it returns one, of an empty file. */
long granted(const struct call *call);

/* Chooses the lie @name (NULL: none). Exits if there is no such lie. */
void lies__choose(const char *name);

/*
 * Makes @call, perhaps changed, perhaps not at all, and puts its answer, perhaps another one, into
 * @answer. Returns whether that was a lie.
 */
bool lies__answer(const struct call *call, long *answer);

/*
 * The same for open(2) and stat(2) of @path, which succeed. Returns 0 for the truth, a negative
 * errno, or, for open(2), a descriptor to return instead.
 */
int lies__open(const char *path);

#endif
