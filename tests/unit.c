// SPDX-License-Identifier: GPL-2.0
/*
 * unit: the parts of the runner that decide, one by one.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "runner/log.h"
#include "runner/result.h"
#include "runner/select.h"
#include "lib/json_out.h"
#include "lib/utf8.h"
#include "lib/xalloc.h"
#include "runner/parse.h"

const int xalloc_exit_status = EXIT_FAILURE;

/* Has AddressSanitizer return NULL, as malloc() does, where it would end the program. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

/* Asks for more memory than there can be, with stderr in @said. */
static void ask_for_too_much(int said)
{
	dup2(said, STDERR_FILENO);
	xrealloc(NULL, PTRDIFF_MAX, 2);
	_exit(0);
}

static void out_of_memory_names_the_program(void **state)
{
	FILE *said = tmpfile();
	char line[200] = "";
	int status;
	pid_t pid;

	(void)state;
	assert_non_null(said);
	pid = fork();
	if (!pid)
		ask_for_too_much(fileno(said));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), xalloc_exit_status);
	rewind(said);
	/* AddressSanitizer's own warning comes first. */
	while (fgets(line, sizeof(line), said))
		;
	assert_string_equal(line, "unit: out of memory: free some and run again\n");
	fclose(said);
}

static void glob_stars(void **state)
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

/* Would take for ever if every star could be tried anew. */
static void glob_is_not_exponential(void **state)
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

static void number_limits(void **state)
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

static void number_lists(void **state)
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

static void everything_by_default(void **state)
{
	struct selection selection = {};

	(void)state;
	assert_true(selection__wants_test(&selection, 1, "token"));
	assert_true(selection__wants_subtest(&selection, 1, "token", 1, "map_token"));
}

static void allow_is_a_union(void **state)
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
	/* The first -n is gone. */
	assert_false(selection__wants_test(&selection, 7, "other"));
	selection__destroy(&selection);
}

static void whole_and_part_is_whole(void **state)
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

static void globs_are_whole_names(void **state)
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

static void list_files(void **state)
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

static void bad_list_files_change_nothing(void **state)
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

static void utf8_replacement(void **state)
{
	static const struct {
		const char *dirty, *clean;
	} cases[] = {
		{ "plain", "plain" },
		{ "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80" },
		{ "a\377b", "a\357\277\275b" },
		/* Overlong, a surrogate, too large, cut off. */
		{ "\xc0\x80", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		size_t size;
		char *clean = utf8__clean(cases[i].dirty, strlen(cases[i].dirty), &size);

		assert_string_equal(clean, cases[i].clean);
		assert_int_equal(size, strlen(clean));
		free(clean);
	}
}

/* A page and a log, and what is harvested of them. */
struct harvest {
	struct result_page *page;
	int log;
	struct test_result result;
};

static struct harvest *harvest_new(void)
{
	struct harvest *harvest = calloc(1, sizeof(*harvest));

	assert_non_null(harvest);
	harvest->page = result_page__new();
	harvest->log = log__new("unit");
	harvest->page->phase = PHASE_DONE;
	assert_true(harvest->log >= 0);
	return harvest;
}

static void harvest_free(struct harvest *harvest)
{
	test_result__destroy(&harvest->result);
	result_page__free(harvest->page);
	close(harvest->log);
	free(harvest);
}

static void open_subtest_of_a_crash_fails(void **state)
{
	struct harvest *harvest = harvest_new();
	struct ending ending = { .status = SIGSEGV };
	struct subtest_record *record;

	(void)state;
	record = result_page__add(harvest->page, 1, "done", NULL, 0);
	record->end_ns = record->start_ns + 5;
	result_page__add(harvest->page, 3, "open", NULL, 0);
	harvest->page->phase = PHASE_RUNNING;
	result__harvest(&harvest->result, harvest->page, harvest->log, &ending);
	assert_int_equal(harvest->result.verdict, VERDICT_FAIL);
	assert_string_equal(harvest->result.reason, "killed by SIGSEGV");
	assert_int_equal(harvest->result.subtest_count, 2);
	assert_int_equal(harvest->result.subtests[0].verdict, VERDICT_OK);
	assert_int_equal(harvest->result.subtests[0].duration_ns, 5);
	assert_int_equal(harvest->result.subtests[1].verdict, VERDICT_FAIL);
	assert_int_equal(harvest->result.subtests[1].number, 3);
	harvest_free(harvest);
}

static void early_end_fails(void **state)
{
	struct harvest *harvest = harvest_new();
	struct ending ending = {};

	(void)state;
	harvest->page->phase = PHASE_RUNNING;
	result__harvest(&harvest->result, harvest->page, harvest->log, &ending);
	assert_int_equal(harvest->result.verdict, VERDICT_FAIL);
	assert_string_equal(harvest->result.reason, "left by _exit() with status 0 before its end");
	harvest_free(harvest);
}

static void torn_page_fails(void **state)
{
	struct harvest *harvest = harvest_new();
	struct ending ending = {};

	(void)state;
	result_page__add(harvest->page, 1, "good", NULL, 0)->end_ns = 1;
	memset(harvest->page->records + harvest->page->used, 0xff, 64);
	harvest->page->used += 64;
	result__harvest(&harvest->result, harvest->page, harvest->log, &ending);
	assert_int_equal(harvest->result.verdict, VERDICT_FAIL);
	assert_int_equal(harvest->result.subtest_count, 1);
	assert_string_equal(harvest->result.reason, "overwrote its result page");
	harvest_free(harvest);
}

static void full_page_fails(void **state)
{
	struct harvest *harvest = harvest_new();
	struct ending ending = {};
	char name[1 << 16];
	unsigned int added = 0;

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	while (result_page__add(harvest->page, ++added, name, NULL, 0))
		;
	assert_true(added > 1000);
	result__harvest(&harvest->result, harvest->page, harvest->log, &ending);
	assert_int_equal(harvest->result.subtest_count, added - 1);
	assert_int_equal(harvest->result.verdict, VERDICT_FAIL);
	assert_string_equal(harvest->result.reason, "1 subtests found no room in the result page");
	harvest_free(harvest);
}

/* A character may be cut in two by the end of a piece, anywhere. */
static void json_text_in_pieces(void **state)
{
	static const char text[] = "\"\001\xe2\x82\xac\xff z\xe2\x82";
	static const char expected[] =
		"[\n  \"\\\"\\u0001\xe2\x82\xac\xef\xbf\xbd z\xef\xbf\xbd\xef\xbf\xbd\"\n]\n";

	(void)state;
	for (size_t piece = 1; piece <= sizeof(text); piece++) {
		char *written = NULL;
		size_t size;
		struct json_out json = { .out = open_memstream(&written, &size) };

		json_out__open(&json, NULL, '[');
		json_out__start_text(&json, NULL);
		for (size_t at = 0; at < sizeof(text) - 1; at += piece) {
			size_t left = sizeof(text) - 1 - at;

			json_out__text(&json, text + at, left < piece ? left : piece);
		}
		json_out__end_text(&json);
		json_out__close(&json, ']');
		fclose(json.out);
		assert_string_equal(written, expected);
		free(written);
	}
}

static void reasons_add_up(void **state)
{
	struct harvest *harvest = harvest_new();
	struct ending ending = { .status = SIGKILL };

	(void)state;
	harvest->page->phase = PHASE_RUNNING;
	harvest->page->exit_calls = 1;
	harvest->page->leaked = 1;
	harvest->page->errors = 1;
	result_page__keep_failure(harvest->page, NULL, "x.c", 7, "f:FAIL:tag");
	result__harvest(&harvest->result, harvest->page, harvest->log, &ending);
	assert_string_equal(harvest->result.reason,
			    "killed by SIGKILL; a child called exit(), use _exit(): 'make exitcheck' finds the call; leaked memory; x.c:7: f:FAIL:tag");
	harvest_free(harvest);
}

/* The end of the process after the test has returned is not the test's. */
static void leak_check_that_dies_is_no_failure(void **state)
{
	static const struct ending endings[] = { { .status = 1 << 8 },
						 { .status = SIGSYS },
						 { .status = SIGKILL, .timed_out = true } };

	(void)state;
	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		struct harvest *harvest = harvest_new();

		harvest->page->phase = PHASE_LEAKS;
		result__harvest(&harvest->result, harvest->page, harvest->log, &endings[i]);
		assert_int_equal(harvest->result.verdict, VERDICT_OK);
		assert_null(harvest->result.reason);
		assert_non_null(harvest->result.no_leak_check);
		harvest_free(harvest);
	}
}

