/* SPDX-License-Identifier: GPL-2.0 */
/*
 * checked_file: one reading of a file, and how far it has come.
 */
#ifndef EXITCHECK_CHECKED_FILE_H
#define EXITCHECK_CHECKED_FILE_H

#include <json-c/json.h>
#include <stdbool.h>

#include "arguments.h"
#include "scan.h"
#include "unit.h"

struct checked_file {
	const char *path;
	struct scanned_file *scanned;
	const struct arguments *arguments;
	struct checked_file *base; /* the same file, read without the macros that this one has */
	bool is_asked_for;	   /* not only read for what others call */
	bool is_certain;	   /* that it can fork */
	bool has_child;		   /* that runs code in it */
	bool names_pointer;	   /* by which a child calls what was not read */
	bool has_variant;	   /* that has this one as its base */
	bool is_read, is_to_read, is_to_read_again, is_to_run;
	struct unit *unit; /* NULL: not read, or it could not be */
	struct json_object *read_facts, *run_facts;
	const char *failure;
};

#endif
