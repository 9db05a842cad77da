// SPDX-License-Identifier: GPL-2.0
/*
 * exitcheck: options -> files -> facts, a process a file -> findings -> report -> exit status.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/exit_status.h"
#include "../lib/xalloc.h"
#include "facts.h"
#include "files.h"
#include "fix.h"
#include "names.h"
#include "pool.h"
#include "report.h"

const int xalloc_exit_status = STATUS_NOT_DONE;

#define FILE_SECONDS 120

static const char help[] =
	"NAME\n"
	"    exitcheck - find exit() in forked children\n"
	"\n"
	"SYNOPSIS\n"
	"    exitcheck [OPTION]... FILE|DIRECTORY... [-- CLANG-ARGUMENT...]\n"
	"\n"
	"DESCRIPTION\n"
	"    Finds the calls of exit(3) that can run in a child made by fork(2), vfork(2) or clone(2)\n"
	"    that has not become another program. There exit() runs what its parent has registered:\n"
	"    LeakSanitizer then changes the child's status, and buffers are written twice. Follows\n"
	"    calls, callbacks and values through each C file and the headers of its project. Nothing\n"
	"    needs to have been built: headers that are missing are counted, and a call that could not\n"
	"    be understood without them is an error.\n"
	"\n"
	"    Prints \"path:line:column: message [verdict]\", and under it where the child was forked:\n"
	"\n"
	"    child                   only children call it: use _exit()\n"
	"    child (exec failed)     the same, behind a failed exec\n"
	"    also run by the parent  the parent calls it too, or a caller that is not seen\n"
	"    needs fflush first      the child has printed something that _exit() would lose\n"
	"    child falls out         a child returns from a function into its parent's caller\n"
	"    WEXITSTATUS without WIFEXITED\n"
	"                            a status is looked at as if the child had not been killed\n"
	"\n"
	"    A directory stands for the *.c files below it, but for BPF programs, which the kernel runs.\n"
	"    Threads, the parent's own exit() and programs behind an exec that worked are not reported,\n"
	"    nor are err(3) and its like, a child's return from main(), handlers of signals that a child\n"
	"    inherits, and what a function of another file does. Output of a header's macros, such as a\n"
	"    test framework's assertions, does not make a child need fflush().\n"
	"\n"
	"OPTIONS\n"
	"    --json          print one JSON object instead\n"
	"    --sarif         print SARIF 2.1.0, for code scanning, instead\n"
	"    --fix           rewrite what is \"child\" or \"child (exec failed)\" in place, and include\n"
	"                    <unistd.h> where that is missing; refuses a git work tree with changes\n"
	"    --allow-dirty   lets --fix go on there\n"
	"    --help          this text\n"
	"\n"
	"    What stands behind -- is given to clang, -I and -D above all. Without it the include\n"
	"    directories of the file's project are guessed, those of a kernel tree known, and a\n"
	"    compile_commands.json beside or above the file is used.\n"
	"\n"
	"EXIT STATUS\n"
	"    0  nothing was found, or all of it was rewritten\n"
	"    1  something was found\n"
	"    2  something could not be looked at, or bad use\n";

enum format { TEXT, JSON, SARIF };

struct options {
	enum format format;
	bool fix, allow_dirty;
	const char *const *clang_arguments; /* NULL behind the last */
	char **paths;
	int path_count;
};

/* All that the files' processes and their results share. */
struct check {
	const struct options *options;
	struct files files;
	struct fix_file *fix_files;
	struct report report;
};

static int bad_use(const char *subject, const char *what)
{
	fprintf(stderr, "exitcheck: %s: %s: see exitcheck --help\n", subject, what);
	return STATUS_NOT_DONE;
}

/* Returns a negative number, or the exit status to end with. */
static int parse_options(struct options *options, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' }, { "sarif", no_argument, NULL, 's' },
		{ "fix", no_argument, NULL, 'f' },  { "allow-dirty", no_argument, NULL, 'd' },
		{ "help", no_argument, NULL, 'h' }, {},
	};
	int option, end = argc;

	for (int i = 1; i < argc && end == argc; i++)
		if (!strcmp(argv[i], "--"))
			end = i;
	options->clang_arguments = (const char *const *)(end < argc ? argv + end + 1 : argv + argc);
	opterr = 0;
	while ((option = getopt_long(end, argv, "h", longs, NULL)) >= 0) {
		switch (option) {
		case 'j':
			options->format = JSON;
			break;
		case 's':
			options->format = SARIF;
			break;
		case 'f':
			options->fix = true;
			break;
		case 'd':
			options->allow_dirty = true;
			break;
		case 'h':
			fputs(help, stdout);
			return fflush(stdout) ? STATUS_NOT_DONE : STATUS_PASSED;
		default:
			return bad_use(argv[optind - 1], "no such option");
		}
	}
	options->paths = argv + optind;
	options->path_count = end - optind;
	return options->path_count > 0 ? -1 : bad_use("FILE|DIRECTORY", "none given");
}

