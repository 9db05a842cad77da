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
			"%s() in a forked child runs the parent's exit handlers, and a leak checker's changes the status: use _exit()",
		.description =
			"A forked child runs the exit handlers of its parent: it should call _exit()",
		.can_fix = true,
	},
	[CHILD_AFTER_EXEC] = {
		.name = "child (exec failed)",
		.id = "child-exec-failed",
		.message =
			"%s() in a forked child whose exec failed runs the parent's exit handlers: use _exit()",
		.description =
			"A forked child whose exec failed runs the exit handlers of its parent: it should call _exit()",
		.can_fix = true,
	},
	[CHILD_UNSEEN] = {
		.name = "fork not reached",
		.id = "fork-not-reached",
		.message =
			"%s() would run in a forked child, but no call of this function that is known lets it fork: use _exit(), or remove the fork()",
		.description =
			"exit() would run in a forked child, but no call that is known lets its function fork",
	},
	[ALSO_PARENT] = {
		.name = "also run by the parent",
		.id = "also-run-by-the-parent",
		.message =
			"%s() is reached by a forked child and by its parent: give the child a way of its own that ends with _exit()",
		.description =
			"exit() is reached by a forked child and by its parent: the child should end with _exit()",
	},
	[NEEDS_FFLUSH] = {
		.name = "needs fflush first",
		.id = "needs-fflush-first",
		.message =
			"%s() in a forked child writes out what it may have printed: use fflush() and then _exit()",
		.description =
			"exit() in a forked child writes out what it may have printed: it should call fflush() and then _exit()",
	},
	[CHILD_RETURNS] = {
		.name = "child returns from main",
		.id = "child-returns-from-main",
		.message =
			"a forked child returns from main(), which runs the parent's exit handlers as exit() does: use _exit()",
		.description =
			"A forked child returns from main(), and so runs the exit handlers of its parent: it should call _exit()",
	},
	[CHILD_FALLS_OUT] = {
		.name = "child falls out",
		.id = "child-falls-out",
		.message =
			"a forked child returns to its parent's caller, and does the parent's work again: end it with _exit()",
		.description =
			"A forked child returns to its parent's caller, and does the parent's work again",
	},
	[UNCHECKED_STATUS] = {
		.name = "WEXITSTATUS without WIFEXITED",
		.id = "wexitstatus-without-wifexited",
		.message =
			"WEXITSTATUS() is 0 for a child killed by a signal: check WIFEXITED() first",
		.description =
			"WEXITSTATUS() is 0 for a child killed by a signal: WIFEXITED() has to be checked first",
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
	struct json_object *left = json_object_object_get(object, "left");
	struct finding finding = {
		.verdict = verdict,
		.at = position_of(object),
		.fork = position_of(json_object_object_get(object, "fork")),
		.left = position_of(left),
		.function = text_of(object, "function"),
		.left_function = text_of(left, "function"),
		.name = text_of(object, "name"),
		.is_exit = verdict == CHILD,
	};

	assert(finding.at.path);
	if (finding.is_exit) {
		finding.spelled = position_of(json_object_object_get(object, "spelled"));
		finding.in_macro = finding.spelled.path &&
				   compare_positions(&finding.spelled, &finding.at);
		finding.reached = number_of(object, "reached");
		finding.calls_first = number_of(object, "calls_first");
	}
	findings->at = xgrow(findings->at, findings->count, sizeof(*findings->at));
	findings->at[findings->count++] = finding;
}

static void add_all(struct findings *findings, struct json_object *facts, const char *key,
		    enum verdict verdict)
{
	struct json_object *array = json_object_object_get(facts, key);

	for (size_t i = 0; array && i < json_object_array_length(array); i++)
		add(findings, json_object_array_get_idx(array, i), verdict);
}

void findings__add(struct findings *findings, struct json_object *facts)
{
	add_all(findings, facts, "exits", CHILD);
	add_all(findings, facts, "returns", CHILD_RETURNS);
	add_all(findings, facts, "falls", CHILD_FALLS_OUT);
	add_all(findings, facts, "statuses", UNCHECKED_STATUS);
}

void findings__add_parents(struct findings *findings, struct json_object *facts)
{
	size_t count = findings->count, kept = findings->count;

	add_all(findings, facts, "exits", CHILD);
	for (size_t i = count; i < findings->count; i++) {
		findings->at[i].reached &= BY_PARENT;
		if (findings->at[i].reached)
			findings->at[kept++] = findings->at[i];
	}
	findings->count = kept;
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
		last->calls_first |= next->calls_first;
		if (!last->fork.path)
			last->fork = next->fork;
	}
	findings->count = kept;
}

