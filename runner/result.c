// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "result.h"
#include "testing_helpers.h"
#include "../lib/xalloc.h"

/*
 * Room for 10,000 subtests with names of 6 KB, or 1,000 with names of 64 KB. Only what is written
 * takes memory.
 */
#define PAGE_BYTES (1UL << 26)
#define RECORDS_BYTES (PAGE_BYTES - offsetof(struct result_page, records))

struct result_page *result_page__new(void)
{
	void *page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return page == MAP_FAILED ? NULL : page;
}

void result_page__hide(struct result_page *page)
{
	madvise(page, PAGE_BYTES, MADV_DONTFORK);
}

void result_page__free(struct result_page *page)
{
	if (page)
		munmap(page, PAGE_BYTES);
}

struct subtest_record *result_page__add(struct result_page *page, uint32_t number, const char *name,
					uint64_t log_start)
{
	size_t bytes = (sizeof(struct subtest_record) + strlen(name) + 1 + 7) & ~7UL;
	uint64_t at = page->used;
	struct subtest_record *record;

	do {
		if (at > RECORDS_BYTES || bytes > RECORDS_BYTES - at) {
			page->lost++;
			return NULL;
		}
	} while (!atomic_compare_exchange_weak(&page->used, &at, at + bytes));

	record = (struct subtest_record *)(page->records + at);
	strcpy(record->name, name);
	record->number = number;
	record->log_start = log_start;
	record->start_ns = get_time_ns();
	record->bytes = (uint32_t)bytes;
	return record;
}

/*
 * Returns the next record at or after offset *@at and moves *@at behind it; NULL at the end, with
 * *@torn set when the page ends in something that is no record.
 */
static const struct subtest_record *next_record(const struct result_page *page, uint64_t *at,
						bool *torn)
{
	uint64_t used = page->used < RECORDS_BYTES ? page->used : RECORDS_BYTES;
	const struct subtest_record *record = (const void *)(page->records + *at);

	if (*at >= used)
		return NULL;
	if (used - *at < sizeof(*record) || record->bytes <= sizeof(*record) || record->bytes % 8 ||
	    record->bytes > used - *at ||
	    !memchr(record->name, '\0', record->bytes - sizeof(*record))) {
		*torn = true;
		return NULL;
	}
	*at += record->bytes;
	return record;
}

void failure_site__set(struct failure_site *site, const char *file, unsigned int line)
{
	if (atomic_exchange(&site->taken, 1))
		return;
	memcpy(site->file, file, strnlen(file, sizeof(site->file)));
	site->line = line;
}

/* Returns the file of @site as a new string and its line in *@line, or NULL. */
static char *harvest_site(const struct failure_site *site, unsigned int *line)
{
	*line = site->line;
	return site->line ? xstrndup(site->file, strnlen(site->file, sizeof(site->file))) : NULL;
}

const char *result_page__open_subtest(const struct result_page *page)
{
	const struct subtest_record *record, *open = NULL;
	bool torn = false;
	uint64_t at = 0;

	while ((record = next_record(page, &at, &torn)))
		if (!record->end_ns)
			open = record;
	return open ? open->name : NULL;
}

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

/*
 * Returns what follows @marker in the first (or last) line of @text that holds it, up to the end
 * of that line, as a new string; with @whole the whole line. NULL where there is none.
 */
static char *find_line(const char *text, size_t size, const char *marker, bool last, bool whole)
{
	const char *end = text + size, *found = NULL, *at = text, *stop;

	while ((at = memmem(at, (size_t)(end - at), marker, strlen(marker)))) {
		found = at;
		at += strlen(marker);
		if (!last)
			break;
	}
	if (!found)
		return NULL;
	stop = memchr(found, '\n', (size_t)(end - found));
	if (whole)
		while (found > text && found[-1] != '\n')
			found--;
	else
		found += strlen(marker);
	while (*found == ' ')
		found++;
	return xstrndup(found, (size_t)((stop ? stop : end) - found));
}

/* The reason for @verdict as @log's bytes @span have it, or NULL. */
static char *reason_in_log(enum test_verdict verdict, int log, struct span span)
{
	char *text, *reason = NULL;
	size_t size;

	if (verdict == VERDICT_OK)
		return NULL;
	text = log__read(log, span, &size);
	if (!text)
		return NULL;
	if (verdict == VERDICT_SKIP)
		reason = find_line(text, size, ":SKIP:", true, false);
	else
		reason = find_line(text, size, ":FAIL:", false, true);
	free(text);
	return reason;
}

