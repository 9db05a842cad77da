/* SPDX-License-Identifier: GPL-2.0 */
/*
 * report: findings for people, for programs and for code scanning.
 */
#ifndef EXITCHECK_REPORT_H
#define EXITCHECK_REPORT_H

#include "findings.h"

/* A file that could not be looked at, or of which something could not be understood. */
struct unread {
	const char *path;
	const char *why;
};

struct missing_header {
	const char *name;
	size_t files; /* that include it */
};

struct report {
	struct findings findings;
	struct unread *unread;
	size_t unread_count;
	struct missing_header *missing;
	size_t missing_count;
	size_t files;			/* looked at */
	size_t cannot_fork;		/* of them: they have nothing to do with processes */
	size_t bpf_programs, cpp_files; /* left out */
};

void report__add_unread(struct report *report, const char *path, const char *why);
void report__add_missing(struct report *report, const char *header);

/* "path:line:column: message [verdict]", on standard output. */
void report__text(const struct report *report);
/* The rest, on standard error: files that were not understood, and counts. */
void report__summary(const struct report *report);
void report__json(const struct report *report);
/* https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html (sarif.c) */
void report__sarif(const struct report *report);
/* https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
void report__github(const struct report *report);

#endif
