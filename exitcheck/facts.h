/* SPDX-License-Identifier: GPL-2.0 */
/*
 * facts: what one file has to say, as JSON, from the process that read it to the one that reports.
 */
#ifndef EXITCHECK_FACTS_H
#define EXITCHECK_FACTS_H

#include <json-c/json.h>

/*
 * Reads @path with clang's @arguments (NULL-terminated). Returns an object:
 *   missing_headers  how many headers were not found
 *   not_read         why it, or a part of it, could not be read; not there if it could
 *   notes            of compile_commands.json
 *   has_unistd       whether it includes <unistd.h>, by whatever way
 *   exits, falls, statuses
 *                    arrays of calls of exit(), of children that return, of WEXITSTATUS() without
 *                    WIFEXITED(): "path", "line", "column", "function", "fork", ...
 */
struct json_object *facts__of(const char *path, const char *const *arguments);

#endif
