// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <limits.h>

#include "functions.h"
#include "key.h"
#include "value.h"

const struct value anything = {
	.signs = ANY, .unknown = -1, .functions = ANY_FUNCTION, .object = NO_KEY
};

const struct value undefined = {
	.signs = 0, .unknown = -1, .functions = ANY_FUNCTION, .object = NO_KEY
};

struct value value__of_signs(int signs)
{
	struct value value = anything;

	value.signs = signs;
	if (signs == ZERO) {
		value.is_number = true;
		value.unknown = 0;
	}
	return value;
}

struct value value__of_number(long long number)
{
	struct value value = value__of_signs(number < 0 ? NEGATIVE : number ? POSITIVE : ZERO);

	value.is_number = true;
	value.number = number;
	value.unknown = 0;
	return value;
}

/* A number of which the bits @unknown are not known; @number has none of them. */
static struct value of_bits(long long number, long long unknown)
{
	int signs = number ? POSITIVE : ZERO | POSITIVE;
	struct value value;

	if (!unknown)
		return value__of_number(number);
	if (number < 0)
		signs = NEGATIVE;
	else if (unknown < 0)
		signs |= NEGATIVE;
	value = value__of_signs(signs);
	value.number = number;
	value.unknown = unknown;
	return value;
}

struct value value__of_pid(void)
{
	struct value value = value__of_signs(POSITIVE);

	value.is_pid_or_error = true;
	return value;
}

struct value value__of_error(void)
{
	struct value value = value__of_number(-1);

	value.is_pid_or_error = true;
	return value;
}

struct value value__of_process(int fork)
{
	struct value value = value__of_signs(POSITIVE);

	value.process = fork + 1;
	return value;
}

struct value value__of_function(int id)
{
	struct value value = value__of_signs(POSITIVE);

	value.functions = functions__of(&id, 1);
	return value;
}

struct value value__of_shared(void)
{
	struct value value = anything;

	value.is_shared = true;
	return value;
}

struct value value__of_object(int key)
{
	struct value value = value__of_signs(POSITIVE);

	value.object = key;
	return value;
}

bool value__equal(struct value a, struct value b)
{
	return a.signs == b.signs && a.is_number == b.is_number && a.number == b.number &&
	       a.unknown == b.unknown && a.is_pid_or_error == b.is_pid_or_error &&
	       a.process == b.process && a.functions == b.functions && a.object == b.object &&
	       a.is_shared == b.is_shared;
}

struct value value__join(struct value a, struct value b)
{
	struct value value = anything;

	if (!a.signs || !b.signs)
		return a.signs ? a : b;
	value.signs = a.signs | b.signs;
	value.unknown = a.unknown | b.unknown | (a.number ^ b.number);
	value.number = a.number & ~value.unknown;
	value.is_number = !value.unknown;
	value.is_pid_or_error = a.is_pid_or_error && b.is_pid_or_error;
	if (a.process == b.process)
		value.process = a.process;
	if (a.signs == ZERO || b.signs == ZERO)
		value.functions = a.signs == ZERO ? b.functions : a.functions;
	else
		value.functions = functions__join(a.functions, b.functions);
	if (a.object == b.object)
		value.object = a.object;
	value.is_shared = a.is_shared || b.is_shared;
	return value;
}

/* The signs of a sum of numbers that have signs @a and @b: overflow is not looked at. */
static int signs_of_sum(int a, int b)
{
	int signs = 0;

	for (int sign = NEGATIVE; sign <= POSITIVE; sign <<= 1) {
		if (!(a & sign))
			continue;
		if (sign == ZERO)
			signs |= b;
		else
			signs |= b & ~(ZERO | sign) ? ANY : sign;
	}
	return signs;
}

static int opposite_signs(int signs)
{
	return (signs & ZERO) | (signs & NEGATIVE ? POSITIVE : 0) |
	       (signs & POSITIVE ? NEGATIVE : 0);
}

struct value value__calculate(struct value a, enum CXBinaryOperatorKind op, struct value b)
{
	bool are_numbers = a.is_number && b.is_number;
	long long set, result;

