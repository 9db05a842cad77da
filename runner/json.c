// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>

#include "json.h"
#include "log.h"
#include "report.h"
#include "../lib/json_out.h"

static int add_piece(void *ctx, const char *data, size_t size)
{
	json_out__text(ctx, data, size);
	return 0;
}

static void add_log(struct json_out *json, const struct log_view *log, uint64_t start, uint64_t end)
{
	if (log->fd >= 0 && start < end)
		log__walk(log, (struct span){ start, end }, add_piece, json);
}

/* Adds the test's log without the parts that its listed subtests have. */
static void add_message(struct json_out *json, const struct test_result *result)
{
	uint64_t at = 0;

	json_out__start_text(json, "message");
	for (size_t i = 0; i < result->subtest_count; i++) {
		const struct subtest_result *subtest = &result->subtests[i];

		add_log(json, &result->log, at, subtest->log.start);
		if (subtest->log.end > at)
			at = subtest->log.end;
	}
	add_log(json, &result->log, at, result->log_bytes);
	json_out__end_text(json);
}

/* Adds a member of a failed test in results[]. */
static void add_failed_subtest(struct json_out *json, const struct test_result *result,
			       const struct subtest_result *subtest)
{
	json_out__open(json, NULL, '{');
	json_out__string(json, "name", subtest->name);
	json_out__uint(json, "number", subtest->number);
	json_out__start_text(json, "message");
	add_log(json, &result->log, subtest->log.start, subtest->log.end);
	json_out__end_text(json);
	json_out__bool(json, "failed", true);
	json_out__close(json, '}');
}

static void add_failed_test(struct json_out *json, const struct planned_test *test)
{
	const struct test_result *result = &test->result;

	json_out__open(json, NULL, '{');
	json_out__string(json, "name", test->name);
	json_out__uint(json, "number", test->number);
	add_message(json, result);
	json_out__bool(json, "failed", true);
	json_out__open(json, "subtests", '[');
	for (size_t i = 0; i < result->subtest_count; i++)
		if (result->subtests[i].verdict == VERDICT_FAIL)
			add_failed_subtest(json, result, &result->subtests[i]);
	json_out__close(json, ']');
	json_out__close(json, '}');
}

static void add_outcome(struct json_out *json, const char *name, unsigned int number,
			const char *status, const char *reason, uint64_t duration_ns)
{
	json_out__string(json, "name", name);
	json_out__uint(json, "number", number);
	json_out__string(json, "status", status);
	json_out__string(json, "reason", reason);
	json_out__uint(json, "duration_ns", duration_ns);
}

/* Adds a member of tests[]. */
static void add_test(struct json_out *json, const struct planned_test *test)
{
	const struct test_result *result = &test->result;

	json_out__open(json, NULL, '{');
	add_outcome(json, test->name, test->number,
		    test->ran ? verdict__word(result->verdict) : "NOT RUN", result->reason,
		    result->duration_ns);
	json_out__string(json, "no_leak_check", result->no_leak_check);
	json_out__uint(json, "runs", test->runs);
	json_out__uint(json, "failures", test->failures);
	json_out__open(json, "subtests", '[');
	for (size_t i = 0; i < result->subtest_count; i++) {
		const struct subtest_result *subtest = &result->subtests[i];

		json_out__open(json, NULL, '{');
		add_outcome(json, subtest->name, subtest->number, verdict__word(subtest->verdict),
			    subtest->reason, subtest->duration_ns);
		json_out__close(json, '}');
	}
	json_out__close(json, ']');
	json_out__close(json, '}');
}

/* Counts by verdict. */
struct tally {
	unsigned int of[VERDICT_FAIL + 1];
};

static void add_tally(struct json_out *json, const struct tally *tally)
{
	json_out__uint(json, "passed", tally->of[VERDICT_OK]);
	json_out__uint(json, "skipped", tally->of[VERDICT_SKIP]);
	json_out__uint(json, "failed", tally->of[VERDICT_FAIL]);
}

/*
 * Counts every test and subtest once, by its own verdict. The keys that BPF CI reads count
 * differently.
 */
static void add_counts(struct json_out *json, const struct plan *plan)
{
	struct tally tests = {}, subtests = {};
	unsigned int not_run = 0;

	for (size_t i = 0; i < plan->count; i++) {
		const struct planned_test *test = &plan->tests[i];

		not_run += test->selected && !test->ran;
		if (!plan__did_something(test))
			continue;
		tests.of[test->result.verdict]++;
		for (size_t j = 0; j < test->result.subtest_count; j++)
			subtests.of[test->result.subtests[j].verdict]++;
	}
	json_out__open(json, "counts", '{');
	json_out__open(json, "tests", '{');
	add_tally(json, &tests);
	json_out__uint(json, "not_run", not_run);
	json_out__close(json, '}');
	json_out__open(json, "subtests", '{');
	add_tally(json, &subtests);
	json_out__close(json, '}');
	json_out__close(json, '}');
}

int json__write(FILE *out, const struct plan *plan)
{
	struct report_counts counts = report__count(plan);
	struct json_out json = { .out = out };

	errno = 0;
	json_out__open(&json, NULL, '{');
	json_out__string(&json, "status", report__status(plan));
	add_counts(&json, plan);
	json_out__uint(&json, "success", counts.passed);
	json_out__uint(&json, "success_subtest", counts.passed_subtests);
	json_out__uint(&json, "skipped", counts.skipped);
	json_out__uint(&json, "failed", counts.failed);
	json_out__uint(&json, "failed_subtest", counts.failed_subtests);
	json_out__open(&json, "results", '[');
	for (size_t i = 0; i < plan->count; i++)
		if (plan->tests[i].ran && plan->tests[i].result.verdict == VERDICT_FAIL)
			add_failed_test(&json, &plan->tests[i]);
	json_out__close(&json, ']');
	json_out__open(&json, "tests", '[');
	for (size_t i = 0; i < plan->count; i++)
		if (plan->tests[i].selected)
			add_test(&json, &plan->tests[i]);
	json_out__close(&json, ']');
	json_out__close(&json, '}');
	if (fflush(out) || ferror(out))
		return errno ? -errno : -EIO;
	return 0;
}
