/* SPDX-License-Identifier: GPL-2.0 */
/* unit: unit tests of the runner's parts. Each file tests the source of the same name. */
#ifndef __UNIT_H
#define __UNIT_H

/* These come before cmocka.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* xalloc.c */
void out_of_memory_names_the_program(void **state);

/* select.c */
void glob_stars(void **state);
void glob_is_not_exponential(void **state);
void everything_by_default(void **state);
void allow_is_a_union(void **state);
void whole_and_part_is_whole(void **state);
void globs_are_whole_names(void **state);
void list_files(void **state);
void bad_list_files_change_nothing(void **state);

/* parse.c */
void number_limits(void **state);
void number_lists(void **state);

/* utf8.c */
void utf8_replacement(void **state);

/* result.c */
void open_subtest_of_a_crash_fails(void **state);
void early_end_fails(void **state);
void torn_page_fails(void **state);
void full_page_fails(void **state);
void reasons_add_up(void **state);
void leak_check_that_dies_is_no_failure(void **state);
void reasons_come_from_the_log(void **state);

/* json_out.c */
void json_text_in_pieces(void **state);

/* log.c */
void log_is_cut_in_the_middle(void **state);

#endif
