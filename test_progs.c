// SPDX-License-Identifier: GPL-2.0
/*
 * test_progs: options -> selection -> schedule -> report -> exit status.
 */
#define _GNU_SOURCE
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cap_helpers.h"
#include "lib/exit_status.h"
#include "lib/xalloc.h"
#include "runner/annotate.h"
#include "runner/child.h"
#include "runner/json.h"
#include "runner/kmsg.h"
#include "runner/log.h"
#include "runner/options.h"
#include "runner/plan.h"
#include "runner/report.h"
#include "runner/sched.h"
#include "runner/stop.h"
#include "testing_helpers.h"

/* Statuses are in exit_status.h; a signal adds 128 + its number. */
const int xalloc_exit_status = STATUS_NOT_SET_UP;

static enum libbpf_print_level libbpf_level = LIBBPF_INFO;

static int print_libbpf(enum libbpf_print_level level, const char *fmt, va_list args)
{
	return level > libbpf_level ? 0 : vfprintf(stdout, fmt, args);
}

/* Applies -v and -s to libbpf and the verifier. */
static void set_verbosity(const struct options *options)
{
	if (options->verbosity >= 2)
		libbpf_level = LIBBPF_DEBUG;
	libbpf_set_print(print_libbpf);
	if (options->verbosity >= 3)
		extra_prog_load_log_flags = 2;
	else if (options->verbosity == 2)
		extra_prog_load_log_flags = 1;
	if (options->verifier_stats)
		extra_prog_load_log_flags |= 4;
}

static int list(const struct plan *plan, const struct options *options)
{
	if (options->count) {
		printf("%zu\n", plan__selected(plan));
		return STATUS_PASSED;
	}
	for (size_t i = 0; i < plan->count; i++)
		if (plan->tests[i].selected)
			puts(plan->tests[i].name);
	return STATUS_PASSED;
}

/* Handles each result as it arrives. */
struct output {
	const struct plan *plan;
	struct report_options report;
	bool annotate;
};

static void print_result(void *ctx, const struct planned_test *test)
{
	const struct output *output = ctx;

	report__test(&output->report, test);
	report__no_leak_check(output->plan, test);
	if (output->annotate)
		annotate__test(output->report.out, test);
}

/* Runs what is selected once. Returns whether a test failed. */
static bool run_once(struct plan *plan, const struct options *options, struct output *output)
{
	struct sched_options sched = {
		.selection = &options->selection,
		.jobs = options->jobs,
		.timeout_s = options->timeout_s,
		.debug = options->debug,
		.spool = output->report.spool,
		.done = print_result,
		.ctx = output,
	};
	bool failed = false;

	sched__run(plan, &sched);
	for (size_t i = 0; i < plan->count; i++) {
		struct planned_test *test = &plan->tests[i];
		bool test_failed = test->ran && test->result.verdict == VERDICT_FAIL;

		test->runs += test->ran;
		test->failures += test_failed;
		failed |= test_failed;
	}
	return failed;
}

/* Runs what is selected as often as asked for. Returns whether a test failed. */
static bool run_all(struct plan *plan, const struct options *options, struct output *output)
{
	bool failed = false, more = true;

	for (unsigned int i = 1; more; i++) {
		plan__reset(plan);
		log__empty(output->report.spool);
		failed |= run_once(plan, options, output);
		more = i < options->repeats && !stop__requested() &&
		       !(failed && options->until_fail);
		if (!more && options->repeats > 1)
			report__repeats(&output->report, plan);
		report__summary(&output->report, plan);
	}
	return failed;
}

static int write_json(const struct plan *plan, const struct options *options, int spool, FILE *json)
{
	int err = json__write(json, plan, spool);

	if (!err)
		return 0;
	fprintf(stderr, "test_progs: %s: JSON cannot be written: %s\n", options->json_path,
		strerror(-err));
	return STATUS_NOT_SET_UP;
}

