// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "log.h"
#include "report.h"
#include "../lib/utf8.h"

static struct json_object *json_text(const char *text, size_t size)
{
	struct json_object *string;
	size_t clean_size;
	char *clean;

	clean = utf8__clean(text, size, &clean_size);
	string = json_object_new_string_len(clean, (int)clean_size);
	free(clean);
	return string;
}

static struct json_object *json_string(const char *text)
{
	return text ? json_text(text, strlen(text)) : NULL;
}

/* The bytes @part of @test's log. */
static struct json_object *json_log(const struct planned_test *test, struct span part, int spool)
{
	struct json_object *string;
	size_t size;
	char *text;

	text = log__read(spool, test_result__spooled(&test->result, part), &size);
	string = json_text(text ?: "", text ? size : 0);
	free(text);
	return string;
}

static void add(struct json_object *object, const char *key, struct json_object *value)
{
	json_object_object_add(object, key, value);
}

static void add_count(struct json_object *object, const char *key, uint64_t count)
{
	add(object, key, json_object_new_int64((int64_t)count));
}

/* What results[] holds of a subtest. */
static struct json_object *failed_subtest(const struct planned_test *test,
					  const struct subtest_result *subtest, int spool)
{
	struct json_object *object = json_object_new_object();

	add(object, "name", json_string(subtest->name));
	add_count(object, "number", subtest->number);
	add(object, "message", json_log(test, subtest->log, spool));
	add(object, "failed", json_object_new_boolean(subtest->verdict == VERDICT_FAIL));
	return object;
}

static struct json_object *failed_test(const struct planned_test *test, int spool)
{
	const struct test_result *result = &test->result;
	struct json_object *object = json_object_new_object();
	struct json_object *subtests = json_object_new_array();
	struct span all = { 0, result->log.end - result->log.start };

	for (size_t i = 0; i < result->subtest_count; i++)
		if (result->subtests[i].verdict == VERDICT_FAIL)
			json_object_array_add(subtests,
					      failed_subtest(test, &result->subtests[i], spool));
	add(object, "name", json_string(test->name));
	add_count(object, "number", test->number);
	add(object, "message", json_log(test, all, spool));
	add(object, "failed", json_object_new_boolean(true));
	add(object, "subtests", subtests);
	return object;
}

static struct json_object *outcome(const char *name, unsigned int number, const char *status,
				   const char *reason, uint64_t duration_ns)
{
	struct json_object *object = json_object_new_object();

	add(object, "name", json_string(name));
	add_count(object, "number", number);
	add(object, "status", json_string(status));
	add(object, "reason", json_string(reason));
	add_count(object, "duration_ns", duration_ns);
	return object;
}

static struct json_object *any_test(const struct planned_test *test)
{
	const struct test_result *result = &test->result;
	struct json_object *subtests = json_object_new_array();
	struct json_object *object;

	for (size_t i = 0; i < result->subtest_count; i++) {
		const struct subtest_result *subtest = &result->subtests[i];

		json_object_array_add(subtests, outcome(subtest->name, subtest->number,
							verdict__word(subtest->verdict),
							subtest->reason, subtest->duration_ns));
	}
	object = outcome(test->name, test->number,
			 test->ran ? verdict__word(result->verdict) : "NOT RUN", result->reason,
			 result->duration_ns);
	add(object, "no_leak_check", json_string(result->no_leak_check));
	add_count(object, "runs", test->runs);
	add_count(object, "failures", test->failures);
	add(object, "subtests", subtests);
	return object;
}

static struct json_object *counts_object(const unsigned int *counts)
{
	struct json_object *object = json_object_new_object();

	add_count(object, "passed", counts[VERDICT_OK]);
	add_count(object, "skipped", counts[VERDICT_SKIP]);
	add_count(object, "failed", counts[VERDICT_FAIL]);
	return object;
}

/* Every test and subtest once, by its own verdict. The keys that BPF CI reads count otherwise. */
static struct json_object *json_counts(const struct plan *plan)
{
	unsigned int tests[VERDICT_FAIL + 1] = {}, subtests[VERDICT_FAIL + 1] = {}, not_run = 0;
	struct json_object *object = json_object_new_object(), *of_tests;

	for (size_t i = 0; i < plan->count; i++) {
		const struct planned_test *test = &plan->tests[i];

		not_run += test->selected && !test->ran;
		if (!plan__did_something(test))
			continue;
		tests[test->result.verdict]++;
		for (size_t j = 0; j < test->result.subtest_count; j++)
			subtests[test->result.subtests[j].verdict]++;
	}
	of_tests = counts_object(tests);
	add_count(of_tests, "not_run", not_run);
	add(object, "tests", of_tests);
	add(object, "subtests", counts_object(subtests));
	return object;
}

int json__write(FILE *out, const struct plan *plan, int spool)
{
	struct report_counts counts = report__count(plan);
	struct json_object *object = json_object_new_object();
	struct json_object *results = json_object_new_array();
	struct json_object *tests = json_object_new_array();
	const char *text;
	int err = 0;

	for (size_t i = 0; i < plan->count; i++) {
		const struct planned_test *test = &plan->tests[i];

		if (test->ran && test->result.verdict == VERDICT_FAIL)
			json_object_array_add(results, failed_test(test, spool));
		if (test->selected)
			json_object_array_add(tests, any_test(test));
	}
	add(object, "status", json_string(report__status(plan)));
	add(object, "counts", json_counts(plan));
	add_count(object, "success", counts.passed);
	add_count(object, "success_subtest", counts.passed_subtests);
	add_count(object, "skipped", counts.skipped);
	add_count(object, "failed", counts.failed);
	add_count(object, "failed_subtest", counts.failed_subtests);
	add(object, "results", results);
	add(object, "tests", tests);

	text = json_object_to_json_string_ext(object, JSON_C_TO_STRING_PRETTY |
							      JSON_C_TO_STRING_NOSLASHESCAPE);
	errno = 0;
	if (fprintf(out, "%s\n", text) < 0 || fflush(out))
		err = errno ? -errno : -EIO;
	json_object_put(object);
	return err;
}