/* What a sanitizer has found, as its report in the log has it. */
static char *sanitizer_reason(int log)
{
	struct span all = { 0, log__size(log) };
	char *text, *asan = NULL, *ubsan = NULL, *reason;
	size_t size;

	text = log__read(log, all, &size);
	if (text) {
		asan = find_line(text, size, "ERROR: AddressSanitizer: ", false, false);
		ubsan = find_line(text, size, ": runtime error: ", false, false);
	}
	if (asan)
		reason = xasprintf("AddressSanitizer: %.*s", (int)strcspn(asan, " "), asan);
	else
		reason = xasprintf("UndefinedBehaviorSanitizer: %s", ubsan ?: "an error");
	free(asan);
	free(ubsan);
	free(text);
	return reason;
}

/* Why a test failed whatever its counters say, as a new string; NULL when it came to its end. */
static char *untimely_end(const struct result_page *page, int log, const struct ending *ending)
{
	if (ending->unkillable)
		return xasprintf("no progress for %u s, and cannot be killed", ending->timeout_s);
	if (ending->interrupted)
		return xasprintf("interrupted by SIG%s", sigabbrev_np(ending->interrupted));
	if (ending->timed_out)
		return xasprintf("no progress for %u s, killed by the watchdog", ending->timeout_s);
	if (page->sanitizer_reports)
		return sanitizer_reason(log);
	if (WIFSIGNALED(ending->status))
		return xasprintf("killed by SIG%s", sigabbrev_np(WTERMSIG(ending->status)));
	if (page->phase != PHASE_DONE || WEXITSTATUS(ending->status))
		return xasprintf("%s with status %d before its end",
				 page->exit_calls ? "called exit()" : "left by _exit()",
				 WEXITSTATUS(ending->status));
	if (page->leaked)
		return xstrdup("leaked memory");
	if (page->exit_calls)
		return xstrdup("a child called exit(), use _exit()");
	if (page->returned_children)
		return xstrdup("a child returned from the test's function, end it with _exit()");
	if (page->lost)
		return xasprintf("%u subtests found no room in the result page", page->lost);
	return NULL;
}

static void harvest_subtest(struct subtest_result *subtest, const struct subtest_record *record,
			    int log, const char *untimely)
{
	bool open = !record->end_ns;

	subtest->number = record->number;
	subtest->name = xstrdup(record->name);
	subtest->file = harvest_site(&record->site, &subtest->line);
	subtest->log.start = record->log_start;
	subtest->log.end = open ? log__size(log) : record->log_end;
	subtest->duration_ns = (open ? get_time_ns() : record->end_ns) - record->start_ns;
	subtest->verdict = open && untimely ? VERDICT_FAIL : subtest_record__verdict(record);
	subtest->cut_short = open;
	subtest->reason = open && untimely ? xstrdup(untimely) :
					     reason_in_log(subtest->verdict, log, subtest->log);
}

/* Returns false when the page does not hold what result_page__add() writes. */
static bool harvest_subtests(struct test_result *result, const struct result_page *page, int log,
			     const char *untimely)
{
	const struct subtest_record *record;
	size_t room = 0;
	bool torn = false;
	uint64_t at = 0;

	while ((record = next_record(page, &at, &torn))) {
		if (result->subtest_count == room) {
			room = room ? 2 * room : 16;
			result->subtests =
				xrealloc(result->subtests, room, sizeof(*result->subtests));
		}
		result->subtests[result->subtest_count] = (struct subtest_result){};
		harvest_subtest(&result->subtests[result->subtest_count++], record, log, untimely);
	}
	return !torn;
}

/* The verdict of a whole test that came to its end, out of its counters and its subtests. */
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

void result__harvest(struct test_result *result, const struct result_page *page, int log,
		     const struct ending *ending)
{
	char *untimely = untimely_end(page, log, ending);
	struct span all = { 0, log__size(log) };

	result->errors = page->errors;
	result->file = harvest_site(&page->site, &result->line);
	result->announced = page->announced;
	result->force_log = page->force_log;
	if (!harvest_subtests(result, page, log, untimely) && !untimely)
		untimely = xstrdup("overwrote its result page");

	result->untimely = untimely;
	result->verdict = untimely ? VERDICT_FAIL : overall(result, page);
	result->reason = untimely ?: reason_in_log(result->verdict, log, all);
}

struct span test_result__spooled(const struct test_result *result, struct span part)
{
	struct span span = { result->log.start + part.start, result->log.start + part.end };

	if (span.end > result->log.end)
		span.end = result->log.end;
	return span;
}

void test_result__destroy(struct test_result *result)
{
	for (size_t i = 0; i < result->subtest_count; i++) {
		free(result->subtests[i].name);
		free(result->subtests[i].reason);
		free(result->subtests[i].file);
	}
	free(result->subtests);
	free(result->reason);
	free(result->file);
	*result = (struct test_result){};
}