	switch (op) {
	case CXBinaryOperator_Or:
		set = a.number | b.number;
		return of_bits(set, (a.unknown | b.unknown) & ~set);
	case CXBinaryOperator_And:
		set = a.number & b.number;
		return of_bits(set, (a.number | a.unknown) & (b.number | b.unknown) & ~set);
	case CXBinaryOperator_Shl:
		return are_numbers && b.number >= 0 && b.number < 63 && a.number >= 0 &&
				       a.number < 1LL << (62 - b.number) ?
			       value__of_number(a.number << b.number) :
			       anything;
	case CXBinaryOperator_Add:
		if (are_numbers && !__builtin_add_overflow(a.number, b.number, &result))
			return value__of_number(result);
		return value__of_signs(signs_of_sum(a.signs, b.signs));
	case CXBinaryOperator_Sub:
		if (are_numbers && !__builtin_sub_overflow(a.number, b.number, &result))
			return value__of_number(result);
		return value__of_signs(signs_of_sum(a.signs, opposite_signs(b.signs)));
	default:
		return anything;
	}
}

struct range {
	long long from, to;
};

static struct range range_of(struct value value, int sign)
{
	if (value.is_number)
		return (struct range){ value.number, value.number };
	if (sign == ZERO)
		return (struct range){ 0, 0 };
	if (sign == POSITIVE)
		return (struct range){ 1, LLONG_MAX };
	return (struct range){ value.is_pid_or_error ? -1 : LLONG_MIN, -1 };
}

static bool can_be_true(struct range a, enum CXBinaryOperatorKind op, struct range b)
{
	switch (op) {
	case CXBinaryOperator_LT:
		return a.from < b.to;
	case CXBinaryOperator_LE:
		return a.from <= b.to;
	case CXBinaryOperator_GT:
		return a.to > b.from;
	case CXBinaryOperator_GE:
		return a.to >= b.from;
	case CXBinaryOperator_EQ:
		return a.from <= b.to && b.from <= a.to;
	case CXBinaryOperator_NE:
		return a.from != a.to || b.from != b.to || a.from != b.from;
	default:
		return true;
	}
}

static enum CXBinaryOperatorKind opposite(enum CXBinaryOperatorKind op)
{
	switch (op) {
	case CXBinaryOperator_LT:
		return CXBinaryOperator_GE;
	case CXBinaryOperator_LE:
		return CXBinaryOperator_GT;
	case CXBinaryOperator_GT:
		return CXBinaryOperator_LE;
	case CXBinaryOperator_GE:
		return CXBinaryOperator_LT;
	case CXBinaryOperator_EQ:
		return CXBinaryOperator_NE;
	case CXBinaryOperator_NE:
		return CXBinaryOperator_EQ;
	default:
		return op;
	}
}

/* Numbers of processes are the same or not; which is greater is not known. */
static struct comparison compare_processes(bool same, enum CXBinaryOperatorKind op)
{
	bool can_be_true = op != (same ? CXBinaryOperator_NE : CXBinaryOperator_EQ);
	bool can_be_false = op != (same ? CXBinaryOperator_EQ : CXBinaryOperator_NE);
	int yes = can_be_true ? POSITIVE : 0, no = can_be_false ? POSITIVE : 0;

	return (struct comparison){ yes, no, yes, no };
}

struct comparison value__compare(struct value left, enum CXBinaryOperatorKind op,
				 struct value right)
{
	struct comparison result = {};

	/* A loop makes several processes of one fork. */
	if (left.process && right.process && (left.process != right.process || left.process == 1))
		return compare_processes(left.process == right.process, op);
	for (int l = NEGATIVE; l <= POSITIVE; l <<= 1) {
		for (int r = NEGATIVE; r <= POSITIVE; r <<= 1) {
			struct range a = range_of(left, l), b = range_of(right, r);

			if (!(left.signs & l) || !(right.signs & r))
				continue;
			if (can_be_true(a, op, b)) {
				result.left_true |= l;
				result.right_true |= r;
			}
			if (can_be_true(a, opposite(op), b)) {
				result.left_false |= l;
				result.right_false |= r;
			}
		}
	}
	return result;
}
