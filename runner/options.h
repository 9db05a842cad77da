/* SPDX-License-Identifier: GPL-2.0 */
/*
 * options: the command line.
 */
#ifndef RUNNER_OPTIONS_H
#define RUNNER_OPTIONS_H

#include <stdbool.h>

#include "select.h"

struct options {
	struct selection selection;
	bool list;
	bool count;
	unsigned int verbosity; /* 1: all logs, 2: also libbpf's debug lines, 3: all */
	bool verifier_stats;
	unsigned int jobs;
	unsigned int timeout_s;
	const char *json_path;	    /* or NULL */
	unsigned int log_limit_mib; /* time limit of a test in seconds; 0: none */
	bool monitor_traffic;	    /* accepted, but not done */
	bool kmsg;		    /* name the running test in the kernel's log */
	unsigned int repeats;	    /* number of runs, at least 1 */
	bool until_fail;	    /* stop at the first failure */
	bool debug;
	bool no_error_summary;
};

/*
 * Fills @options. Ends the program for --help, --usage and --version (status 0), and for a bad
 * command line, with one line that says what is wrong (status 64).
 */
void options__parse(struct options *options, int argc, char **argv);

#endif
