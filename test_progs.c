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
#include <sys/resource.h>
#include <unistd.h>

#include "cap_helpers.h"
#include "lib/exit_status.h"
#include "lib/xalloc.h"
#include "runner/annotate.h"
#include "runner/child.h"
#include "runner/guard.h"
#include "runner/json.h"
#include "runner/kmsg.h"
#include "runner/list.h"
#include "runner/log.h"
#include "runner/options.h"
#include "runner/output.h"
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
	/* Scripts that tests run read this variable. */
	if (options->verbosity)
		setenv("SELFTESTS_VERBOSE", "1", 1);
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

/* The places where results go. */
struct outputs {
	const struct plan *plan;
	struct report report;
	int spool; /* -1: logs are not kept */
	bool annotate;
};

static void print_grown(void *ctx, const struct planned_test *test, const struct result_page *page,
			const struct log_view *log)
{
	struct outputs *outputs = ctx;

	report__grown(&outputs->report, test, page, log);
}

static void print_result(void *ctx, struct planned_test *test, const struct log_view *log)
{
	struct outputs *outputs = ctx;

	report__test(&outputs->report, test, log);
	report__no_leak_check(&outputs->report, outputs->plan, test);
	if (outputs->annotate)
		annotate__test(outputs->report.out, test);
	if (outputs->spool >= 0 && log->fd >= 0 && test->result.verdict == VERDICT_FAIL)
		test->result.log = spool__add(outputs->spool, log);
}

