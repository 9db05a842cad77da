// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"
#include "../../runner/log.h"

/* The start and the end keep their offsets. */
void log_is_cut_in_the_middle(void **state)
{
	struct log_view view = { .fd = log__new("unit") }, copy;
	int spool = spool__new();
	char *printed = NULL;
	size_t size;
	FILE *out;

	(void)state;
	for (int i = 0; i < 4096; i++)
		log__printf(view.fd, "%063d\n", i);
	view.gap = log__cut(view.fd, 1 << 16);
	assert_int_equal(view.gap.start, 1 << 15);
	assert_int_equal(view.gap.end, 4096 * 64 - (1 << 15));
	spool__add(spool, &view);
	copy = spool__add(spool, &view);
	out = open_memstream(&printed, &size);
	log__print(&copy, (struct span){ 0, 4096 * 64 }, out);
	fclose(out);
	assert_true(size < (1 << 16) + 64);
	assert_non_null(strstr(printed, "00000\n"));
	assert_non_null(strstr(printed, "\n[196608 bytes of log left out]\n"));
	assert_non_null(strstr(printed, "04095\n"));
	assert_null(strstr(printed, "02000\n"));
	free(printed);
	close(view.fd);
	close(spool);
}
