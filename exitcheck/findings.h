/* SPDX-License-Identifier: GPL-2.0 */
/*
 * findings: what is reported, made of the facts of all files. A function in a header is seen from
 * every file that includes it: what each of them has to say of it is one finding.
 */
#ifndef EXITCHECK_FINDINGS_H
#define EXITCHECK_FINDINGS_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

enum verdict {
	CHILD,
	CHILD_AFTER_EXEC,
	CHILD_UNSEEN,
	ALSO_PARENT,
	NEEDS_FFLUSH,
	CHILD_RETURNS,
	CHILD_FALLS_OUT,
	UNCHECKED_STATUS,
	VERDICTS,
};

extern const struct verdict_text {
	const char *name;	 /* for people */
	const char *id;		 /* for machines */
	const char *message;	 /* the fault and the cure; %s is the function that is called */
	const char *description; /* the same of any function */
	bool can_fix;
} verdict_texts[VERDICTS];

struct position {
	const char *path;
	unsigned int line, column, offset;
};

struct finding {
	enum verdict verdict;
	struct position at;
	struct position spelled; /* of an exit() in a macro: where it stands */
	struct position fork;	 /* path NULL: not about one */
	struct position left;	 /* another file's function by a child, before it comes to main() */
	const char *function;
	const char *left_function;
	const char *name; /* of the function that is called: exit, err */
	int reached;	  /* of an exit(): see flow.h */
	bool is_exit, in_macro;
	bool calls_first; /* its argument calls a function, which may print */
	bool is_fixed;
	const char *why_not_fixed; /* NULL: there is no reason, or the verdict is one */
};

struct findings {
	struct finding *at;
	size_t count;
	size_t others; /* exit()s of no child: kept behind the findings */
	bool adds_fflush;
};

/* Adds what the file's @facts (see facts.h) have. */
void findings__add(struct findings *findings, struct json_object *facts);
/* Adds those of a file that is not asked for: only that a parent makes a call, too. */
void findings__add_parents(struct findings *findings, struct json_object *facts);

/*
 * Settles the verdicts, and puts the findings in the order of their places. @adds_fflush: a child
 * that has printed can be fixed too.
 */
void findings__settle(struct findings *findings, bool adds_fflush);

/* Returns whether each use of the call that @finding is about is fit to be rewritten. */
bool findings__can_fix(const struct findings *findings, const struct finding *finding);

/* The caller frees it. */
char *finding__message(const struct finding *finding);

#endif