/* Head and tail stay where they were. */
static void log_is_cut_in_the_middle(void **state)
{
	struct log_view view = { .fd = log__new("unit") }, copy;
	int spool = spool__new();
	char *printed = NULL;
	size_t size;
	FILE *out;

	(void)state;
	for (int i = 0; i < 4096; i++)
		log__printf(view.fd, "%063d\n", i);
	view.gap = log__cut(view.fd, 1 << 16);
	assert_int_equal(view.gap.start, 1 << 15);
	assert_int_equal(view.gap.end, 4096 * 64 - (1 << 15));
	spool__add(spool, &view);
	copy = spool__add(spool, &view);
	out = open_memstream(&printed, &size);
	log__print(&copy, (struct span){ 0, 4096 * 64 }, out);
	fclose(out);
	assert_true(size < (1 << 16) + 64);
	assert_non_null(strstr(printed, "00000\n"));
	assert_non_null(strstr(printed, "\n[196608 bytes of log left out]\n"));
	assert_non_null(strstr(printed, "04095\n"));
	assert_null(strstr(printed, "02000\n"));
	free(printed);
	close(view.fd);
	close(spool);
}

static void reasons_come_from_the_log(void **state)
{
	struct harvest *harvest = harvest_new();
	struct ending ending = {};

	(void)state;
	log__printf(harvest->log, "x:SKIP:an older reason\nfunc:SKIP: no such feature\nmore\n");
	harvest->page->skipped = 1;
	result__harvest(&harvest->result, harvest->page, harvest->log, &ending);
	assert_int_equal(harvest->result.verdict, VERDICT_SKIP);
	assert_string_equal(harvest->result.reason, "no such feature");
	harvest_free(harvest);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(out_of_memory_names_the_program),
		cmocka_unit_test(glob_stars),
		cmocka_unit_test(glob_is_not_exponential),
		cmocka_unit_test(number_limits),
		cmocka_unit_test(number_lists),
		cmocka_unit_test(everything_by_default),
		cmocka_unit_test(allow_is_a_union),
		cmocka_unit_test(whole_and_part_is_whole),
		cmocka_unit_test(globs_are_whole_names),
		cmocka_unit_test(list_files),
		cmocka_unit_test(bad_list_files_change_nothing),
		cmocka_unit_test(utf8_replacement),
		cmocka_unit_test(open_subtest_of_a_crash_fails),
		cmocka_unit_test(early_end_fails),
		cmocka_unit_test(torn_page_fails),
		cmocka_unit_test(full_page_fails),
		cmocka_unit_test(json_text_in_pieces),
		cmocka_unit_test(reasons_add_up),
		cmocka_unit_test(leak_check_that_dies_is_no_failure),
		cmocka_unit_test(log_is_cut_in_the_middle),
		cmocka_unit_test(reasons_come_from_the_log),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("unit", tests, NULL, NULL);
}
