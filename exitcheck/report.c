// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/utf8.h"
#include "../lib/xalloc.h"
#include "report.h"

static void print_note(const struct position *at, const char *text)
{
	printf("%s:%u:%u: note: %s\n", at->path, at->line, at->column, text);
}

void report__text(const struct report *report)
{
	for (size_t i = 0; i < report->findings.count; i++) {
		const struct finding *finding = &report->findings.at[i];
		const struct verdict_text *text = &verdict_texts[finding->verdict];

		printf("%s:%u:%u: %s, in %s()%s [%s]\n", finding->at.path, finding->at.line,
		       finding->at.column, text->message, finding->function,
		       finding->is_fixed ? "; rewritten" : "", text->name);
		if (finding->in_macro)
			print_note(&finding->spelled, "in this macro");
		if (finding->fork.path)
			print_note(&finding->fork, "forked here");
	}
}

static size_t count_fixed(const struct report *report)
{
	size_t fixed = 0;

	for (size_t i = 0; i < report->findings.count; i++)
		fixed += report->findings.at[i].is_fixed;
	return fixed;
}

void report__summary(const struct report *report)
{
	size_t fixed = count_fixed(report);

	for (size_t i = 0; i < report->unread_count; i++)
		fprintf(stderr, "exitcheck: %s: %s\n", report->unread[i].path,
			report->unread[i].why);
	fprintf(stderr, "exitcheck: %zu file%s (%zu without fork), %zu found", report->files,
		report->files == 1 ? "" : "s", report->cannot_fork, report->findings.count);
	if (fixed)
		fprintf(stderr, ", %zu of them rewritten", fixed);
	if (report->unread_count)
		fprintf(stderr, ", %zu could not be read whole", report->unread_count);
	if (report->bpf_programs)
		fprintf(stderr, "; %zu BPF programs left out", report->bpf_programs);
	if (report->missing_headers)
		fprintf(stderr, "; %zu headers were missing", report->missing_headers);
	fputc('\n', stderr);
}

/* --- JSON --- */

static struct json_object *json_text(const char *text)
{
	size_t size;
	char *clean = utf8__clean(text, strlen(text), &size);
	struct json_object *object = json_object_new_string_len(clean, size);

	free(clean);
	return object;
}

static void add(struct json_object *object, const char *key, struct json_object *value)
{
	json_object_object_add(object, key, value);
}

static struct json_object *number(size_t value)
{
	return json_object_new_int64(value);
}

