/* SPDX-License-Identifier: GPL-2.0 */
/*
 * report: findings for people, for programs and for code scanning.
 */
#ifndef EXITCHECK_REPORT_H
#define EXITCHECK_REPORT_H

#include "findings.h"

/* A file of which something could not be read. */
struct unread {
	const char *path;
	const char *why;
};

struct report {
	struct findings findings;
	struct unread *unread;
	size_t unread_count;
	size_t files;	     /* looked at */
	size_t cannot_fork;  /* of them: nothing about processes in them */
	size_t bpf_programs; /* not looked at */
	size_t missing_headers;
};

/* "path:line:column: message [verdict]", on standard output. */
void report__text(const struct report *report);
/* How much was looked at and found, on standard error. */
void report__summary(const struct report *report);
void report__json(const struct report *report);
/* https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
void report__sarif(const struct report *report);

#endif
