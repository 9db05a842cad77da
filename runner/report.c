// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "log.h"
#include "report.h"

/* Prints the columns "#T/S", or "#T" if @sub_number is 0. */
static void print_number(FILE *out, unsigned int number, unsigned int sub_number)
{
	char text[32];

	if (sub_number)
		snprintf(text, sizeof(text), "%u/%u", number, sub_number);
	else
		snprintf(text, sizeof(text), "%u", number);
	fprintf(out, "#%-7s ", text);
}

/* Prints a name on one line, also if a test has put control characters into it. */
static void print_name(FILE *out, const char *name)
{
	for (; *name; name++)
		fputc((unsigned char)*name < ' ' || *name == 0x7f ? '?' : *name, out);
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

/*
 * Prints the place of the first failed assertion of a test or subtest in the format of compilers.
 */
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

static void print_subtest_line(FILE *out, const struct planned_test *test, unsigned int number,
			       const char *name, enum test_verdict verdict)
{
	print_number(out, test->number, number);
	print_name(out, test->name);
	fputc('/', out);
	print_name(out, name);
	fprintf(out, ":%s\n", verdict__word(verdict));
}

/* Prints one test, the first time or in the summary of failures. */
struct printing {
	FILE *out;
	const struct planned_test *test;
	const struct log_view *log;
	bool all_logs;
	bool in_summary; /* only failed subtests have lines */
	bool last_time;
};

static void print_log(const struct printing *printing, uint64_t start, uint64_t end)
{
	if (printing->log->fd >= 0 && start < end)
		log__print(printing->log, (struct span){ start, end }, printing->out);
}

static void print_subtest(const struct printing *printing, const struct subtest_result *subtest)
{
	const struct planned_test *test = printing->test;
	FILE *out = printing->out;

	if (printing->all_logs || subtest->verdict == VERDICT_FAIL)
		print_log(printing, subtest->log.start, subtest->log.end);
	else if (subtest->verdict == VERDICT_SKIP && subtest->reason)
		print_reason(out, test->name, subtest->name, VERDICT_SKIP, subtest->reason);
	if (printing->last_time)
		print_place(out, test->name, subtest->name, subtest->file, subtest->line);
	print_subtest_line(out, test, subtest->number, subtest->name, subtest->verdict);
}

static unsigned int count_subtests(const struct test_result *result, enum test_verdict verdict)
{
	unsigned int count = 0;

	for (size_t i = 0; i < result->subtest_count; i++)
		count += result->subtests[i].verdict == verdict;
	return count;
}

static void print_test_line(FILE *out, const struct planned_test *test)
{
	const struct test_result *result = &test->result;
	unsigned int skipped = count_subtests(result, VERDICT_SKIP);

	print_number(out, test->number, 0);
	if (!test->run)
		fprintf(out, "%s:SKIP (not built)\n", test->name);
	else if (result->verdict == VERDICT_OK && skipped)
		fprintf(out, "%s:OK (SKIP: %u/%u)\n", test->name, skipped, result->announced);
	else
		fprintf(out, "%s:%s\n", test->name, verdict__word(result->verdict));
}

/*
 * Prints the log in the order of writing, from byte @at on, with the line of each subtest, from
 * number @next on, behind its part.
 */
static void print_test(const struct printing *printing, size_t next, uint64_t at)
{
	const struct planned_test *test = printing->test;
	const struct test_result *result = &test->result;
	bool failed = result->verdict == VERDICT_FAIL;
	bool all_logs = printing->all_logs;

	for (; next < result->subtest_count; next++) {
		const struct subtest_result *subtest = &result->subtests[next];
		struct subtest_result rest = *subtest;

		if (failed || all_logs)
			print_log(printing, at, subtest->log.start);
		if (rest.log.start < at)
			rest.log.start = at;
		if (!printing->in_summary || subtest->verdict == VERDICT_FAIL)
			print_subtest(printing, &rest);
		if (subtest->log.end > at)
			at = subtest->log.end;
	}
	if (failed || all_logs)
		print_log(printing, at, result->log_bytes);
	if (result->reason && (result->untimely || (result->verdict == VERDICT_SKIP && !all_logs)))
		print_reason(printing->out, test->name, NULL, result->verdict, result->reason);
	if (printing->last_time)
		print_place(printing->out, test->name, NULL, result->file, result->line);
	print_test_line(printing->out, test);
}

/* Prints the place of the first failed assertion of a subtest that has just ended. */
static void print_kept_place(const struct report *report, const struct planned_test *test,
			     const struct result_page *page, const struct subtest_record *record)
{
	const struct failure *failure = result_page__failure(page, record->failure);

	if (failure && failure->line && !report->error_summary)
		print_place(report->out, test->name, record->name, failure->file, failure->line);
}

void report__grown(struct report *report, const struct planned_test *test,
		   const struct result_page *page, const struct log_view *log)
{
	struct printing printing = { .out = report->out, .test = test, .log = log };
	const struct subtest_record *record;
	uint64_t next = report->streamed_records, size = log__size(log->fd);
	bool torn = false;

	while ((record = result_page__next(page, &next, &torn)) && record->end_ns) {
		if (record->log_end > report->streamed) {
			print_log(&printing, report->streamed, record->log_end);
			report->streamed = record->log_end;
		} else if (report->mid_line) {
			fputc('\n', report->out);
		}
		report->mid_line = false;
		report->streamed_failures += record->errors > 0;
		print_kept_place(report, test, page, record);
		print_subtest_line(report->out, test, record->number, record->name,
				   subtest_record__verdict(record));
		report->streamed_records = next;
		report->streamed_subtests++;
	}
	if (size > report->streamed) {
		log__copy(log, (struct span){ report->streamed, size }, report->out);
		report->streamed = size;
		report->mid_line = log__byte(log, size - 1) != '\n';
	}
	fflush(report->out);
}

/* A child may fail a subtest after its end, when its line is already printed. */
static void print_late_failures(const struct report *report, const struct planned_test *test)
{
	const struct subtest_result *subtests = test->result.subtests;
	size_t failures = 0;

	for (size_t i = 0; i < report->streamed_subtests; i++)
		failures += subtests[i].verdict == VERDICT_FAIL;
	for (size_t i = 0; failures > report->streamed_failures && i < report->streamed_subtests;
	     i++)
		if (subtests[i].verdict == VERDICT_FAIL)
			print_subtest_line(report->out, test, subtests[i].number, subtests[i].name,
					   VERDICT_FAIL);
}

void report__test(struct report *report, const struct planned_test *test,
		  const struct log_view *log)
{
	const struct printing printing = {
		.out = report->out,
		.test = test,
		.log = log,
		.all_logs = report->verbose || test->result.force_log,
		.last_time = !report->error_summary,
	};

	if (report->mid_line)
		fputc('\n', report->out);
	print_late_failures(report, test);
	/* A test with unwanted subtests only did nothing, and has no verdict. */
	if (plan__did_something(test))
		print_test(&printing, report->streamed_subtests, report->streamed);
	report->streamed = 0;
	report->streamed_records = 0;
	report->streamed_subtests = 0;
	report->streamed_failures = 0;
	report->mid_line = false;
	fflush(report->out);
}

void report__no_leak_check(const struct report *report, const struct plan *plan,
			   const struct planned_test *test)
{
	const char *why = test->result.no_leak_check;

	for (size_t i = 0; why && i < plan->count; i++) {
		const struct planned_test *other = &plan->tests[i];

		if (other != test && other->ran && other->result.no_leak_check &&
		    !strcmp(other->result.no_leak_check, why))
			return;
	}
	if (why)
		fprintf(report->err, "test_progs: %s: leaks are not looked for: %s\n", test->name,
			why);
}

void report__repeats(const struct report *report, const struct plan *plan)
{
	fprintf(report->out, "\nAll repeats:\n");
	for (size_t i = 0; i < plan->count; i++) {
		const struct planned_test *test = &plan->tests[i];

		if (!test->runs)
			continue;
		print_number(report->out, test->number, 0);
		fprintf(report->out, "%s: %u runs, %u failures, %.1f %%\n", test->name, test->runs,
			test->failures, 100.0 * test->failures / test->runs);
	}
	fflush(report->out);
}

struct report_counts report__count(const struct plan *plan)
{
	struct report_counts counts = {};

	for (size_t i = 0; i < plan->count; i++) {
		const struct planned_test *test = &plan->tests[i];
		const struct test_result *result = &test->result;

		if (!plan__did_something(test))
			continue;
		if (!test->run) {
			counts.not_built++;
			continue;
		}
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

void report__summary(const struct report *report, const struct plan *plan)
{
	struct report_counts counts = report__count(plan);

	if (counts.failed && report->error_summary) {
		fprintf(report->out, "\nAll error logs:\n");
		for (size_t i = 0; i < plan->count; i++) {
			const struct planned_test *test = &plan->tests[i];
			const struct printing printing = {
				.out = report->out,
				.test = test,
				.log = &test->result.log,
				.all_logs = test->result.force_log,
				.in_summary = true,
				.last_time = true,
			};

			if (test->ran && test->result.verdict == VERDICT_FAIL)
				print_test(&printing, 0, 0);
		}
	}
	fprintf(report->out, "Summary: %u/%u PASSED, %u SKIPPED", counts.passed,
		counts.passed_subtests, counts.skipped);
	if (counts.not_built)
		fprintf(report->out, " (%u not built)", counts.not_built);
	fprintf(report->out, ", %u/%u FAILED\n", counts.failed, counts.failed_subtests);
	fflush(report->out);
}
