// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "../lib/exit_status.h"
#include "../lib/xalloc.h"
#include "calls.h"
#include "options.h"

static const char help[] =
	"NAME\n"
	"    exitcheck - find exit() in forked children\n"
	"\n"
	"SYNOPSIS\n"
	"    exitcheck [OPTION]... FILE|DIRECTORY... [-- CLANG-ARGUMENT...]\n"
	"\n"
	"DESCRIPTION\n"
	"    Finds calls of exit(3) in forked children: after fork(2), vfork(2) or clone(2), and before\n"
	"    a successful exec. There exit() runs the exit handlers of the parent. LeakSanitizer then\n"
	"    changes the child's status, and stdio writes buffers twice. Also finds err(3), error(3) and\n"
	"    pthread_exit(3) of the only thread, as these call exit().\n"
	"\n"
	"    Reads C with libclang. Follows calls, callbacks and values through all given files, the\n"
	"    headers that they include, and a C file beside such a header. You need not build the\n"
	"    project. A directory stands for the *.c files below it, except BPF programs.\n"
	"\n"
	"    Prints \"path:line:column: message [verdict]\", followed by the place of the fork:\n"
	"\n"
	"    child                   only children call it: use _exit()\n"
	"    child (exec failed)     the same, after a failed exec\n"
	"    also run by the parent  the parent or an unknown caller calls it too\n"
	"    needs fflush first      the child may have printed text that _exit() would lose\n"
	"    child returns from main\n"
	"                            this runs exit handlers, as exit() does\n"
	"    child falls out         child and parent return from a function to the same caller\n"
	"    fork not reached        the function has a fork(), but no known caller reaches it\n"
	"    WEXITSTATUS without WIFEXITED\n"
	"                            the program uses the status although a signal may have killed the\n"
	"                            child\n"
	"\n"
	"    Does not report threads, the parent's own exit(), programs after a successful exec, and\n"
	"    signal handlers that a child inherits. Ignores the output of a header's macros, such as a\n"
	"    test framework's assertions, when it decides if a child needs fflush().\n"
	"\n"
	"OPTIONS\n"
	"    --json           print one JSON object instead of text\n"
	"    --sarif          print SARIF 2.1.0, for code scanning\n"
	"    --github         print workflow commands of GitHub Actions, which annotate a pull request\n"
	"    --fix            rewrite findings with verdict \"child\" or \"child (exec failed)\" in place;\n"
	"                     include <unistd.h> if it is missing; refuse a git work tree with changes\n"
	"    --fflush         make --fix also rewrite \"needs fflush first\", with fflush(NULL)\n"
	"    --allow-dirty    make --fix accept a git work tree with changes\n"
	"    --fork NAME      function NAME returns in the parent and in a new child, like fork()\n"
	"    --noreturn NAME  function NAME ends the process without exit handlers, like _exit()\n"
	"    -I DIRECTORY     look for headers in DIRECTORY\n"
	"    --help           print this text\n"
	"\n"
	"    clang gets the arguments after \"--\", such as -DNAME. exitcheck looks for a project's\n"
	"    headers in the directories that its compile_commands.json names (beside or above a file,\n"
	"    or in build/ there). It also looks in the directories that Makefiles, meson.build,\n"
	"    CMakeLists.txt and pkg-config name, and in include/ and similar directories above the file.\n"
	"    It defines the macros that Makefiles give to all of their programs.\n"
	"\n"
	"EXIT STATUS\n"
	"    0  exitcheck understood every file, and found nothing or rewrote every finding\n"
	"    1  exitcheck understood every file, and found something\n"
	"    2  exitcheck did not understand or could not read a file, and names it; or bad use\n";

static int bad_use(const char *subject, const char *what)
{
	fprintf(stderr, "exitcheck: %s: %s: see exitcheck --help\n", subject, what);
	return STATUS_NOT_DONE;
}

static int print_help(void)
{
	fputs(help, stdout);
	return fflush(stdout) ? STATUS_NOT_DONE : STATUS_PASSED;
}

/* Returns a negative number, or the exit status to end with. */
static int apply(struct options *options, int option)
{
	switch (option) {
	case 'j':
		options->format = FORMAT_JSON;
		return -1;
	case 's':
		options->format = FORMAT_SARIF;
		return -1;
	case 'g':
		options->format = FORMAT_GITHUB;
		return -1;
	case 'f':
		options->fix = true;
		return -1;
	case 'l':
		options->adds_fflush = true;
		return -1;
	case 'd':
		options->allow_dirty = true;
		return -1;
	case 'F':
		calls__add_rule(optarg, EFFECT_FORK);
		return -1;
	case 'n':
		calls__add_rule(optarg, EFFECT_END);
		return -1;
	case 'I':
		arguments__add(&options->clang, xasprintf("-I%s", optarg));
		return -1;
	default:
		return print_help();
	}
}

static int parse(struct options *options, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "sarif", no_argument, NULL, 's' },
		{ "github", no_argument, NULL, 'g' },
		{ "fix", no_argument, NULL, 'f' },
		{ "fflush", no_argument, NULL, 'l' },
		{ "allow-dirty", no_argument, NULL, 'd' },
		{ "fork", required_argument, NULL, 'F' },
		{ "noreturn", required_argument, NULL, 'n' },
		{ "help", no_argument, NULL, 'h' },
		{},
	};
	int option, status = -1;

	opterr = 0;
	while (status < 0 && (option = getopt_long(argc, argv, ":hI:", longs, NULL)) >= 0) {
		if (option == '?')
			return bad_use(argv[optind - 1], "no such option");
		if (option == ':')
			return bad_use(argv[optind - 1], "needs a value");
		status = apply(options, option);
	}
	return status;
}

int options__parse(struct options *options, int argc, char **argv)
{
	int end = argc, status;

	for (int i = 1; i < argc && end == argc; i++)
		if (!strcmp(argv[i], "--"))
			end = i;
	status = parse(options, end, argv);
	if (status >= 0)
		return status;
	for (int i = end + 1; i < argc; i++)
		arguments__add(&options->clang, argv[i]);
	options->paths = argv + optind;
	options->path_count = end - optind;
	if (!options->path_count)
		return bad_use("FILE|DIRECTORY", "none given");
	if (options->adds_fflush && !options->fix)
		return bad_use("--fflush", "is for --fix");
	return -1;
}
