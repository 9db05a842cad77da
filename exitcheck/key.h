/* SPDX-License-Identifier: GPL-2.0 */
/*
 * key: an object that is known by a name: a variable, or a part of one.
 */
#ifndef EXITCHECK_KEY_H
#define EXITCHECK_KEY_H

#include <stdbool.h>

/*
 * An object's key: a variable (its declaration's id), then steps into it: the id of a field, or one
 * of these. STEP_ELEMENT is the first element of an array. Another one is a step further: its
 * index is a number, a variable, or nothing that has a name.
 */
enum { STEP_ELEMENT = -1, STEP_POINTEE = -2, STEP_UNKNOWN_INDEX = -3 };
enum { NO_KEY = -1 };

int key__variable(int id);
int key__step(int key, int step);
/* The element of the array with the first element @key whose index is @number, or variable @id. */
int key__numbered_element(int key, long long number);
int key__element_at(int key, int id);
/* The variable that @key starts from. */
int key__root(int key);
/* The field that @key is or is of, by elements and pointers; its variable if there is none. */
int key__name(int key);
/* Returns whether @key is @whole or a part of it. */
bool key__is_part(int key, int whole);
/* Returns whether object @key, not @changed itself, may be another one once @changed is set. */
bool key__is_touched(int key, int changed);
/* Returns whether an index on the way to @key is the variable with the key @variable. */
bool key__depends_on(int key, int variable);
/* Returns whether @keep says yes for each variable that is an index on the way to @key. */
bool key__each_index(int key, bool (*keep)(void *data, int id), void *data);
/* Returns whether @key stands for elements whose index has no name. */
bool key__has_unknown_index(int key);
/* The field of @to, or field of a field, that @key is of @from; NO_KEY if it is none. */
int key__moved(int key, int from, int to);

#endif
