// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "result.h"
#include "testing_helpers.h"
#include "../lib/xalloc.h"

enum test_verdict subtest_record__verdict(const struct subtest_record *record)
{
	if (record->errors)
		return VERDICT_FAIL;
	return record->skipped ? VERDICT_SKIP : VERDICT_OK;
}

const char *verdict__word(enum test_verdict verdict)
{
	static const char *const words[] = {
		[VERDICT_OK] = "OK",
		[VERDICT_SKIP] = "SKIP",
		[VERDICT_FAIL] = "FAIL",
	};

	return words[verdict];
}

/* Bytes at the end of a log that are searched for a reason. */
#define SEARCHED_BYTES (1UL << 16)

/*
 * Finds the last line that holds @marker in the log's bytes @span. Returns the part behind @marker
 * as a new string, or NULL.
 */
static char *find_last(int log, struct span span, const char *marker)
{
	const char *at, *found = NULL;
	char *text, *reason;
	size_t size;

	if (span.end > log__size(log))
		span.end = log__size(log);
	if (span.end > SEARCHED_BYTES && span.start < span.end - SEARCHED_BYTES)
		span.start = span.end - SEARCHED_BYTES;
	text = log__read(log, span, &size);
	if (!text)
		return NULL;
	for (at = text; (at = memmem(at, size - (size_t)(at - text), marker, strlen(marker)));)
		found = at += strlen(marker);
	if (found)
		found += strspn(found, " ");
	reason = found ? xstrndup(found, strcspn(found, "\n")) : NULL;
	free(text);
	return reason;
}

/* Returns the reason that a test printed before it called test__skip(), or NULL. */
static char *skip_reason(int log, struct span span, uint64_t skipped_at)
{
	if (skipped_at > span.start && skipped_at < span.end)
		span.end = skipped_at;
	return find_last(log, span, ":SKIP:");
}

/*
 * Returns the failure @kept as a reason, as a new string, and sets @file and @line if it is an
 * assertion. Returns NULL if no failure was kept.
 */
static char *harvest_failure(const struct failure *kept, char **file, unsigned int *line)
{
	if (!kept)
		return NULL;
	if (!kept->line)
		return xstrndup(kept->text, sizeof(kept->text));
	*file = xstrndup(kept->file, sizeof(kept->file));
	*line = kept->line;
	return xasprintf("%s:%u: %.*s", *file, *line, (int)sizeof(kept->text), kept->text);
}

static const char no_assertion[] = "a failure was counted without an assertion, see the log";

static void harvest_subtest(struct subtest_result *subtest, const struct result_page *page,
			    const struct subtest_record *record, int log, const char *untimely)
{
	bool open = !record->end_ns;
	char *failed;

	subtest->number = record->number;
	subtest->name = xstrdup(record->name);
	if (*subtest_record__desc(record))
		subtest->desc = xstrdup(subtest_record__desc(record));
	subtest->log.start = record->log_start;
	subtest->log.end = open ? log__size(log) : record->log_end;
	subtest->duration_ns = (open ? get_time_ns() : record->end_ns) - record->start_ns;
	subtest->verdict = open && untimely ? VERDICT_FAIL : subtest_record__verdict(record);
	subtest->cut_short = open;
	failed = harvest_failure(result_page__failure(page, record->failure), &subtest->file,
				 &subtest->line);
	if (open && untimely)
		subtest->reason = failed ? xasprintf("%s; %s", untimely, failed) :
					   xstrdup(untimely);
	else if (subtest->verdict == VERDICT_FAIL)
		subtest->reason = xstrdup(failed ?: no_assertion);
	else if (subtest->verdict == VERDICT_SKIP)
		subtest->reason = skip_reason(log, subtest->log, record->skipped_at);
	free(failed);
}

/* Returns false when the page does not hold what result_page__add() writes. */
static bool harvest_subtests(struct test_result *result, const struct result_page *page, int log,
			     const char *untimely)
{
	const struct subtest_record *record;
	size_t room = 0;
	bool torn = false;
	uint64_t at = 0;

	while ((record = result_page__next(page, &at, &torn))) {
		if (result->subtest_count == room) {
			room = room ? 2 * room : 16;
			result->subtests =
				xrealloc(result->subtests, room, sizeof(*result->subtests));
		}
		result->subtests[result->subtest_count] = (struct subtest_result){};
		harvest_subtest(&result->subtests[result->subtest_count++], page, record, log,
				untimely);
	}
	return !torn;
}

/* Returns the verdict of a test that reached its end, from its counters and its subtests. */
static enum test_verdict overall(const struct test_result *result, const struct result_page *page)
{
	bool all_skipped = result->subtest_count ? true : page->skipped;

	for (size_t i = 0; i < result->subtest_count; i++) {
		if (result->subtests[i].verdict == VERDICT_FAIL)
			return VERDICT_FAIL;
		if (result->subtests[i].verdict == VERDICT_OK)
			all_skipped = false;
	}
	if (result->errors)
		return VERDICT_FAIL;
	return all_skipped ? VERDICT_SKIP : VERDICT_OK;
}

/* Adds @more, a new string or NULL, to the reasons of @result. Consumes it. */
static void add_reason(struct test_result *result, char *more)
{
	char *before = result->reason;

	if (!before || !more) {
		result->reason = before ?: more;
		return;
	}
	result->reason = xasprintf("%s; %s", before, more);
	free(before);
	free(more);
}

/* Returns the reason for a test that failed only because subtests failed, as a new string. */
static char *first_failure(const struct test_result *result)
{
	for (size_t i = 0; !result->errors && i < result->subtest_count; i++)
		if (result->subtests[i].verdict == VERDICT_FAIL)
			return xasprintf("subtest %s: %s", result->subtests[i].name,
					 result->subtests[i].reason);
	return xstrdup(no_assertion);
}

void result__harvest(struct test_result *result, const struct result_page *page, int log,
		     const struct ending *ending)
{
	struct span all = { 0, log__size(log) };
	char *failed;

	result->reason = reason__of_failure(page, ending);
	result->no_leak_check = reason__no_leak_check(page, ending);
	result->log_bytes = all.end;
	result->log.fd = -1;
	result->errors = page->errors;
	result->announced = page->announced;
	result->force_log = page->force_log;
	if (!harvest_subtests(result, page, log, result->reason))
		add_reason(result, xstrdup("overwrote its result page"));

	result->untimely = result->reason;
	result->verdict = result->untimely ? VERDICT_FAIL : overall(result, page);
	failed = harvest_failure(result_page__failure(page, page->failure), &result->file,
				 &result->line);
	add_reason(result, failed);
	if (result->verdict == VERDICT_SKIP)
		add_reason(result, skip_reason(log, all, page->skipped_at));
	else if (result->verdict == VERDICT_FAIL && !result->reason)
		add_reason(result, first_failure(result));
}

void test_result__destroy(struct test_result *result)
{
	for (size_t i = 0; i < result->subtest_count; i++) {
		free(result->subtests[i].name);
		free(result->subtests[i].desc);
		free(result->subtests[i].reason);
		free(result->subtests[i].file);
	}
	free(result->subtests);
	free(result->reason);
	free(result->no_leak_check);
	free(result->file);
	*result = (struct test_result){};
}
