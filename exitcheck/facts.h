/* SPDX-License-Identifier: GPL-2.0 */
/*
 * facts: the results of one file, as JSON, from the process that made them to the one that reports.
 */
#ifndef EXITCHECK_FACTS_H
#define EXITCHECK_FACTS_H

#include <json-c/json.h>

#include "flow.h"
#include "source.h"

/*
 * The facts that reading a file gives:
 *   has_unistd  whether it includes <unistd.h>, by whatever way
 *   missing     headers that were not found
 *   doubts      sentences about what could not be understood
 *   statuses    WEXITSTATUS() without WIFEXITED(): "path", "line", "column", "offset", "function"
 *   forks       calls of fork() that are not understood: "offset", and the sentence "doubt"
 *   macros      that bring back calls that #if leaves out
 *   left_out    the names of the functions that those calls are of
 */
struct json_object *facts__of_source(const struct source *source, struct unit *unit);

/*
 * The facts that running its functions gives:
 *   exits     calls of exit(): the same, and "name", "spelled", "reached" (see flow.h), "fork"
 *             and "calls_first": its argument has a call
 *   falls     children that return
 *   pointers  calls in children by what a variable or field points to: "declared", the file in
 *             which that is, "name", "line", and "setters", functions that store in it
 *   wants     functions of other files that have to be read first
 *   skipped   functions of other files that were not followed: none of their children comes back
 *   entered   files with functions that were run
 *   children  those of them where a child came to
 *   wrappers  functions of this file that fork for their callers
 *   doubts
 */
struct json_object *facts__of_flow(const struct flow *flow);

#endif
