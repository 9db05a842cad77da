// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>

#include "unit.h"
#include "../../runner/parse.h"

void number_limits(void **state)
{
	unsigned int value = 7;

	(void)state;
	assert_int_equal(parse_uint("0", 0, 9, &value), 0);
	assert_int_equal(value, 0);
	assert_int_equal(parse_uint("4294967295", 0, UINT32_MAX, &value), 0);
	assert_int_equal(value, UINT32_MAX);
	value = 7;
	assert_int_equal(parse_uint("4294967296", 0, UINT32_MAX, &value), -EINVAL);
	assert_int_equal(parse_uint("99999999999999999999", 0, UINT32_MAX, &value), -EINVAL);
	assert_int_equal(parse_uint("", 0, 9, &value), -EINVAL);
	assert_int_equal(parse_uint("-1", 0, 9, &value), -EINVAL);
	assert_int_equal(parse_uint("+1", 0, 9, &value), -EINVAL);
	assert_int_equal(parse_uint(" 1", 0, 9, &value), -EINVAL);
	assert_int_equal(parse_uint("5x", 0, 9, &value), -EINVAL);
	assert_int_equal(parse_uint("10", 0, 9, &value), -EINVAL);
	assert_int_equal(value, 7);
}

void number_lists(void **state)
{
	static const char *const bad[] = { "",	  "0",	"a",  "1,",   ",1",
					   "9-2", "1-", "-1", "1--2", "1 2" };
	struct num_list list = {};

	(void)state;
	assert_int_equal(num_list__parse(&list, "1,3-5,4000000000"), 0);
	assert_true(num_list__has(&list, 1));
	assert_false(num_list__has(&list, 2));
	assert_true(num_list__has(&list, 3));
	assert_true(num_list__has(&list, 5));
	assert_false(num_list__has(&list, 6));
	assert_true(num_list__has(&list, 4000000000));
	num_list__destroy(&list);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(num_list__parse(&list, bad[i]), -EINVAL);
		assert_int_equal(list.count, 0);
	}
}
