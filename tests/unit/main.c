// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "unit.h"
#include "../../lib/xalloc.h"

const int xalloc_exit_status = EXIT_FAILURE;

/* Makes AddressSanitizer return NULL, like malloc(), instead of ending the program. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(out_of_memory_names_the_program),
		cmocka_unit_test(glob_stars),
		cmocka_unit_test(glob_is_not_exponential),
		cmocka_unit_test(everything_by_default),
		cmocka_unit_test(allow_is_a_union),
		cmocka_unit_test(whole_and_part_is_whole),
		cmocka_unit_test(globs_are_whole_names),
		cmocka_unit_test(list_files),
		cmocka_unit_test(bad_list_files_change_nothing),
		cmocka_unit_test(number_limits),
		cmocka_unit_test(number_lists),
		cmocka_unit_test(utf8_replacement),
		cmocka_unit_test(open_subtest_of_a_crash_fails),
		cmocka_unit_test(early_end_fails),
		cmocka_unit_test(torn_page_fails),
		cmocka_unit_test(full_page_fails),
		cmocka_unit_test(reasons_add_up),
		cmocka_unit_test(leak_check_that_dies_is_no_failure),
		cmocka_unit_test(reasons_come_from_the_log),
		cmocka_unit_test(json_text_in_pieces),
		cmocka_unit_test(log_is_cut_in_the_middle),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("unit", tests, NULL, NULL);
}
