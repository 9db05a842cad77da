// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "json.h"
#include "names.h"
#include "report.h"

static void print_note(const struct position *at, const char *text)
{
	printf("%s:%u:%u: note: %s\n", at->path, at->line, at->column, text);
}

void report__add_unread(struct report *report, const char *path, const char *why)
{
	report->unread = xgrow(report->unread, report->unread_count, sizeof(*report->unread));
	report->unread[report->unread_count++] =
		(struct unread){ names__copy(path), names__copy(why) };
}

void report__add_missing(struct report *report, const char *header)
{
	const char *name = names__copy(header);

	for (size_t i = 0; i < report->missing_count; i++) {
		if (report->missing[i].name == name) {
			report->missing[i].files++;
			return;
		}
	}
	report->missing = xgrow(report->missing, report->missing_count, sizeof(*report->missing));
	report->missing[report->missing_count++] = (struct missing_header){ name, 1 };
}

void report__text(const struct report *report)
{
	for (size_t i = 0; i < report->findings.count; i++) {
		const struct finding *finding = &report->findings.at[i];
		char *message = finding__message(finding);

		printf("%s:%u:%u: %s, in %s()%s [%s]\n", finding->at.path, finding->at.line,
		       finding->at.column, message, finding->function,
		       finding->is_fixed ? "; rewritten" : "",
		       verdict_texts[finding->verdict].name);
		free(message);
		if (finding->in_macro)
			print_note(&finding->spelled, "in this macro");
		if (finding->why_not_fixed)
			print_note(&finding->at, finding->why_not_fixed);
		if (finding->fork.path)
			print_note(&finding->fork, "forked here");
	}
}

/* --- the summary --- */

static size_t count_fixed(const struct report *report)
{
	size_t fixed = 0;

	for (size_t i = 0; i < report->findings.count; i++)
		fixed += report->findings.at[i].is_fixed;
	return fixed;
}

static size_t count_unread_files(const struct report *report)
{
	size_t files = 0;

	for (size_t i = 0; i < report->unread_count; i++)
		files += !i || report->unread[i].path != report->unread[i - 1].path;
	return files;
}

static int by_files(const void *a, const void *b)
{
	const struct missing_header *x = a, *y = b;

	if (x->files != y->files)
		return x->files > y->files ? -1 : 1;
	return strcmp(x->name, y->name);
}

#define NAMED 8 /* missing headers */

/* Only where something could not be understood: otherwise they do not matter. */
static void print_missing(const struct report *report)
{
	struct missing_header *missing = xcalloc(report->missing_count, sizeof(*missing));
	size_t count = report->missing_count;

	memcpy(missing, report->missing, count * sizeof(*missing));
	qsort(missing, count, sizeof(*missing), by_files);
	fprintf(stderr, "exitcheck: missing headers:");
	for (size_t i = 0; i < count && i < NAMED; i++)
		fprintf(stderr, "%s %s", i ? "," : "", missing[i].name);
	if (count > NAMED)
		fprintf(stderr, " and %zu more", count - NAMED);
	fprintf(stderr,
		": configure or build the project, install what it needs, give a compile_commands.json, or add -I DIR\n");
	free(missing);
}

/* The formats are for one and for several. */
static void print_count(const char *one, const char *several, size_t count)
{
	if (count)
		fprintf(stderr, count == 1 ? one : several, count);
}

void report__summary(const struct report *report)
{
	for (size_t i = 0; i < report->unread_count; i++)
		fprintf(stderr, "exitcheck: %s: %s\n", report->unread[i].path,
			report->unread[i].why);
	if (report->unread_count && report->missing_count)
		print_missing(report);
	if (!report->files && report->unread_count)
		return;
	fprintf(stderr, "exitcheck: %zu file%s (%zu without fork), %zu found", report->files,
		report->files == 1 ? "" : "s", report->cannot_fork, report->findings.count);
	print_count(", %zu of them rewritten", ", %zu of them rewritten", count_fixed(report));
	print_count(", %zu could not be understood whole", ", %zu could not be understood whole",
		    count_unread_files(report));
	print_count("; %zu BPF program left out", "; %zu BPF programs left out",
		    report->bpf_programs);
	print_count("; %zu C++ file left out", "; %zu C++ files left out", report->cpp_files);
	print_count("; %zu header was missing", "; %zu headers were missing",
		    report->missing_count);
	fputc('\n', stderr);
}

