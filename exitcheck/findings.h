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
	ALSO_PARENT,
	NEEDS_FFLUSH,
	CHILD_FALLS_OUT,
	UNCHECKED_STATUS,
	VERDICTS,
};

extern const struct verdict_text {
	const char *name;    /* for people */
	const char *id;	     /* for machines */
	const char *message; /* what is wrong and what to do */
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
	const char *function;
	int reached; /* of an exit(): see flow.h */
	bool is_exit, in_macro;
	bool is_fixed;
};

struct findings {
	struct finding *at;
	size_t count;
	size_t others; /* exit()s of no child: kept behind the findings */
};

/* Adds what the file's @facts (see facts.h) have. */
void findings__add(struct findings *findings, struct json_object *facts);

/* Settles the verdicts, and puts the findings in the order of their places. */
void findings__settle(struct findings *findings);

#endif
