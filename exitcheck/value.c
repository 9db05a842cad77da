// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <limits.h>

#include "key.h"
#include "value.h"

const struct value anything = { .signs = ANY, .function = -1, .object = NO_KEY };

const struct value undefined = { .signs = 0, .function = -1, .object = NO_KEY };

struct value value__of_signs(int signs)
{
	struct value value = anything;

	value.signs = signs;
	if (signs == ZERO)
		value.is_number = true;
	return value;
}

struct value value__of_number(long long number)
{
	struct value value = value__of_signs(number < 0 ? NEGATIVE : number ? POSITIVE : ZERO);

	value.is_number = true;
	value.number = number;
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

struct value value__of_function(int id)
{
	struct value value = value__of_signs(POSITIVE);

	value.function = id;
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
	return a.signs == b.signs && a.is_number == b.is_number &&
	       (!a.is_number || a.number == b.number) && a.is_pid_or_error == b.is_pid_or_error &&
	       a.function == b.function && a.object == b.object && a.is_shared == b.is_shared;
}

struct value value__join(struct value a, struct value b)
{
	struct value value = anything;

	if (!a.signs || !b.signs)
		return a.signs ? a : b;
	value.signs = a.signs | b.signs;
	if (a.is_number && b.is_number && a.number == b.number) {
		value.is_number = true;
		value.number = a.number;
	}
	value.is_pid_or_error = a.is_pid_or_error && b.is_pid_or_error;
	if (a.function == b.function)
		value.function = a.function;
	if (a.object == b.object)
		value.object = a.object;
	value.is_shared = a.is_shared || b.is_shared;
	return value;
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

struct comparison value__compare(struct value left, enum CXBinaryOperatorKind op,
				 struct value right)
{
	struct comparison result = {};

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
