// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sanitizer.h"

/*
 * The sanitizers' interface: <sanitizer/asan_interface.h>, <sanitizer/common_interface_defs.h> and
 * <sanitizer/ubsan_interface.h>. They call the first two before they report an error.
 */
void __asan_on_error(void);
void __ubsan_on_report(void);
const char *__asan_get_report_description(void) __attribute__((weak));
void __ubsan_get_current_report_data(const char **kind, const char **message, const char **file,
				     unsigned int *line, unsigned int *column, char **address)
	__attribute__((weak));
void __asan_set_error_report_callback(void (*callback)(const char *report)) __attribute__((weak));
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

static struct result_page *page;
static pid_t test_pid;

void __asan_on_error(void)
{
	const char *error = NULL;

	if (!page || page->asan_reports++)
		return;
	if (__asan_get_report_description)
		error = __asan_get_report_description();
	if (error)
		result_page__set_text(page->asan_error, sizeof(page->asan_error), error);
}

/* Takes the name from the report, which has a better one for signals. */
static void on_asan_report(const char *report)
{
	static const char head[] = "ERROR: AddressSanitizer: ";
	const char *name = strstr(report, head);

	if (!page || page->asan_reports > 1 || !name)
		return;
	name += strlen(head);
	snprintf(page->asan_error, sizeof(page->asan_error), "%.*s", (int)strcspn(name, " "), name);
}

void __ubsan_on_report(void)
{
	const char *kind, *message = NULL, *file;
	unsigned int line, column;
	char *address;

	if (!page || page->ubsan_reports++)
		return;
	if (__ubsan_get_current_report_data)
		__ubsan_get_current_report_data(&kind, &message, &file, &line, &column, &address);
	if (message)
		result_page__set_text(page->ubsan_error, sizeof(page->ubsan_error), message);
}

/* Also called if the report cannot be written to the file that log_path names. */
static void on_death(void)
{
	/* This is LeakSanitizer, which could not work. */
	if (page && getpid() == test_pid && page->phase >= PHASE_TRIAL)
		return;
	if (page)
		page->sanitizer_deaths++;
}

void sanitizer__init(void)
{
	if (__asan_set_error_report_callback)
		__asan_set_error_report_callback(on_asan_report);
	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(on_death);
}

void sanitizer__report_to(struct result_page *mine)
{
	page = mine;
	test_pid = getpid();
}
