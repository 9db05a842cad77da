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
	"    Finds calls of exit(3) that run in a child made by fork(2), vfork(2) or clone(2) that has\n"
	"    not become another program. There exit() runs the exit handlers of the parent:\n"
	"    LeakSanitizer then changes the child's status, and buffers are written twice. err(3),\n"
	"    error(3) and a single thread's pthread_exit(3) call exit(), and are found too.\n"
	"\n"
	"    Reads C with libclang and follows calls, callbacks and values through all files that are\n"
	"    given, the headers that they include, and a C file beside such a header. Nothing needs to\n"
	"    be built. A directory stands for the *.c files below it, except BPF programs, which the\n"
	"    kernel runs.\n"
	"\n"
	"    Prints \"path:line:column: message [verdict]\" and the place of the fork below it:\n"
	"\n"
	"    child                   only children call it: use _exit()\n"
	"    child (exec failed)     the same, behind a failed exec\n"
	"    also run by the parent  the parent calls it too, or an unknown caller\n"
	"    needs fflush first      the child may have printed what _exit() would lose\n"
	"    child falls out         child and parent return from a function to the same caller\n"
	"    fork not reached        no known caller lets the function fork, but it has a fork()\n"
	"    WEXITSTATUS without WIFEXITED\n"
	"                            the status is used although a signal may have killed the child\n"
	"\n"
	"    Not reported: threads, the parent's own exit(), programs behind an exec that worked, a\n"
	"    child's return from main(), and handlers of signals that a child inherits. Output of a\n"
	"    header's macros, such as a test framework's assertions, does not make a child need\n"
	"    fflush().\n"
	"\n"
	"OPTIONS\n"
	"    --json           print one JSON object instead\n"
	"    --sarif          print SARIF 2.1.0, for code scanning, instead\n"
	"    --github         print workflow commands of GitHub Actions, which annotate a pull request,\n"
	"                     instead\n"
	"    --fix            rewrite what is \"child\" or \"child (exec failed)\" in place, and include\n"
	"                     <unistd.h> where it is missing; refuses a git work tree with changes\n"
	"    --fflush         lets --fix rewrite \"needs fflush first\" too, with fflush(NULL)\n"
	"    --allow-dirty    lets --fix go on in a git work tree with changes\n"
	"    --fork NAME      function NAME returns in the parent and in a new child, like fork()\n"
	"    --noreturn NAME  function NAME ends the process without exit handlers, like _exit()\n"
	"    -I DIRECTORY     look for headers in DIRECTORY\n"
	"    --help           print this text\n"
	"\n"
	"    clang gets what stands behind \"--\", such as -DNAME. The headers of a project are found in\n"
	"    the directories of its compile_commands.json (beside or above a file, or in build/ there),\n"
	"    those that its Makefiles, meson.build, CMakeLists.txt and pkg-config name, and in include/\n"
	"    and the like above the file.\n"
	"\n"
	"EXIT STATUS\n"
	"    0  all was understood, and nothing found, or all of it rewritten\n"
	"    1  all was understood, and something found\n"
	"    2  something could not be understood or looked at, and is named; or bad use\n";

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
