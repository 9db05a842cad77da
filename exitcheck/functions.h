/* SPDX-License-Identifier: GPL-2.0 */
/*
 * functions: sets of functions, by their ids. A set has a number; equal sets have the same.
 */
#ifndef EXITCHECK_FUNCTIONS_H
#define EXITCHECK_FUNCTIONS_H

enum { ANY_FUNCTION = -1 }; /* the set is not known */

/* The set of @count functions @ids, in any order; ANY_FUNCTION of none. */
int functions__of(const int *ids, int count);
/* The set of the functions of both sets; ANY_FUNCTION if that is large, or one of them is. */
int functions__join(int a, int b);
/* The functions of @set, sorted. */
const int *functions__ids(int set, int *count);

#endif