static int add_path(struct check *check, const char *path)
{
	size_t before = check->files.count, programs = check->files.bpf_programs;
	char *real = realpath(path, NULL), *shown = xstrdup(path);
	const char *failed;

	if (!real || files__add(&check->files, path, &failed)) {
		fprintf(stderr, "exitcheck: %s: %s\n", real ? failed : path, strerror(errno));
		return -1;
	}
	if (before == check->files.count && programs == check->files.bpf_programs) {
		fprintf(stderr, "exitcheck: %s: no C file in it\n", path);
		return -1;
	}
	for (size_t i = strlen(shown); i > 1 && shown[i - 1] == '/'; i--)
		shown[i - 1] = '\0';
	names__add_root(real, shown);
	if (!check->options->fix || check->options->allow_dirty)
		return 0;
	switch (fix__is_dirty(path)) {
	case 0:
		return 0;
	case 1:
		fprintf(stderr,
			"exitcheck: %s: git has changes there that are not committed: commit them, or add --allow-dirty\n",
			path);
		return -1;
	default:
		fprintf(stderr, "exitcheck: %s: git cannot be asked for changes: %s\n", path,
			strerror(errno));
		return -1;
	}
}

static void work(void *data, int index, int fd)
{
	struct check *check = data;
	struct json_object *facts =
		facts__of(check->files.paths[index], check->options->clang_arguments);
	const char *text = json_object_to_json_string_ext(facts, JSON_C_TO_STRING_PLAIN);

	if (dprintf(fd, "%s", text) < 0)
		_exit(1);
}

static void add_unread(struct report *report, const char *path, const char *why)
{
	report->unread =
		xrealloc(report->unread, report->unread_count + 1, sizeof(*report->unread));
	report->unread[report->unread_count++] = (struct unread){ path, names__copy(why) };
}

static void done(void *data, int index, const char *result, size_t size, const char *why)
{
	struct check *check = data;
	struct report *report = &check->report;
	struct json_object *facts = size ? json_tokener_parse(result) : NULL, *not_read, *notes;
	const char *path = check->files.paths[index];

	report->files++;
	if (why || !facts) {
		add_unread(report, path, why ?: "its process had nothing to say");
		return;
	}
	not_read = json_object_object_get(facts, "not_read");
	if (not_read)
		add_unread(report, path, json_object_get_string(not_read));
	notes = json_object_object_get(facts, "notes");
	if (notes)
		fprintf(stderr, "exitcheck: %s: %s\n", path, json_object_get_string(notes));
	report->cannot_fork +=
		json_object_get_boolean(json_object_object_get(facts, "cannot_fork"));
	report->missing_headers +=
		json_object_get_int(json_object_object_get(facts, "missing_headers"));
	check->fix_files[index].path = path;
	check->fix_files[index].has_unistd =
		json_object_get_boolean(json_object_object_get(facts, "has_unistd"));
	findings__add(&report->findings, facts);
	json_object_put(facts);
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

static int report_all(struct check *check)
{
	struct report *report = &check->report;
	int status;

	report->bpf_programs = check->files.bpf_programs;
	findings__settle(&report->findings);
	if (check->options->fix &&
	    fix__apply(&report->findings, check->fix_files, check->files.count))
		status = STATUS_NOT_DONE;
	else
		status = status_of(report);
	switch (check->options->format) {
	case TEXT:
		report__text(report);
		break;
	case JSON:
		report__json(report);
		break;
	case SARIF:
		report__sarif(report);
		break;
	}
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "exitcheck: standard output: %s\n", strerror(errno));
		status = STATUS_NOT_DONE;
	}
	report__summary(report);
	return status;
}

int main(int argc, char **argv)
{
	struct options options = {};
	struct check check = { .options = &options };
	struct pool pool = { .seconds = FILE_SECONDS,
			     .work = work,
			     .done = done,
			     .data = &check,
			     .progress = "exitcheck" };
	int status = parse_options(&options, argc, argv);

	if (status >= 0)
		return status;
	for (int i = 0; i < options.path_count; i++)
		if (add_path(&check, options.paths[i]))
			return STATUS_NOT_DONE;
	check.fix_files = xcalloc(check.files.count, sizeof(*check.fix_files));
	pool.count = check.files.count;
	pool__run(&pool);
	return report_all(&check);
}