/* Returns whether all output was written, or its reader went away ("| head -n 1" is no error). */
static bool stdout_is_fine(void)
{
	struct pollfd reader = { .fd = STDOUT_FILENO };

	if (!fflush(stdout) && !ferror(stdout))
		return true;
	return poll(&reader, 1, 0) == 1 && reader.revents & POLLERR;
}

static void start_kmsg(void)
{
	int err = kmsg__init();

	if (err)
		fprintf(stderr,
			"test_progs: --kmsg: /dev/kmsg: cannot be opened: %s: run as root to have the kernel's log name tests\n",
			strerror(-err));
}

/* Runs and reports what is selected. @json is where the JSON goes, or NULL. Returns exit status. */
static int run(struct plan *plan, const struct options *options, int spool, FILE *json)
{
	const char *actions = getenv("GITHUB_ACTIONS");
	struct output output = {
		.plan = plan,
		.report = {
			.verbose = options->verbosity,
			.error_summary = !options->no_error_summary,
			.spool = spool,
			.out = stdout,
		},
		.annotate = actions && !strcmp(actions, "true"),
	};
	int status = STATUS_PASSED, json_status = 0;

	set_verbosity(options);
	if (options->kmsg)
		start_kmsg();
	child__init();
	if (run_all(plan, options, &output))
		status = STATUS_FAILED;
	else if (!stop__requested() && plan__report_unknown_subtests(plan, &options->selection))
		status = STATUS_NOT_DONE;
	if (json)
		json_status = write_json(plan, options, spool, json);
	if (!stdout_is_fine()) {
		fprintf(stderr,
			"test_progs: stdout: results cannot be written: is the disk full?\n");
		json_status = STATUS_NOT_SET_UP;
	}
	if (stop__requested())
		return 128 + stop__requested();
	return status ?: json_status;
}

static bool may_run(void)
{
	__u64 caps = 0;

	cap_enable_effective(0, &caps);
	if (!test_defs_need_root || caps & (1ULL << CAP_SYS_ADMIN))
		return true;
	fprintf(stderr,
		"test_progs: these tests need root: use sudo, or 'make run_tests', which runs them in a virtual machine\n");
	return false;
}

static int open_and_run(struct plan *plan, const struct options *options)
{
	FILE *json = NULL;
	int spool, status;

	if (!may_run())
		return STATUS_NOT_SET_UP;
	spool = log__new("logs");
	if (spool < 0) {
		fprintf(stderr, "test_progs: logs: memfd_create: %s\n", strerror(-spool));
		return STATUS_NOT_SET_UP;
	}
	if (options->json_path) {
		json = fopen(options->json_path, "we");
		if (!json) {
			fprintf(stderr,
				"test_progs: %s: cannot be written: %s: name another file with -J\n",
				options->json_path, strerror(errno));
			close(spool);
			return STATUS_NOT_SET_UP;
		}
	}
	status = run(plan, options, spool, json);
	if (json)
		fclose(json);
	close(spool);
	return status;
}

/* Without this, files opened later would take the numbers of closed stdio, and get its output. */
static void open_stdio(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	struct options options = {};
	struct plan plan;
	int status;

	open_stdio();
	status = stop__catch();
	if (status) {
		fprintf(stderr, "test_progs: signals: signalfd: %s\n", strerror(-status));
		return STATUS_NOT_SET_UP;
	}
	/* Inherited otherwise, the ends of tests would go unnoticed. */
	signal(SIGCHLD, SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	options__parse(&options, argc, argv);
	if (plan__init(&plan, &options.selection))
		status = STATUS_NOT_SET_UP;
	else if (plan__report_unknown_tests(&plan, &options.selection))
		status = STATUS_NOT_DONE;
	else if (options.list || options.count)
		status = list(&plan, &options);
	else
		status = open_and_run(&plan, &options);
	plan__destroy(&plan);
	selection__destroy(&options.selection);
	return status;
}
