/* SPDX-License-Identifier: GPL-2.0 */
/*
 * arguments: those of a call of clang.
 */
#ifndef EXITCHECK_ARGUMENTS_H
#define EXITCHECK_ARGUMENTS_H

struct arguments {
	const char **at; /* NULL behind the last */
	int count;
};

void arguments__add(struct arguments *arguments, const char *argument);
void arguments__add_all(struct arguments *arguments, const struct arguments *more);
/* Adds -I for @directory/@name, if that is a directory and not there yet. */
void arguments__add_include(struct arguments *arguments, const char *directory, const char *name);

#endif
