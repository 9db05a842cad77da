// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/xalloc.h"
#include "findings.h"
#include "flow.h"
#include "names.h"

const struct verdict_text verdict_texts[VERDICTS] = {
	[CHILD] = {
		.name = "child",
		.id = "child",
		.message =
			"exit() in a forked child runs the parent's exit handlers, and a leak checker's changes the status: use _exit()",
		.can_fix = true,
	},
	[CHILD_AFTER_EXEC] = {
		.name = "child (exec failed)",
		.id = "child-exec-failed",
		.message =
			"exit() in a forked child whose exec failed runs the parent's exit handlers: use _exit()",
		.can_fix = true,
	},
	[ALSO_PARENT] = {
		.name = "also run by the parent",
		.id = "also-run-by-the-parent",
		.message =
			"exit() is reached by a forked child and by its parent: give the child a way of its own that ends with _exit()",
	},
	[NEEDS_FFLUSH] = {
		.name = "needs fflush first",
		.id = "needs-fflush-first",
		.message =
			"exit() in a forked child writes out what it has printed: use fflush() and then _exit()",
	},
	[CHILD_FALLS_OUT] = {
		.name = "child falls out",
		.id = "child-falls-out",
		.message =
			"a forked child returns to its parent's caller, and does the parent's work again: end it with _exit()",
	},
	[UNCHECKED_STATUS] = {
		.name = "WEXITSTATUS without WIFEXITED",
		.id = "wexitstatus-without-wifexited",
		.message =
			"WEXITSTATUS() of a child that was killed is 0, as of one that passed: ask WIFEXITED() first",
	},
};

static const char *text_of(struct json_object *object, const char *key)
{
	const char *text = json_object_get_string(json_object_object_get(object, key));

	return text ? names__copy(text) : NULL;
}

static int number_of(struct json_object *object, const char *key)
{
	return json_object_get_int(json_object_object_get(object, key));
}

static struct position position_of(struct json_object *object)
{
	if (!object)
		return (struct position){};
	return (struct position){ text_of(object, "path"), number_of(object, "line"),
				  number_of(object, "column"), number_of(object, "offset") };
}

static int compare_positions(const struct position *a, const struct position *b)
{
	int by_path = strcmp(a->path, b->path);

	if (by_path)
		return by_path;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return a->column < b->column ? -1 : a->column > b->column;
}

static void add(struct findings *findings, struct json_object *object, enum verdict verdict)
{
	struct finding finding = {
		.verdict = verdict,
		.at = position_of(object),
		.fork = position_of(json_object_object_get(object, "fork")),
		.function = text_of(object, "function"),
		.is_exit = verdict == CHILD,
	};

	assert(finding.at.path);
	if (finding.is_exit) {
		finding.spelled = position_of(json_object_object_get(object, "spelled"));
		finding.in_macro = finding.spelled.path &&
				   compare_positions(&finding.spelled, &finding.at);
		finding.reached = number_of(object, "reached");
	}
	findings->at = xgrow(findings->at, findings->count, sizeof(*findings->at));
	findings->at[findings->count++] = finding;
}

void findings__add(struct findings *findings, struct json_object *facts)
{
	static const struct {
		const char *key;
		enum verdict verdict;
	} arrays[] = {
		{ "exits", CHILD },
		{ "falls", CHILD_FALLS_OUT },
		{ "statuses", UNCHECKED_STATUS },
	};

	for (size_t i = 0; i < sizeof(arrays) / sizeof(*arrays); i++) {
		struct json_object *array = json_object_object_get(facts, arrays[i].key);

		for (size_t j = 0; array && j < json_object_array_length(array); j++)
			add(findings, json_object_array_get_idx(array, j), arrays[i].verdict);
	}
}

static int compare(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	int by_place = compare_positions(&x->at, &y->at);

	return by_place ? by_place : (int)x->verdict - (int)y->verdict;
}

/* One for all that are about the same place. */
static void merge(struct findings *findings)
{
	size_t kept = 0;

	for (size_t i = 0; i < findings->count; i++) {
		struct finding *last = kept ? &findings->at[kept - 1] : NULL;
		const struct finding *next = &findings->at[i];

		if (!last || compare(last, next)) {
			findings->at[kept++] = *next;
			continue;
		}
		last->reached |= next->reached;
		if (!last->fork.path)
			last->fork = next->fork;
	}
	findings->count = kept;
}

static enum verdict verdict_of(int reached)
{
	if (reached & BY_PARENT)
		return ALSO_PARENT;
	if (reached & AFTER_OUTPUT)
		return NEEDS_FFLUSH;
	return reached & BY_CHILD ? CHILD : CHILD_AFTER_EXEC;
}

static bool is_reported(const struct finding *finding)
{
	return !finding->is_exit || finding->reached & (BY_CHILD | BY_CHILD_AFTER_EXEC);
}

void findings__settle(struct findings *findings)
{
	struct finding *others = xcalloc(findings->count, sizeof(*others));
	size_t kept = 0;

	qsort(findings->at, findings->count, sizeof(*findings->at), compare);
	merge(findings);
	for (size_t i = 0; i < findings->count; i++) {
		struct finding *finding = &findings->at[i];

		if (finding->is_exit)
			finding->verdict = verdict_of(finding->reached);
		if (is_reported(finding))
			findings->at[kept++] = *finding;
		else
			others[findings->others++] = *finding;
	}
	for (size_t i = 0; i < findings->others; i++)
		findings->at[kept + i] = others[i];
	findings->count = kept;
	free(others);
}
