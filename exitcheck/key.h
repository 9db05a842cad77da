/* SPDX-License-Identifier: GPL-2.0 */
/*
 * key: an object that is known by a name: a variable, or a part of one.
 */
#ifndef EXITCHECK_KEY_H
#define EXITCHECK_KEY_H

#include <stdbool.h>

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
/* Returns whether @key is @whole or a part of it. */
bool key__is_part(int key, int whole);
/* The field of @to, or field of a field, that @key is of @from; NO_KEY if it is none. */
int key__moved(int key, int from, int to);

#endif
