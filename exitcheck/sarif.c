// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "json.h"
#include "report.h"

#define VERSION "0.1" /* as in the manual page */
/* The report that exitcheck comes from. */
#define INFORMATION_URI "https://github.com/kernel-patches/vmtest/issues/473"

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

	json__add(object, "text", json__text(text));
	return object;
}

static struct json_object *sarif_location(const struct position *at, const char *message)
{
	struct json_object *location = json_object_new_object();
	struct json_object *physical = json_object_new_object();
	struct json_object *artifact = json_object_new_object();
	struct json_object *region = json_object_new_object();

	json__add(artifact, "uri", sarif_uri(at->path));
	json__add(physical, "artifactLocation", artifact);
	if (at->line) {
		json__add(region, "startLine", json__number(at->line));
		json__add(region, "startColumn", json__number(at->column));
		json__add(physical, "region", region);
	} else {
		json_object_put(region);
	}
	json__add(location, "physicalLocation", physical);
	if (message)
		json__add(location, "message", sarif_message(message));
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
	char *message = finding__message(finding);

	json__add(result, "ruleId", json__text(text->id));
	json__add(result, "ruleIndex", json__number(finding->verdict));
	json__add(result, "level", json__text("warning"));
	json__add(result, "message", sarif_message(message));
	json__add(result, "locations", array_of(sarif_location(&finding->at, NULL)));
	if (finding->in_macro)
		json_object_array_add(related, sarif_location(&finding->spelled, "in this macro"));
	if (finding->fork.path)
		json_object_array_add(related, sarif_location(&finding->fork, "forked here"));
	free(message);
	json__add(result, "relatedLocations", related);
	return result;
}

static struct json_object *sarif_tool(void)
{
	struct json_object *tool = json_object_new_object(), *driver = json_object_new_object();
	struct json_object *rules = json_object_new_array();

	for (size_t i = 0; i < VERDICTS; i++) {
		struct json_object *rule = json_object_new_object();

		json__add(rule, "id", json__text(verdict_texts[i].id));
		json__add(rule, "shortDescription", sarif_message(verdict_texts[i].name));
		json__add(rule, "fullDescription", sarif_message(verdict_texts[i].description));
		json_object_array_add(rules, rule);
	}
	json__add(driver, "name", json__text("exitcheck"));
	json__add(driver, "version", json__text(VERSION));
	json__add(driver, "informationUri", json__text(INFORMATION_URI));
	json__add(driver, "rules", rules);
	json__add(tool, "driver", driver);
	return tool;
}

static struct json_object *sarif_invocation(const struct report *report)
{
	struct json_object *invocation = json_object_new_object();
	struct json_object *notifications = json_object_new_array();

	for (size_t i = 0; i < report->unread_count; i++) {
		struct json_object *notification = json_object_new_object();
		struct position at = { .path = report->unread[i].path };

		json__add(notification, "level", json__text("error"));
		json__add(notification, "message", sarif_message(report->unread[i].why));
		json__add(notification, "locations", array_of(sarif_location(&at, NULL)));
		json_object_array_add(notifications, notification);
	}
	json__add(invocation, "executionSuccessful",
		  json_object_new_boolean(!report->unread_count));
	json__add(invocation, "toolExecutionNotifications", notifications);
	return invocation;
}

void report__sarif(const struct report *report)
{
	struct json_object *log = json_object_new_object(), *run = json_object_new_object();
	struct json_object *results = json_object_new_array();

	for (size_t i = 0; i < report->findings.count; i++)
		json_object_array_add(results, sarif_result(&report->findings.at[i]));
	json__add(run, "tool", sarif_tool());
	json__add(run, "invocations", array_of(sarif_invocation(report)));
	json__add(run, "results", results);
	json__add(log, "$schema", json__text("https://json.schemastore.org/sarif-2.1.0.json"));
	json__add(log, "version", json__text("2.1.0"));
	json__add(log, "runs", array_of(run));
	json__print(log);
}
