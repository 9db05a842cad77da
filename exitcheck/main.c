// SPDX-License-Identifier: GPL-2.0
/*
 * exitcheck: options -> files -> facts, a process a file -> findings -> report -> exit status.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/exit_status.h"
#include "../lib/xalloc.h"
#include "check.h"
#include "files.h"
#include "fix.h"
#include "names.h"
#include "options.h"
#include "report.h"

const int xalloc_exit_status = STATUS_NOT_DONE;

static void add_root(const char *path)
{
	char *real = realpath(path, NULL), *shown = xstrdup(path);

	for (size_t i = strlen(shown); i > 1 && shown[i - 1] == '/'; i--)
		shown[i - 1] = '\0';
	if (real)
		names__add_root(real, shown);
}

/* Returns whether @path can be rewritten. */
static bool can_fix(const char *path)
{
	switch (fix__is_dirty(path)) {
	case 0:
		return true;
	case 1:
		fprintf(stderr,
			"exitcheck: %s: git has changes there that are not committed: commit them, or add --allow-dirty\n",
			path);
		return false;
	default:
		fprintf(stderr, "exitcheck: %s: git cannot be asked for changes: %s\n", path,
			strerror(errno));
		return false;
	}
}

static int status_of(const struct report *report)
{
	if (report->unread_count)
		return STATUS_NOT_DONE;
	for (size_t i = 0; i < report->findings.count; i++)
		if (!report->findings.at[i].is_fixed)
			return STATUS_FAILED;
	return STATUS_PASSED;
}

static void print(const struct report *report, enum format format)
{
	switch (format) {
	case FORMAT_TEXT:
		report__text(report);
		break;
	case FORMAT_JSON:
		report__json(report);
		break;
	case FORMAT_SARIF:
		report__sarif(report);
		break;
	case FORMAT_GITHUB:
		report__github(report);
		break;
	}
}

int main(int argc, char **argv)
{
	struct options options = {};
	struct report report = {};
	struct files files = {};
	struct fix_file *fix_files;
	int status = options__parse(&options, argc, argv);

	if (status >= 0)
		return status;
	for (int i = 0; i < options.path_count; i++) {
		files__add(&files, options.paths[i], &report);
		add_root(options.paths[i]);
	}
	for (int i = 0; options.fix && !options.allow_dirty && i < options.path_count; i++)
		if (!can_fix(options.paths[i]))
			return STATUS_NOT_DONE;
	fix_files = xcalloc(files.count, sizeof(*fix_files));
	check__run(&files, &options.clang, &report, fix_files);
	findings__settle(&report.findings, options.adds_fflush);
	if (options.fix && fix__apply(&report.findings, fix_files, report.files))
		status = STATUS_NOT_DONE;
	else
		status = status_of(&report);
	print(&report, options.format);
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "exitcheck: standard output: %s\n", strerror(errno));
		status = STATUS_NOT_DONE;
	}
	report__summary(&report);
	return status;
}
