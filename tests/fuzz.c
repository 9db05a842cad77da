// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz: arbitrary bytes as a list file, as names, as a -n list, as a log. For libFuzzer. 'make
 * fuzz' runs it for FUZZ_SECONDS.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "runner/select.h"
#include "lib/utf8.h"
#include "lib/xalloc.h"

const int xalloc_exit_status = EXIT_FAILURE;

/* Matching must be safe for every selection that parses. */
static void ask(const struct selection *selection)
{
	static const char *const names[] = { "", "t", "token", "a/b", "*" };

	for (unsigned int i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (selection__wants_test(selection, i + 1, names[i]))
			selection__wants_subtest(selection, i + 1, names[i], i, names[i]);
}

static void fuzz_list_file(const uint8_t *data, size_t size)
{
	int fd = memfd_create("list", 0);
	struct selection selection = {};
	char path[32];

	if (write(fd, data, size) == (ssize_t)size) {
		snprintf(path, sizeof(path), "@/proc/self/fd/%d", fd);
		select_list__add_names(&selection.allow, "-a", path, true);
		select_list__add_names(&selection.deny, "-b", path, false);
		ask(&selection);
	}
	selection__destroy(&selection);
	close(fd);
}

static void fuzz_arguments(const char *text)
{
	struct selection selection = {};

	if (text[0] != '@') {
		select_list__add_names(&selection.allow, "-t", text, false);
		select_list__add_names(&selection.deny, "-d", text, true);
	}
	select_list__set_numbers(&selection.allow, text);
	ask(&selection);
	selection__destroy(&selection);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size), *clean;
	size_t clean_size;

	fuzz_list_file(data, size);
	fuzz_arguments(text);
	clean = utf8__clean((const char *)data, size, &clean_size);
	/* Clean text stays unchanged. */
	free(text);
	text = utf8__clean(clean, clean_size, &size);
	if (size != clean_size || memcmp(text, clean, size))
		abort();
	free(clean);
	free(text);
	return 0;
}