/* Runs the selected tests once. Returns true if a test failed. */
static bool run_once(struct plan *plan, const struct options *options, struct outputs *outputs)
{
	struct sched_options sched = {
		.selection = &options->selection,
		.jobs = options->jobs,
		.timeout_s = options->timeout_s,
		.log_limit = (uint64_t)options->log_limit_mib << 20,
		.debug = options->debug,
		.err = outputs->report.err,
		.done = print_result,
		.grown = options->verbosity && options->jobs == 1 ? print_grown : NULL,
		.ctx = outputs,
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

/* Runs the selected tests as often as -r and --until-fail say. Returns true if a test failed. */
static bool run_all(struct plan *plan, const struct options *options, struct outputs *outputs)
{
	bool failed = false, more = true;

	for (unsigned int i = 1; more; i++) {
		plan__reset(plan);
		if (outputs->spool >= 0)
			spool__empty(outputs->spool);
		failed |= run_once(plan, options, outputs);
		more = i < options->repeats && !stop__requested() &&
		       !(failed && options->until_fail);
		if (!more && options->repeats > 1)
			report__repeats(&outputs->report, plan);
		report__summary(&outputs->report, plan);
	}
	return failed;
}

/* Writes the JSON to @fd, if it is open. */
static int write_json(const struct plan *plan, const struct options *options, int fd)
{
	FILE *json = fd < 0 ? NULL : output__open(fd);
	int err;

	if (!json)
		return 0;
	err = json__write(json, plan);
	fclose(json);
	if (!err)
		return 0;
	fprintf(stderr, "test_progs: %s: JSON cannot be written: %s\n", options->json_path,
		strerror(-err));
	return STATUS_NOT_SET_UP;
}

/* Returns true if all output was written, or the reader has gone: "| head -n 1" is no error. */
static bool output_is_fine(FILE *out)
{
	struct pollfd reader = { .fd = STDOUT_FILENO };

	if (!fflush(out) && !ferror(out))
		return true;
	return poll(&reader, 1, 0) == 1 && reader.revents & POLLERR;
}

static int report_lost_output(void)
{
	fprintf(stderr, "test_progs: stdout: results cannot be written: is the disk full?\n");
	return STATUS_NOT_SET_UP;
}

static void start_kmsg(void)
{
	int err = kmsg__init();

	if (err)
		fprintf(stderr,
			"test_progs: --kmsg: /dev/kmsg: cannot be opened: %s: run as root to have the kernel's log name tests\n",
			strerror(-err));
}

/*
 * Runs the selected tests and reports them, with JSON to @json unless it is -1. Returns the exit
 * status.
 */
static int run(struct plan *plan, const struct options *options, struct outputs *outputs, int json)
{
	int status = STATUS_PASSED, json_status;

	set_verbosity(options);
	if (options->monitor_traffic)
		fprintf(stderr, "test_progs: -m: no traffic is monitored\n");
	if (options->kmsg)
		start_kmsg();
	child__init();
	if (run_all(plan, options, outputs))
		status = STATUS_FAILED;
	else if (!stop__requested() && plan__report_unknown_subtests(plan, &options->selection))
		status = STATUS_NOT_DONE;
	json_status = write_json(plan, options, json);
	if (!output_is_fine(outputs->report.out))
		json_status = report_lost_output();
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

static int report_not_set_up(const char *what, int err)
{
	fprintf(stderr, "test_progs: %s: %s\n", what, strerror(-err));
	return STATUS_NOT_SET_UP;
}

/* Forks the runner. Continues in the child; the parent is the guard. Returns the exit status. */
static int become_runner(void)
{
	int err = guard__start();

	if (err)
		return report_not_set_up("runner: fork", err);
	err = stop__catch();
	return err ? report_not_set_up("signals: signalfd", err) : STATUS_PASSED;
}

/* Opens the places where results go, and runs. */
static int run_guarded(struct plan *plan, const struct options *options, int json)
{
	const char *actions = getenv("GITHUB_ACTIONS");
	struct outputs outputs = {
		.plan = plan,
		.report = {
			.verbose = options->verbosity,
			/* With -v the logs have been printed already. */
			.error_summary = !options->no_error_summary && !options->verbosity,
		},
		.spool = -1,
		.annotate = actions && !strcmp(actions, "true"),
	};
	int status = become_runner();

	if (status)
		return status;
	outputs.report.out = output__open(STDOUT_FILENO);
	outputs.report.err = output__open(STDERR_FILENO);
	if (!outputs.report.out || !outputs.report.err)
		return report_not_set_up("stdout", -ENOMEM);
	setvbuf(outputs.report.err, NULL, _IOLBF, 0);
	if (json >= 0 || outputs.report.error_summary) {
		outputs.spool = spool__new();
		if (outputs.spool < 0)
			return report_not_set_up("logs: memfd_create", outputs.spool);
	}
	status = run(plan, options, &outputs, json);
	fclose(outputs.report.out);
	fclose(outputs.report.err);
	return status;
}

static int open_and_run(struct plan *plan, const struct options *options)
{
	int json = -1;

	if (!may_run())
		return STATUS_NOT_SET_UP;
	if (options->json_path) {
		json = open(options->json_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
		if (json < 0) {
			fprintf(stderr,
				"test_progs: %s: cannot be written: %s: name another file with -J\n",
				options->json_path, strerror(errno));
			return STATUS_NOT_SET_UP;
		}
	}
	return run_guarded(plan, options, json);
}

static void ignore_result(void *ctx, struct planned_test *test, const struct log_view *log)
{
	(void)ctx;
	(void)test;
	(void)log;
}

/* Starts the selected tests, so that they announce their subtests. */
static int list_subtests(struct plan *plan, const struct options *options)
{
	struct sched_options sched = {
		.selection = &options->selection,
		.jobs = options->jobs,
		.timeout_s = options->timeout_s,
		.log_limit = (uint64_t)options->log_limit_mib << 20,
		.listing = true,
		.debug = options->debug,
		.err = stderr,
		.done = ignore_result,
	};
	int status = become_runner();

	if (status)
		return status;
	child__init();
	sched__run(plan, &sched);
	list__subtests(plan);
	if (stop__requested())
		return 128 + stop__requested();
	if (plan__report_unknown_subtests(plan, &options->selection))
		return STATUS_NOT_DONE;
	return STATUS_PASSED;
}

static int list(struct plan *plan, const struct options *options)
{
	int status = STATUS_PASSED;

	if (options->count)
		printf("%zu\n", plan__selected(plan));
	else if (options->verbosity)
		status = list_subtests(plan, options);
	else
		list__tests(plan);
	return output_is_fine(stdout) ? status : report_lost_output();
}

/* Limits of the user's shell on file size must not apply to the runner: a log is a file. */
static void lift_file_limit(void)
{
	struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };

	if (setrlimit(RLIMIT_FSIZE, &limit) && !getrlimit(RLIMIT_FSIZE, &limit)) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_FSIZE, &limit);
	}
	signal(SIGXFSZ, SIG_IGN);
}

/* Opens closed descriptors of stdio: other files would get their numbers and receive output. */
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
	lift_file_limit();
	/* An inherited SIG_IGN for SIGCHLD would reap tests before we see them. */
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
