// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "crash.h"
#include "kmsg.h"
#include "leak.h"
#include "log.h"
#include "sanitizer.h"
#include "stop.h"
#include "test_progs.h"
#include "testing_helpers.h"

/* Where descriptors that a test did not ask for end: stdio and the log. */
#define LOG_FD 3

/* The test that this process, or the one it was forked from, runs. */
static const struct child_job *job;
/* The subtest that was open when this process was forked or that it opened; or NULL. */
static struct subtest_record *subtest;
static pid_t test_pid;

/* Counts a failure of the open subtest, or else of the test. */
static void count_failure(void)
{
	if (subtest)
		subtest->errors++;
	else if (job)
		job->page->errors++;
}

void child__fail(const struct test_site *site, const char *text)
{
	count_failure();
	if (job)
		result_page__keep_failure(job->page, subtest, site->file, site->line, text);
}

void test__fail(void)
{
	count_failure();
}

void test__skip(void)
{
	if (!job)
		return;
	fflush(stdout);
	if (subtest) {
		subtest->skipped = 1;
		subtest->skipped_at = log__size(job->log);
	} else {
		job->page->skipped = 1;
		job->page->skipped_at = log__size(job->log);
	}
}

void test__force_log(void)
{
	if (job)
		job->page->force_log = 1;
}

void test__end_subtest(void)
{
	if (!subtest)
		return;
	fflush(NULL);
	subtest->log_end = log__size(job->log);
	subtest->end_ns = get_time_ns();
	kmsg__end(job->test->name, subtest->name, subtest_record__verdict(subtest));
	subtest = NULL;
}

static bool start_subtest(const char *name, bool member)
{
	static const struct test_site start_site = { "test__start_subtest", __FILE__, __LINE__ };
	const struct planned_test *test = job->test;
	uint32_t number;
	bool wanted;

	test__end_subtest();
	number = ++job->page->announced;
	if (!name || !*name) {
		test__assert(false, &start_site, "name", "subtest %u has no name", number);
		return false;
	}
	wanted = member ? !selection__denies_subtest(job->selection, test->number, test->name,
						     number, name) :
			  selection__wants_subtest(job->selection, test->number, test->name, number,
						   name);
	if (!wanted)
		return false;
	fflush(NULL);
	subtest = result_page__add(job->page, number, name, log__size(job->log));
	job->page->armed_ns = get_time_ns();
	if (subtest)
		kmsg__start(test->name, name);
	return subtest;
}

bool test__start_subtest(const char *name)
{
	return start_subtest(name, false);
}

bool child__start_member_subtest(const char *name)
{
	return start_subtest(name, true);
}

bool child__in_subtest(void)
{
	return subtest;
}

/* Fails the open subtest too, so that its log is shown. The page has a counter for @reason. */
static void fail_subtest(const char *reason)
{
	count_failure();
	if (subtest)
		result_page__keep_failure(job->page, subtest, "", 0, reason);
}

/* Runs when something calls exit() in a test's process or in one forked from it. */
static void on_exit_call(int status, void *unused)
{
	const char *who;

	(void)unused;
	if (!job)
		return;
	fflush(NULL);
	if (getpid() == test_pid)
		job->page->exited = 1;
	else
		job->page->exit_calls++;
	who = getpid() == test_pid ? "the test" : "a child of the test";
	log__printf(job->log,
		    "test_progs: %s: %s called exit(%d) (process %d): use _exit(), which runs no exit handlers and flushes nothing twice; 'make exitcheck' finds the call\n",
		    job->test->name, who, status, getpid());
	fail_subtest("called exit(), in the test or a child of it: use _exit()");
}

/* Ends a child that would go on with what is its parent's. */
static void __attribute__((noreturn)) end_returned_child(void)
{
	fflush(NULL);
	log__printf(job->log,
		    "test_progs: %s: a child of the test returned from the test's function (process %d): end it with _exit()\n",
		    job->test->name, getpid());
	job->page->returned_children++;
	fail_subtest("a child of the test returned from its function: end it with _exit()");
	_exit(1);
}

static void flush_all(void)
{
	fflush(NULL);
}

void child__init(void)
{
	leak__settle();
	sanitizer__init();
	crash__init();
	/* What is buffered at a fork would be written twice. */
	pthread_atfork(flush_all, NULL, NULL);
	on_exit(on_exit_call, NULL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
}

/* Leaves open stdin (empty) and the log: as stdout, as stderr, and as LOG_FD for the runner. */
static void set_descriptors(struct child_job *mine)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (null >= 0)
		dup2(null, STDIN_FILENO);
	log__capture(mine->log);
	if (mine->log != LOG_FD)
		dup3(mine->log, LOG_FD, O_CLOEXEC);
	mine->log = LOG_FD;
	close_range(LOG_FD + 1, ~0U, 0);
}

static void enter(struct result_page *page, enum page_phase phase)
{
	page->armed_ns = get_time_ns();
	page->phase = phase;
}

/* Looks for leaks, where the user wants that and LeakSanitizer can. */
static void look_for_leaks(struct child_job *mine)
{
	struct result_page *page = mine->page;
	const char *obstacle;

	if (!leak__wanted())
		return;
	enter(page, PHASE_TRIAL);
	obstacle = leak__obstacle();
	if (obstacle) {
		result_page__set_text(page->no_leak_check, sizeof(page->no_leak_check), obstacle);
		log__printf(mine->log, "test_progs: %s: leaks are not looked for: %s\n",
			    mine->test->name, obstacle);
		return;
	}
	enter(page, PHASE_LEAKS);
	if (leak__found())
		page->leaked = 1;
}

static void __attribute__((noreturn)) run(struct child_job *mine, pid_t main_pid)
{
	struct result_page *page = mine->page;

	test_pid = getpid();
	leak__own();
	setpgid(0, 0);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != main_pid)
		_exit(1);
	set_descriptors(mine);
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, stop__mask_before(), NULL);

	job = mine;
	sanitizer__report_to(page);
	kmsg__start(mine->test->name, NULL);
	page->phase = PHASE_RUNNING;
	mine->test->run();
	if (getpid() != test_pid)
		end_returned_child();
	test__end_subtest();
	fflush(NULL);
	page->phase = PHASE_RETURNED;
	look_for_leaks(mine);
	page->phase = PHASE_DONE;
	_exit(0);
}

pid_t child__start(const struct child_job *start)
{
	struct child_job mine = *start;
	pid_t main_pid = getpid();
	pid_t pid = fork();

	if (!pid)
		run(&mine, main_pid);
	/* The tests that start while this one runs are not to have it within their reach. */
	result_page__hide(mine.page);
	if (pid < 0)
		return -errno;
	setpgid(pid, pid);
	return pid;
}
