// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "log.h"
#include "report.h"

/* Prints the columns "#T/S" (or "#T" where @sub_number is 0). */
static void print_number(FILE *out, unsigned int number, unsigned int sub_number)
{
	char text[32];

	if (sub_number)
		snprintf(text, sizeof(text), "%u/%u", number, sub_number);
	else
		snprintf(text, sizeof(text), "%u", number);
	fprintf(out, "#%-7s ", text);
}

/* A name on one line, whatever bytes a test has put into it. */
static void print_name(FILE *out, const char *name)
{
	for (; *name; name++)
		fputc((unsigned char)*name < ' ' || *name == 0x7f ? '?' : *name, out);
}

static void print_log(const struct report_options *options, const struct planned_test *test,
		      struct span part)
{
	struct span span = test_result__spooled(&test->result, part);

	if (span.start < span.end)
		log__print(options->spool, span, options->out);
}

static void print_reason(FILE *out, const char *name, const char *sub_name,
			 enum test_verdict verdict, const char *reason)
{
	print_name(out, name);
	if (sub_name) {
		fputc('/', out);
		print_name(out, sub_name);
	}
	fprintf(out, ":%s:", verdict__word(verdict));
	print_name(out, reason);
	fputc('\n', out);
}

/* Names the first failed assertion of a test or subtest, in the form that compilers have. */
static void print_place(FILE *out, const char *name, const char *sub_name, const char *file,
			unsigned int line)
{
	if (!file)
		return;
	fprintf(out, "%s:%u: first failed assertion of ", file, line);
	print_name(out, name);
	if (sub_name) {
		fputc('/', out);
		print_name(out, sub_name);
	}
	fputc('\n', out);
}

static void print_subtest(const struct report_options *options, const struct planned_test *test,
			  const struct subtest_result *subtest, bool all_logs, bool last_time)
{
	FILE *out = options->out;

	if (all_logs || subtest->verdict == VERDICT_FAIL)
		print_log(options, test, subtest->log);
	else if (subtest->verdict == VERDICT_SKIP && subtest->reason)
		print_reason(out, test->name, subtest->name, VERDICT_SKIP, subtest->reason);
	if (last_time)
		print_place(out, test->name, subtest->name, subtest->file, subtest->line);
	print_number(out, test->number, subtest->number);
	print_name(out, test->name);
	fputc('/', out);
	print_name(out, subtest->name);
	fprintf(out, ":%s\n", verdict__word(subtest->verdict));
}

static unsigned int count_subtests(const struct test_result *result, enum test_verdict verdict)
{
	unsigned int count = 0;

	for (size_t i = 0; i < result->subtest_count; i++)
		count += result->subtests[i].verdict == verdict;
	return count;
}

static void print_test_line(const struct report_options *options, const struct planned_test *test)
{
	const struct test_result *result = &test->result;
	unsigned int skipped = count_subtests(result, VERDICT_SKIP);
	FILE *out = options->out;

	print_number(out, test->number, 0);
	if (result->verdict == VERDICT_OK && skipped)
		fprintf(out, "%s:OK (SKIP: %u/%zu)\n", test->name, skipped, result->subtest_count);
	else
		fprintf(out, "%s:%s\n", test->name, verdict__word(result->verdict));
}

/*
 * Prints the log in the order in which it was written, each subtest's line behind its part. In the
 * summary of failures only failed subtests have lines.
 */
