// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"
#include "../../runner/result.h"
#include "../../runner/log.h"

/* A page and a log, and the result that is made of them. */
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

void open_subtest_of_a_crash_fails(void **state)
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

void early_end_fails(void **state)
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

void torn_page_fails(void **state)
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

void full_page_fails(void **state)
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

void reasons_add_up(void **state)
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

/* The test has returned, so the end of its process does not count as its failure. */
void leak_check_that_dies_is_no_failure(void **state)
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

void reasons_come_from_the_log(void **state)
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
