// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "annotate.h"

/* Prints @text with '%', CR, LF and the characters in @more as %XX. */
static void print_escaped(FILE *out, const char *text, const char *more)
{
	for (; *text; text++) {
		if (*text == '%' || (unsigned char)*text < ' ' || strchr(more, *text))
			fprintf(out, "%%%02X", (unsigned char)*text);
		else
			fputc(*text, out);
	}
}

static void print_error(FILE *out, const char *test, const char *subtest, const char *file,
			unsigned int line, const char *message)
{
	fputs("::error ", out);
	if (file) {
		fputs("file=", out);
		print_escaped(out, file, ":,");
		fprintf(out, ",line=%u,", line);
	}
	fputs("title=", out);
	print_escaped(out, test, ":,");
	if (subtest) {
		fputc('/', out);
		print_escaped(out, subtest, ":,");
	}
	fputs("::", out);
	print_escaped(out, message ?: "failed", "");
	fputc('\n', out);
}

void annotate__test(FILE *out, const struct planned_test *test)
{
	const struct test_result *result = &test->result;

	for (size_t i = 0; i < result->subtest_count; i++) {
		const struct subtest_result *subtest = &result->subtests[i];

		if (subtest->verdict == VERDICT_FAIL)
			print_error(out, test->name, subtest->name, subtest->file, subtest->line,
				    subtest->reason);
	}
	if (result->untimely || result->errors)
		print_error(out, test->name, NULL, result->file, result->line, result->reason);
	fflush(out);
}
