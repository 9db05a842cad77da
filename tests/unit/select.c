// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"
#include "../../runner/select.h"

void glob_stars(void **state)
{
	(void)state;
	assert_true(glob_matches("token", "token"));
	assert_true(glob_matches("token", "*"));
	assert_true(glob_matches("", "*"));
	assert_true(glob_matches("token", "t*n"));
	assert_true(glob_matches("aXbXc", "a*b*c"));
	assert_true(glob_matches("ababab", "*ab"));
	assert_false(glob_matches("token", "toke"));
	assert_false(glob_matches("token", "TOKEN"));
	assert_false(glob_matches("token", ""));
	/* Only the star is special. */
	assert_false(glob_matches("token", "t?ken"));
	assert_true(glob_matches("a[b]", "a[b]"));
	assert_false(glob_matches("ab", "a[b]"));
}

/* Would take for ever if every star were tried again. */
void glob_is_not_exponential(void **state)
{
	char text[1001], pattern[101];

	(void)state;
	memset(text, 'a', 1000);
	text[1000] = '\0';
	for (int i = 0; i < 100; i += 2)
		memcpy(pattern + i, "*a", 2);
	pattern[98] = '*';
	pattern[99] = 'b';
	pattern[100] = '\0';
	assert_false(glob_matches(text, pattern));
}

void everything_by_default(void **state)
{
	struct selection selection = {};

	(void)state;
	assert_true(selection__wants_test(&selection, 1, "token"));
	assert_true(selection__wants_subtest(&selection, 1, "token", 1, "map_token"));
}

void allow_is_a_union(void **state)
{
	struct selection selection = {};

	(void)state;
	assert_int_equal(select_list__add_names(&selection.allow, "-t", "oke/map,test_bpffs",
						false),
			 0);
	assert_int_equal(select_list__set_numbers(&selection.allow, "7"), 0);
	assert_int_equal(select_list__set_numbers(&selection.allow, "1/2"), 0);
	assert_true(selection__wants_test(&selection, 3, "token"));
	assert_true(selection__wants_subtest(&selection, 3, "token", 1, "map_token"));
	assert_false(selection__wants_subtest(&selection, 3, "token", 2, "btf_token"));
	assert_true(selection__wants_subtest(&selection, 2, "test_bpffs", 1, "anything"));
	assert_true(selection__wants_subtest(&selection, 1, "file_reader", 2, "any"));
	assert_false(selection__wants_subtest(&selection, 1, "file_reader", 1, "any"));
	/* The first -n was replaced. */
	assert_false(selection__wants_test(&selection, 7, "other"));
	selection__destroy(&selection);
}

void whole_and_part_is_whole(void **state)
{
	struct selection selection = {};

	(void)state;
	assert_int_equal(select_list__add_names(&selection.allow, "-a", "token,token/map_token",
						true),
			 0);
	assert_true(selection__wants_subtest(&selection, 3, "token", 2, "btf_token"));
	assert_int_equal(select_list__add_names(&selection.deny, "-d", "token/b*,token/b*", true),
			 0);
	assert_false(selection__wants_subtest(&selection, 3, "token", 2, "btf_token"));
	assert_true(selection__wants_test(&selection, 3, "token"));
	assert_int_equal(select_list__add_names(&selection.deny, "-d", "token", true), 0);
	assert_false(selection__wants_test(&selection, 3, "token"));
	selection__destroy(&selection);
}

void globs_are_whole_names(void **state)
{
	struct selection selection = {};

	(void)state;
	assert_int_equal(select_list__add_names(&selection.allow, "-a", "toke,t/x", true), 0);
	assert_false(selection__wants_test(&selection, 3, "token"));
	/* A name of one character is a name. */
	assert_true(selection__wants_test(&selection, 4, "t"));
	selection__destroy(&selection);
}

/* Writes @text to a new file; its name goes to @path. */
static void write_list(char *path, const char *text, size_t size)
{
	int fd = mkstemp(strcpy(path, "/tmp/unit.XXXXXX"));

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, size), size);
	close(fd);
}

void list_files(void **state)
{
	static const char text[] =
		"# all of it\r\n  token/with, comma and space \t# why\r\n\n#\nt\nlast";
	struct selection selection = {};
	char path[64], arg[80];

	(void)state;
	write_list(path, text, sizeof(text) - 1);
	snprintf(arg, sizeof(arg), "@%s", path);
	assert_int_equal(select_list__add_names(&selection.allow, "-a", arg, true), 0);
	unlink(path);
	assert_int_equal(selection.allow.count, 3);
	assert_true(selection__wants_subtest(&selection, 3, "token", 1, "with, comma and space"));
	assert_true(selection__wants_test(&selection, 3, "t"));
	assert_true(selection__wants_test(&selection, 3, "last"));
	assert_false(selection.allow.items[0].typed);
	assert_non_null(strstr(selection.allow.items[0].origin, ":2"));
	selection__destroy(&selection);
}

void bad_list_files_change_nothing(void **state)
{
	struct selection selection = {};
	char path[64], arg[80];

	(void)state;
	assert_int_equal(select_list__add_names(&selection.allow, "-a", "token", true), 0);
	write_list(path, "good\nbad/\n", 10);
	snprintf(arg, sizeof(arg), "@%s", path);
	assert_int_equal(select_list__add_names(&selection.allow, "-a", arg, true), -EINVAL);
	unlink(path);
	write_list(path, "good\nna\0me\n", 11);
	snprintf(arg, sizeof(arg), "@%s", path);
	assert_int_equal(select_list__add_names(&selection.allow, "-a", arg, true), -EINVAL);
	unlink(path);
	assert_int_equal(select_list__add_names(&selection.allow, "-a", arg, true), -EINVAL);
	assert_int_equal(select_list__add_names(&selection.allow, "-a", "@/", true), -EINVAL);
	assert_int_equal(selection.allow.count, 1);
	selection__destroy(&selection);
}
