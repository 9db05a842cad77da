/* SPDX-License-Identifier: GPL-2.0 */
/*
 * options: the command line.
 */
#ifndef EXITCHECK_OPTIONS_H
#define EXITCHECK_OPTIONS_H

#include <stdbool.h>

#include "arguments.h"

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_SARIF, FORMAT_GITHUB };

struct options {
	enum format format;
	bool fix, adds_fflush, allow_dirty;
	struct arguments clang; /* from -I and from behind "--" */
	char **paths;
	int path_count;
};

/*
 * Returns a negative number, or the exit status to end with: after --help, or after a message.
 * --fork and --noreturn are given to calls__add_rule().
 */
int options__parse(struct options *options, int argc, char **argv);

#endif