/* --- GitHub --- */

/* A property's value or a message: RFC-like escapes of the runner's. */
static void print_escaped(const char *text, bool is_property)
{
	for (; *text; text++) {
		if (*text == '%' || *text == '\r' || *text == '\n' ||
		    (is_property && (*text == ':' || *text == ',')))
			printf("%%%02X", (unsigned char)*text);
		else
			putchar(*text);
	}
}

static void print_command(const char *level, const char *path, unsigned int line,
			  unsigned int column, const char *title)
{
	printf("::%s file=", level);
	print_escaped(path, true);
	if (line)
		printf(",line=%u,col=%u", line, column);
	printf(",title=");
	print_escaped(title, true);
	printf("::");
}

void report__github(const struct report *report)
{
	for (size_t i = 0; i < report->findings.count; i++) {
		const struct finding *finding = &report->findings.at[i];
		char *message = finding__message(finding);

		print_command("warning", finding->at.path, finding->at.line, finding->at.column,
			      verdict_texts[finding->verdict].name);
		print_escaped(message, false);
		putchar('\n');
		free(message);
	}
	for (size_t i = 0; i < report->unread_count; i++) {
		print_command("error", report->unread[i].path, 0, 0, "exitcheck: not understood");
		print_escaped(report->unread[i].why, false);
		putchar('\n');
	}
}

/* --- JSON --- */

static struct json_object *json_position(const struct position *at)
{
	struct json_object *object = json_object_new_object();

	json__add(object, "path", json__text(at->path));
	json__add(object, "line", json__number(at->line));
	json__add(object, "column", json__number(at->column));
	return object;
}

static struct json_object *json_finding(const struct finding *finding)
{
	struct json_object *object = json_position(&finding->at);
	char *message = finding__message(finding);

	json__add(object, "verdict", json__text(verdict_texts[finding->verdict].name));
	json__add(object, "message", json__text(message));
	free(message);
	json__add(object, "function", json__text(finding->function));
	if (finding->in_macro)
		json__add(object, "macro", json_position(&finding->spelled));
	if (finding->fork.path)
		json__add(object, "fork", json_position(&finding->fork));
	if (finding->why_not_fixed)
		json__add(object, "why_not_rewritten", json__text(finding->why_not_fixed));
	json__add(object, "rewritten", json_object_new_boolean(finding->is_fixed));
	return object;
}

void report__json(const struct report *report)
{
	struct json_object *object = json_object_new_object(), *findings, *unread, *missing;

	findings = json_object_new_array();
	for (size_t i = 0; i < report->findings.count; i++)
		json_object_array_add(findings, json_finding(&report->findings.at[i]));
	unread = json_object_new_array();
	for (size_t i = 0; i < report->unread_count; i++) {
		struct json_object *file = json_object_new_object();

		json__add(file, "path", json__text(report->unread[i].path));
		json__add(file, "why", json__text(report->unread[i].why));
		json_object_array_add(unread, file);
	}
	json__add(object, "findings", findings);
	json__add(object, "not_read", unread);
	json__add(object, "files", json__number(report->files));
	json__add(object, "files_without_fork", json__number(report->cannot_fork));
	json__add(object, "bpf_programs_left_out", json__number(report->bpf_programs));
	json__add(object, "cpp_files_left_out", json__number(report->cpp_files));
	missing = json_object_new_array();
	for (size_t i = 0; i < report->missing_count; i++)
		json_object_array_add(missing, json__text(report->missing[i].name));
	json__add(object, "missing_headers", missing);
	json__print(object);
}