static void print(struct json_object *object)
{
	puts(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PRETTY |
							    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(object);
}

static struct json_object *json_position(const struct position *at)
{
	struct json_object *object = json_object_new_object();

	add(object, "path", json_text(at->path));
	add(object, "line", number(at->line));
	add(object, "column", number(at->column));
	return object;
}

static struct json_object *json_finding(const struct finding *finding)
{
	struct json_object *object = json_position(&finding->at);

	add(object, "verdict", json_text(verdict_texts[finding->verdict].name));
	add(object, "message", json_text(verdict_texts[finding->verdict].message));
	add(object, "function", json_text(finding->function));
	if (finding->in_macro)
		add(object, "macro", json_position(&finding->spelled));
	if (finding->fork.path)
		add(object, "fork", json_position(&finding->fork));
	add(object, "rewritten", json_object_new_boolean(finding->is_fixed));
	return object;
}

void report__json(const struct report *report)
{
	struct json_object *object = json_object_new_object(), *findings, *unread;

	findings = json_object_new_array();
	for (size_t i = 0; i < report->findings.count; i++)
		json_object_array_add(findings, json_finding(&report->findings.at[i]));
	unread = json_object_new_array();
	for (size_t i = 0; i < report->unread_count; i++) {
		struct json_object *file = json_object_new_object();

		add(file, "path", json_text(report->unread[i].path));
		add(file, "why", json_text(report->unread[i].why));
		json_object_array_add(unread, file);
	}
	add(object, "findings", findings);
	add(object, "not_read", unread);
	add(object, "files", number(report->files));
	add(object, "files_without_fork", number(report->cannot_fork));
	add(object, "bpf_programs_left_out", number(report->bpf_programs));
	add(object, "missing_headers", number(report->missing_headers));
	print(object);
}

/* --- SARIF --- */

/* A path as a relative reference (RFC 3986), or a file URI where it is absolute. */
static struct json_object *sarif_uri(const char *path)
{
	char *uri = xcalloc(3 * strlen(path) + sizeof("file://"), 1), *to = uri;
	struct json_object *object;

	if (*path == '/')
		to = stpcpy(to, "file://");
	else if (!strncmp(path, "./", 2))
		path += 2;
	for (; *path; path++) {
		if (isalnum((unsigned char)*path) || strchr("/._-~", *path))
			*to++ = *path;
		else
			to += sprintf(to, "%%%02X", (unsigned char)*path);
	}
	object = json_object_new_string(uri);
	free(uri);
	return object;
}

static struct json_object *sarif_message(const char *text)
{
	struct json_object *object = json_object_new_object();

	add(object, "text", json_text(text));
	return object;
}

static struct json_object *sarif_location(const struct position *at, const char *message)
{
	struct json_object *location = json_object_new_object();
	struct json_object *physical = json_object_new_object();
	struct json_object *artifact = json_object_new_object();
	struct json_object *region = json_object_new_object();

	add(artifact, "uri", sarif_uri(at->path));
	add(physical, "artifactLocation", artifact);
	if (at->line) {
		add(region, "startLine", number(at->line));
		add(region, "startColumn", number(at->column));
		add(physical, "region", region);
	} else {
		json_object_put(region);
	}
	add(location, "physicalLocation", physical);
	if (message)
		add(location, "message", sarif_message(message));
	return location;
}

static struct json_object *array_of(struct json_object *member)
{
	struct json_object *array = json_object_new_array();

	if (member)
		json_object_array_add(array, member);
	return array;
}

static struct json_object *sarif_result(const struct finding *finding)
{
	const struct verdict_text *text = &verdict_texts[finding->verdict];
	struct json_object *result = json_object_new_object(), *related = array_of(NULL);

	add(result, "ruleId", json_text(text->id));
	add(result, "ruleIndex", number(finding->verdict));
	add(result, "level", json_text("warning"));
	add(result, "message", sarif_message(text->message));
	add(result, "locations", array_of(sarif_location(&finding->at, NULL)));
	if (finding->in_macro)
		json_object_array_add(related, sarif_location(&finding->spelled, "in this macro"));
	if (finding->fork.path)
		json_object_array_add(related, sarif_location(&finding->fork, "forked here"));
	add(result, "relatedLocations", related);
	return result;
}

static struct json_object *sarif_tool(void)
{
	struct json_object *tool = json_object_new_object(), *driver = json_object_new_object();
	struct json_object *rules = json_object_new_array();

	for (size_t i = 0; i < VERDICTS; i++) {
		struct json_object *rule = json_object_new_object();

		add(rule, "id", json_text(verdict_texts[i].id));
		add(rule, "shortDescription", sarif_message(verdict_texts[i].name));
		add(rule, "fullDescription", sarif_message(verdict_texts[i].message));
		json_object_array_add(rules, rule);
	}
	add(driver, "name", json_text("exitcheck"));
	add(driver, "rules", rules);
	add(tool, "driver", driver);
	return tool;
}

static struct json_object *sarif_invocation(const struct report *report)
{
	struct json_object *invocation = json_object_new_object();
	struct json_object *notifications = json_object_new_array();

	for (size_t i = 0; i < report->unread_count; i++) {
		struct json_object *notification = json_object_new_object();
		struct position at = { .path = report->unread[i].path };

		add(notification, "level", json_text("error"));
		add(notification, "message", sarif_message(report->unread[i].why));
		add(notification, "locations", array_of(sarif_location(&at, NULL)));
		json_object_array_add(notifications, notification);
	}
	add(invocation, "executionSuccessful", json_object_new_boolean(!report->unread_count));
	add(invocation, "toolExecutionNotifications", notifications);
	return invocation;
}

void report__sarif(const struct report *report)
{
	struct json_object *log = json_object_new_object(), *run = json_object_new_object();
	struct json_object *results = json_object_new_array();

	for (size_t i = 0; i < report->findings.count; i++)
		json_object_array_add(results, sarif_result(&report->findings.at[i]));
	add(run, "tool", sarif_tool());
	add(run, "invocations", array_of(sarif_invocation(report)));
	add(run, "results", results);
	add(log, "$schema", json_text("https://json.schemastore.org/sarif-2.1.0.json"));
	add(log, "version", json_text("2.1.0"));
	add(log, "runs", array_of(run));
	print(log);
}
