// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace_helpers.h"

static int by_address(const void *a, const void *b)
{
	const struct ksym *first = a, *second = b;

	return first->addr < second->addr ? -1 : first->addr > second->addr;
}

/* Reads all of @file into a new string. */
static char *read_all(FILE *file)
{
	char *text = NULL;
	size_t room = 0;

	/* The file holds no NUL byte. */
	if (getdelim(&text, &room, '\0', file) < 0) {
		free(text);
		return NULL;
	}
	return text;
}

/* Parses @line, "ADDRESS TYPE NAME [MODULE]", into @sym. Changes @line. */
static int parse_line(char *line, struct ksym *sym)
{
	char *end;

	sym->addr = (long)strtoul(line, &end, 16);
	if (end == line || strlen(end) < 4)
		return -EINVAL;
	sym->name = end + 3;
	sym->name[strcspn(sym->name, "\t ")] = '\0';
	return 0;
}

static int parse_lines(struct ksyms *ksyms)
{
	char *rest = ksyms->text, *line;
	int room = 0;

	while ((line = strsep(&rest, "\n"))) {
		if (ksyms->sym_cnt == room) {
			struct ksym *syms;

			room = room ? 2 * room : 1 << 17;
			syms = reallocarray(ksyms->syms, (size_t)room, sizeof(*syms));
			if (!syms)
				return -ENOMEM;
			ksyms->syms = syms;
		}
		if (!parse_line(line, &ksyms->syms[ksyms->sym_cnt]))
			ksyms->sym_cnt++;
	}
	return 0;
}

struct ksyms *load_kallsyms_local(void)
{
	FILE *file = fopen("/proc/kallsyms", "re");
	struct ksyms *ksyms;

	if (!file)
		return NULL;
	ksyms = calloc(1, sizeof(*ksyms));
	if (ksyms)
		ksyms->text = read_all(file);
	fclose(file);
	if (!ksyms || !ksyms->text || parse_lines(ksyms)) {
		free_kallsyms_local(ksyms);
		return NULL;
	}
	qsort(ksyms->syms, (size_t)ksyms->sym_cnt, sizeof(*ksyms->syms), by_address);
	return ksyms;
}

void free_kallsyms_local(struct ksyms *ksyms)
{
	if (!ksyms)
		return;
	free(ksyms->syms);
	free(ksyms->text);
	free(ksyms);
}