static void print_test(const struct report_options *options, const struct planned_test *test,
		       bool in_summary)
{
	const struct test_result *result = &test->result;
	bool failed = result->verdict == VERDICT_FAIL;
	bool all_logs = options->verbose || result->force_log;
	bool last_time = in_summary || !options->error_summary;
	uint64_t at = 0;

	for (size_t i = 0; i < result->subtest_count; i++) {
		const struct subtest_result *subtest = &result->subtests[i];
		struct span before = { at, subtest->log.start };

		if (failed || all_logs)
			print_log(options, test, before);
		if (!in_summary || subtest->verdict == VERDICT_FAIL)
			print_subtest(options, test, subtest, all_logs, last_time);
		at = subtest->log.end;
	}
	if (failed || all_logs)
		print_log(options, test, (struct span){ at, UINT64_MAX - result->log.start });
	if (result->reason && (result->untimely || (result->verdict == VERDICT_SKIP && !all_logs)))
		print_reason(options->out, test->name, NULL, result->verdict, result->reason);
	if (last_time)
		print_place(options->out, test->name, NULL, result->file, result->line);
	print_test_line(options, test);
}

void report__test(const struct report_options *options, const struct planned_test *test)
{
	/* A test none of whose subtests was wanted did nothing, and has no verdict. */
	if (plan__did_something(test))
		print_test(options, test, false);
	fflush(options->out);
}

void report__no_leak_check(const struct plan *plan, const struct planned_test *test)
{
	const char *why = test->result.no_leak_check;

	for (size_t i = 0; why && i < plan->count; i++) {
		const struct planned_test *other = &plan->tests[i];

		if (other != test && other->ran && other->result.no_leak_check &&
		    !strcmp(other->result.no_leak_check, why))
			return;
	}
	if (why)
		fprintf(stderr, "test_progs: %s: leaks are not looked for: %s\n", test->name, why);
}

void report__repeats(const struct report_options *options, const struct plan *plan)
{
	fprintf(options->out, "\nAll repeats:\n");
	for (size_t i = 0; i < plan->count; i++) {
		const struct planned_test *test = &plan->tests[i];

		if (!test->runs)
			continue;
		print_number(options->out, test->number, 0);
		fprintf(options->out, "%s: %u runs, %u failures, %.1f %%\n", test->name, test->runs,
			test->failures, 100.0 * test->failures / test->runs);
	}
	fflush(options->out);
}

struct report_counts report__count(const struct plan *plan)
{
	struct report_counts counts = {};

	for (size_t i = 0; i < plan->count; i++) {
		const struct planned_test *test = &plan->tests[i];
		const struct test_result *result = &test->result;

		if (!plan__did_something(test))
			continue;
		if (result->verdict == VERDICT_FAIL)
			counts.failed++;
		else
			counts.passed++;
		if (result->verdict == VERDICT_SKIP && !result->subtest_count)
			counts.skipped++;
		counts.skipped += count_subtests(result, VERDICT_SKIP);
		counts.passed_subtests += count_subtests(result, VERDICT_OK);
		counts.failed_subtests += count_subtests(result, VERDICT_FAIL);
	}
	return counts;
}

const char *report__status(const struct plan *plan)
{
	bool failed = false, passed = false, skipped = false;

	for (size_t i = 0; i < plan->count; i++) {
		const struct planned_test *test = &plan->tests[i];

		failed |= test->selected && !test->ran;
		if (!plan__did_something(test))
			continue;
		failed |= test->result.verdict == VERDICT_FAIL;
		passed |= test->result.verdict == VERDICT_OK;
		skipped |= test->result.verdict == VERDICT_SKIP;
	}
	if (failed)
		return "failed";
	if (passed)
		return "passed";
	return skipped ? "skipped" : "nothing";
}

void report__summary(const struct report_options *options, const struct plan *plan)
{
	struct report_counts counts = report__count(plan);

	if (counts.failed && options->error_summary) {
		fprintf(options->out, "\nAll error logs:\n");
		for (size_t i = 0; i < plan->count; i++)
			if (plan->tests[i].ran && plan->tests[i].result.verdict == VERDICT_FAIL)
				print_test(options, &plan->tests[i], true);
	}
	fprintf(options->out, "Summary: %u/%u PASSED, %u SKIPPED, %u/%u FAILED\n", counts.passed,
		counts.passed_subtests, counts.skipped, counts.failed, counts.failed_subtests);
	fflush(options->out);
}