/* Returns whether the child that @finding is about comes to another program's main(), too. */
static bool comes_to_another(const struct findings *findings, const struct finding *finding)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *other = &findings->at[i];

		if (other->left.path && !compare_positions(&other->left, &finding->left) &&
		    strcmp(other->at.path, finding->at.path))
			return true;
	}
	return false;
}

/* A library's child that comes to many a main() is reported once, where it leaves the library. */
static void report_once(struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		struct finding *finding = &findings->at[i];

		if (finding->left.path && comes_to_another(findings, finding))
			finding->verdict = CHILD_FALLS_OUT;
	}
	for (size_t i = 0; i < findings->count; i++) {
		struct finding *finding = &findings->at[i];

		if (finding->left.path && finding->verdict == CHILD_FALLS_OUT) {
			finding->at = finding->left;
			finding->function = finding->left_function;
		}
	}
}

static enum verdict verdict_of(const struct finding *finding)
{
	int reached = finding->reached;

	if (reached & BY_PARENT)
		return ALSO_PARENT;
	if (!(reached & (BY_CHILD | BY_CHILD_AFTER_EXEC)))
		return CHILD_UNSEEN;
	if (reached & AFTER_OUTPUT && !strcmp(finding->name, "exit"))
		return NEEDS_FFLUSH;
	return reached & BY_CHILD ? CHILD : CHILD_AFTER_EXEC;
}

static bool is_reported(const struct finding *finding)
{
	return !finding->is_exit ||
	       finding->reached & (BY_CHILD | BY_CHILD_AFTER_EXEC | BY_CHILD_UNSEEN);
}

static bool same_spelling(const struct finding *a, const struct finding *b)
{
	return a->spelled.offset == b->spelled.offset && a->spelled.path == b->spelled.path;
}

static bool is_to_be_fixed(const struct findings *findings, const struct finding *finding)
{
	return verdict_texts[finding->verdict].can_fix ||
	       (finding->verdict == NEEDS_FFLUSH && findings->adds_fflush);
}

/* The reason why a call whose verdict can be fixed is left, apart from other uses of its macro. */
static const char *obstacle_of(const struct finding *finding)
{
	if (finding->reached & WITH_OWN_HANDLER)
		return "--fix leaves it: the child has set an exit handler of its own";
	if (finding->verdict == NEEDS_FFLUSH && finding->calls_first)
		return "--fix leaves it: its argument calls a function: store the result first";
	return NULL;
}

/* A macro is everywhere at once: each of its uses must be fit to be rewritten. */
bool findings__can_fix(const struct findings *findings, const struct finding *finding)
{
	if (!finding->is_exit || !finding->spelled.path || strcmp(finding->name, "exit"))
		return false;
	for (size_t i = 0; i < findings->count + findings->others; i++) {
		const struct finding *other = &findings->at[i];

		if (other->spelled.path && same_spelling(other, finding) &&
		    (i >= findings->count || !is_to_be_fixed(findings, other) ||
		     obstacle_of(other)))
			return false;
	}
	return true;
}

static const char *reason_to_leave(const struct findings *findings, const struct finding *finding)
{
	if (!finding->is_exit || !is_to_be_fixed(findings, finding) ||
	    findings__can_fix(findings, finding))
		return NULL;
	if (finding->in_macro && strcmp(finding->name, "exit"))
		return "--fix leaves it: the macro calls another function";
	if (!obstacle_of(finding) && finding->in_macro)
		return "--fix leaves it: other uses of the macro need exit()";
	return obstacle_of(finding);
}

static void explain(struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		findings->at[i].why_not_fixed = reason_to_leave(findings, &findings->at[i]);
}

char *finding__message(const struct finding *finding)
{
	const char *message = verdict_texts[finding->verdict].message;

	return strncmp(message, "%s", 2) ? xstrdup(message) :
					   xasprintf("%s%s", finding->name, message + 2);
}

void findings__settle(struct findings *findings, bool adds_fflush)
{
	struct finding *others = xcalloc(findings->count, sizeof(*others));
	size_t kept = 0;

	report_once(findings);
	qsort(findings->at, findings->count, sizeof(*findings->at), compare);
	merge(findings);
	for (size_t i = 0; i < findings->count; i++) {
		struct finding *finding = &findings->at[i];

		if (finding->is_exit)
			finding->verdict = verdict_of(finding);
		if (is_reported(finding))
			findings->at[kept++] = *finding;
		else
			others[findings->others++] = *finding;
	}
	for (size_t i = 0; i < findings->others; i++)
		findings->at[kept + i] = others[i];
	findings->count = kept;
	findings->adds_fflush = adds_fflush;
	free(others);
	explain(findings);
}
