// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>

#include "page.h"
#include "testing_helpers.h"

/*
 * Room for 10,000 subtests with names of 6 KB, or 1,000 with names of 64 KB. Only written parts
 * take memory.
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
					const char *desc, uint64_t log_start)
{
	size_t names = strlen(name) + 1 + strlen(desc ?: "") + 1;
	size_t bytes = (sizeof(struct subtest_record) + names + 7) & ~7UL;
	uint64_t at = page->used;
	struct subtest_record *record;

	do {
		if (at > RECORDS_BYTES || bytes > RECORDS_BYTES - at) {
			page->lost++;
			return NULL;
		}
	} while (!atomic_compare_exchange_weak(&page->used, &at, at + bytes));

	record = (struct subtest_record *)(page->records + at);
	strcpy(stpcpy(record->name, name) + 1, desc ?: "");
	record->number = number;
	record->log_start = log_start;
	record->start_ns = get_time_ns();
	record->bytes = (uint32_t)bytes;
	return record;
}

void result_page__set_text(char *field, size_t size, const char *text)
{
	size_t length = strnlen(text, size - 1);

	memcpy(field, text, length);
	field[length] = '\0';
}

void result_page__keep_failure(struct result_page *page, struct subtest_record *record,
			       const char *file, unsigned int line, const char *text)
{
	_Atomic uint32_t *place = record ? &record->failure : &page->failure;
	uint32_t index, none = 0;
	struct failure *failure;

	if (*place)
		return;
	index = atomic_fetch_add(&page->failures_used, 1);
	if (index >= MAX_FAILURES)
		return;
	failure = &page->failures[index];
	failure->line = line;
	result_page__set_text(failure->file, sizeof(failure->file), file);
	result_page__set_text(failure->text, sizeof(failure->text), text);
	atomic_compare_exchange_strong(place, &none, index + 1);
}

static bool has_two_names(const struct subtest_record *record)
{
	size_t room = record->bytes - sizeof(*record);
	const char *end = memchr(record->name, '\0', room);

	return end && memchr(end + 1, '\0', room - (size_t)(end + 1 - record->name));
}

const struct subtest_record *result_page__next(const struct result_page *page, uint64_t *at,
					       bool *torn)
{
	uint64_t used = page->used < RECORDS_BYTES ? page->used : RECORDS_BYTES;
	const struct subtest_record *record = (const void *)(page->records + *at);

	if (*at >= used)
		return NULL;
	if (used - *at < sizeof(*record) || record->bytes <= sizeof(*record) || record->bytes % 8 ||
	    record->bytes > used - *at || !has_two_names(record)) {
		*torn = true;
		return NULL;
	}
	*at += record->bytes;
	return record;
}

const char *subtest_record__desc(const struct subtest_record *record)
{
	return record->name + strlen(record->name) + 1;
}

const struct failure *result_page__failure(const struct result_page *page, uint32_t failure)
{
	return failure && failure <= MAX_FAILURES ? &page->failures[failure - 1] : NULL;
}

const char *result_page__open_subtest(const struct result_page *page)
{
	const struct subtest_record *record, *open = NULL;
	bool torn = false;
	uint64_t at = 0;

	while ((record = result_page__next(page, &at, &torn)))
		if (!record->end_ns)
			open = record;
	return open ? open->name : NULL;
}
