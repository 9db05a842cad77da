// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <argp.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../lib/exit_status.h"
#include "options.h"

#define DEFAULT_TIMEOUT_S 120
#define MAX_JOBS 1024
#define DEFAULT_LOG_LIMIT_MIB 64
#define MAX_LOG_LIMIT_MIB (1 << 20)

const char *argp_program_version =
	"test_progs 0.1 (standalone subset of the kernel's BPF selftests)";

enum {
	OPTION_DEBUG = 256,
	OPTION_KMSG,
	OPTION_LOG_LIMIT,
	OPTION_NO_ERROR_SUMMARY,
	OPTION_UNTIL_FAIL,
};

static const struct argp_option argp_options[] = {
	{ "name", 't', "NAMES", 0, "Run tests whose name contains one of NAMES", 0 },
	{ "name-blacklist", 'b', "NAMES", 0, "Do not run tests whose name contains one of NAMES",
	  0 },
	{ "allow", 'a', "NAMES", 0, "Run tests that match a glob of NAMES (only '*' is special)",
	  0 },
	{ "deny", 'd', "NAMES", 0, "Do not run tests that match a glob of NAMES", 0 },
	{ "num", 'n', "LIST", 0, "Run tests (and subtests) by number: 3, 1,3-5, 3/10-15", 0 },
	{ "list", 'l', NULL, 0,
	  "List the selected tests; with -v also their subtests, for which the tests start", 0 },
	{ "count", 'c', NULL, 0, "Print the number of selected tests", 0 },
	{ "verbose", 'v', "LEVEL", OPTION_ARG_OPTIONAL,
	  "Print the logs of passing tests too; -vv: libbpf's debug lines and verifier log level 1; -vvv: verifier log level 2",
	  0 },
	{ "verifier-stats", 's', NULL, 0, "Make the verifier print statistics to its log", 0 },
	{ "workers", 'j', "N", OPTION_ARG_OPTIONAL,
	  "Run up to N tests in parallel (without N: one for each processor), then each serial test alone",
	  0 },
	{ "watchdog-timeout", 'w', "SEC", 0,
	  "Kill a test that makes no progress for SEC seconds (default 120, 0: never)", 0 },
	{ "json-summary", 'J', "FILE", 0, "Write the results to FILE as JSON", 0 },
	{ "kmsg", OPTION_KMSG, NULL, 0,
	  "Write a line to the kernel's log when a test or subtest starts and ends", 0 },
	{ "traffic-monitor", 'm', "NAMES", 0,
	  "Accepted for scripts of BPF CI; no traffic is monitored", 0 },
	{ "log-limit", OPTION_LOG_LIMIT, "MIB", 0,
	  "Kill a test that writes more than MIB MiB of log (default 64, 0: no limit)", 0 },
	{ "repeat", 'r', "N", 0, "Run the tests N times, and print the number of failures of each",
	  0 },
	{ "until-fail", OPTION_UNTIL_FAIL, NULL, 0,
	  "Repeat until a test fails, at most N times with -r N", 0 },
	{ "debug", OPTION_DEBUG, NULL, 0, "Print how the runner starts, kills and reaps processes",
	  0 },
	{ "no-error-summary", OPTION_NO_ERROR_SUMMARY, NULL, 0,
	  "Do not print the logs of failed tests again at the end", 0 },
	{}
};

static const char doc[] =
	"Runs BPF selftests, each in a process of its own, and reports every selected test."
	/* "\v" puts this text behind the options. */
	"\vNAMES is a comma-separated list of TEST or TEST/SUBTEST. @FILE stands for a\n"
	"file with one of these on each line ('#' starts a comment). An option can be\n"
	"given several times, and the names add up. A denied test does not run.\n\n"
	"Exit status: 0 all passed or skipped, 1 a test failed, 2 nothing selected or a\n"
	"name matches nothing, 3 the runner could not start, 64 bad command line,\n"
	"128+N killed by signal N.";

static void parse_names(struct select_list *list, int key, const char *arg)
{
	const char option[] = { '-', (char)key, '\0' };

	if (select_list__add_names(list, option, arg, key == 'a' || key == 'd'))
		exit(STATUS_USAGE);
}

/* Parses @arg of option @option into @value. Ends the program if it is invalid. */
static void parse_number(const char *option, const char *arg, unsigned int min, unsigned int max,
			 unsigned int *value)
{
	if (!parse_uint(arg, min, max, value))
		return;
	fprintf(stderr, "test_progs: %s %s: wants a number from %u to %u\n", option, arg, min, max);
	exit(STATUS_USAGE);
}

static unsigned int online_processors(void)
{
	cpu_set_t mine;

	if (!sched_getaffinity(0, sizeof(mine), &mine))
		return (unsigned int)CPU_COUNT(&mine);
	return 1;
}

static void parse_verbosity(struct options *options, const char *arg)
{
	options->verbosity++;
	/* -vv arrives here as -v with argument "v". */
	for (; arg && *arg; arg++) {
		if (*arg != 'v') {
			fprintf(stderr, "test_progs: -v%s: wants -v, -vv or -vvv\n", arg);
			exit(STATUS_USAGE);
		}
		options->verbosity++;
	}
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 't':
	case 'a':
		parse_names(&options->selection.allow, key, arg);
		break;
	case 'b':
	case 'd':
		parse_names(&options->selection.deny, key, arg);
		break;
	case 'n':
		if (select_list__set_numbers(&options->selection.allow, arg))
			exit(STATUS_USAGE);
		break;
	case 'l':
		options->list = true;
		break;
	case 'c':
		options->count = true;
		break;
	case 'v':
		parse_verbosity(options, arg);
		break;
	case 's':
		options->verifier_stats = true;
		break;
	case 'j':
		options->jobs = online_processors();
		if (arg)
			parse_number("-j", arg, 1, MAX_JOBS, &options->jobs);
		break;
	case 'w':
		parse_number("-w", arg, 0, INT_MAX, &options->timeout_s);
		break;
	case 'J':
		options->json_path = arg;
		break;
	case 'r':
		parse_number("-r", arg, 1, UINT_MAX, &options->repeats);
		break;
	case OPTION_UNTIL_FAIL:
		options->until_fail = true;
		break;
	case 'm':
		options->monitor_traffic = true;
		break;
	case OPTION_LOG_LIMIT:
		parse_number("--log-limit", arg, 0, MAX_LOG_LIMIT_MIB, &options->log_limit_mib);
		break;
	case OPTION_KMSG:
		options->kmsg = true;
		break;
	case OPTION_DEBUG:
		options->debug = true;
		break;
	case OPTION_NO_ERROR_SUMMARY:
		options->no_error_summary = true;
		break;
	case ARGP_KEY_ARG:
		fprintf(stderr, "test_progs: %s: unexpected argument: name tests with -t or -a\n",
			arg);
		exit(STATUS_USAGE);
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

void options__parse(struct options *options, int argc, char **argv)
{
	static const struct argp argp = { argp_options, parse_option, NULL, doc, NULL, NULL, NULL };

	options->jobs = 1;
	options->timeout_s = DEFAULT_TIMEOUT_S;
	options->log_limit_mib = DEFAULT_LOG_LIMIT_MIB;
	argp_parse(&argp, argc, argv, 0, NULL, options);
	if (!options->repeats)
		options->repeats = options->until_fail ? UINT_MAX : 1;
}
