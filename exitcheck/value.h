/* SPDX-License-Identifier: GPL-2.0 */
/*
 * value: what is known of a value. Of a number its signs are known, as much as the result of fork()
 * needs.
 */
#ifndef EXITCHECK_VALUE_H
#define EXITCHECK_VALUE_H

#include <clang-c/Index.h>
#include <stdbool.h>

enum { NEGATIVE = 1, ZERO = 2, POSITIVE = 4, ANY = 7 };

struct value {
	int signs;	/* that it may have */
	bool is_number; /* it is: */
	long long number;
	long long unknown;    /* bits that it may have or not: those of number are not among them */
	bool is_pid_or_error; /* of fork(): if it is negative it is -1 */
	int process;	      /* it is its number: fork + 1; 0: not known */
	int functions;	      /* it is one of this set, or zero: see functions.h */
	int object;	      /* it points to the object of this key, or -1 */
	bool is_shared;	      /* it points to memory that other processes may change */
};

extern const struct value anything;
/* A variable without a value yet: nobody reads it, and it adds nothing to others. */
extern const struct value undefined;

struct value value__of_signs(int signs);
struct value value__of_number(long long number);
/* The results of fork() for the parent. */
struct value value__of_pid(void);
struct value value__of_error(void);
/* The number of the process that @fork made. */
struct value value__of_process(int fork);
struct value value__of_function(int id);
struct value value__of_object(int key);
struct value value__of_shared(void);

bool value__equal(struct value a, struct value b);
/* Returns the value that is true of both. */
struct value value__join(struct value a, struct value b);

/* The result of "a @op b". */
struct value value__calculate(struct value a, enum CXBinaryOperatorKind op, struct value b);

/* Results of a comparison: the signs of each side with which it can be true, and false. */
struct comparison {
	int left_true, left_false, right_true, right_false; /* 0: it cannot */
};

struct comparison value__compare(struct value left, enum CXBinaryOperatorKind op,
				 struct value right);

#endif
