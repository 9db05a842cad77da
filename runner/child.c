// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
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

/* The test that this process or an ancestor runs, or NULL. */
static const struct child_job *job;
/* Static, as pthread_exit() frees the stack before exit handlers run. */
static struct child_job current;
/* Identifies the log, as a test may close its descriptors and open others. */
static struct stat log_file;
/* The subtest that was open at the fork, or that this process opened; or NULL. */
static struct subtest_record *subtest;
static pid_t test_pid;

/* Returns a descriptor of the log, or -1. A test may close and reuse any descriptor. */
static int own_log(void)
{
	const int places[] = { LOG_FD, STDOUT_FILENO, STDERR_FILENO };
	struct stat st;

	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (!fstat(places[i], &st) && st.st_dev == log_file.st_dev &&
		    st.st_ino == log_file.st_ino)
			return places[i];
	return -1;
}

/* Returns the size of the log so far. */
static uint64_t log_size(void)
{
	static uint64_t last;
	int log = own_log();

	if (log >= 0)
		last = log__size(log);
	return last;
}

/*
 * Flushes the stream that the runner and assertions print to. fflush(NULL) could block: another
 * thread of the test may hold the lock of a stream that it reads from.
 */
static void flush_own(void)
{
	fflush(stdout);
}

/*
 * Writes a line of the runner to the log. If the test has closed the log, the page keeps the line.
 */
static void __attribute__((format(printf, 1, 2))) say(const char *fmt, ...)
{
	int log = own_log();
	char line[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	if (log >= 0)
		log__printf(log, "%s", line);
	else if (!job->page->unlogged[0])
		result_page__set_text(job->page->unlogged, sizeof(job->page->unlogged), line);
}

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
	flush_own();
	if (subtest) {
		subtest->skipped = 1;
		subtest->skipped_at = log_size();
	} else {
		job->page->skipped = 1;
		job->page->skipped_at = log_size();
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
	flush_own();
	subtest->log_end = log_size();
	subtest->end_ns = get_time_ns();
	kmsg__end(job->test->name, subtest->name, subtest_record__verdict(subtest));
	subtest = NULL;
}

/*
 * Returns true if the subtest's name is new; rarely false for a new name. A test that starts the
 * same subtest again and again makes no progress, so this does not re-arm the watchdog.
 */
static bool is_new(const char *name)
{
	static uint8_t seen[1 << 17];
	uint32_t hash = 2166136261, bit;
	bool new;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619;
	bit = hash % (8 * sizeof(seen));
	new = !(seen[bit / 8] & 1 << bit % 8);
	seen[bit / 8] |= (uint8_t)(1 << bit % 8);
	return new;
}

/* Returns true if the user selected the subtest by @name or by its description (may be NULL). */
static bool is_wanted(uint32_t number, const char *name, const char *desc, bool member)
{
	const struct selection *selection = job->selection;
	const struct planned_test *test = job->test;

	if (selection__denies_subtest(selection, test->number, test->name, number, name) ||
	    (desc && selection__denies_subtest(selection, test->number, test->name, number, desc)))
		return false;
	return member ||
	       selection__wants_subtest(selection, test->number, test->name, number, name) ||
	       (desc &&
		selection__wants_subtest(selection, test->number, test->name, number, desc));
}

static bool start_subtest(const char *name, const char *desc, bool member)
{
	static const struct test_site start_site = { "test__start_subtest", __FILE__, __LINE__ };
	uint32_t number;

	test__end_subtest();
	number = ++job->page->announced;
	if (!name || !*name) {
		test__assert(false, &start_site, "name", "subtest %u has no name", number);
		return false;
	}
	if (!is_wanted(number, name, desc, member))
		return false;
	flush_own();
	subtest = result_page__add(job->page, number, name, desc, log_size());
	if (!subtest)
		return false;
	if (is_new(name))
		job->page->armed_ns = get_time_ns();
	if (job->listing) {
		subtest = NULL;
		return false;
	}
	kmsg__start(job->test->name, name);
	return true;
}

bool test__start_subtest(const char *name)
{
	return start_subtest(name, NULL, false);
}

bool test__start_subtest_with_desc(const char *name, const char *desc)
{
	return start_subtest(name, desc, false);
}

bool child__start_member_subtest(const char *name, const char *desc)
{
	return start_subtest(name, desc, true);
}

bool child__in_subtest(void)
{
	return subtest;
}

/* Also fails the open subtest, so that its log is printed. The page has a counter for @reason. */
static void fail_subtest(const char *reason)
{
	count_failure();
	if (subtest)
		result_page__keep_failure(job->page, subtest, "", 0, reason);
}

/* Exit handler of a test's process and of every process forked from it. */
static void on_exit_call(int status, void *unused)
{
	const char *who;

	(void)unused;
	if (!job)
		return;
	flush_own();
	if (getpid() == test_pid) {
		job->page->exited = 1;
		/* The test could not free its memory, so this is no leak. */
		leak__disown();
	} else {
		job->page->exit_calls++;
	}
	if (getpid() == test_pid && job->page->thread_exited)
		return;
	who = getpid() == test_pid ? "the test" : "a child of the test";
	say("test_progs: %s: %s called exit(%d) (process %d): use _exit(), which runs no exit handlers and flushes nothing twice; 'make exitcheck' finds the call\n",
	    job->test->name, who, status, getpid());
	fail_subtest("called exit(), in the test or a child of it: use _exit()");
}

/* Ends a child that would continue with the parent's code. */
static void __attribute__((noreturn)) end_returned_child(void)
{
	flush_own();
	say("test_progs: %s: a child of the test returned from the test's function (process %d): end it with _exit()\n",
	    job->test->name, getpid());
	job->page->returned_children++;
	fail_subtest("a child of the test returned from its function: end it with _exit()");
	_exit(1);
}

/* Runs if the test's main thread calls pthread_exit(). The process ends with its last thread. */
static void on_thread_exit(void *unused)
{
	(void)unused;
	if (getpid() != test_pid)
		return;
	job->page->thread_exited = 1;
	say("test_progs: %s: the test called pthread_exit(): return from the test's function\n",
	    job->test->name);
}

void child__init(void)
{
	leak__settle();
	sanitizer__init();
	crash__init();
	/* Text that is buffered at a fork would be written twice. */
	pthread_atfork(flush_own, NULL, NULL);
	on_exit(on_exit_call, NULL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
}

/* Leaves open stdin (empty), and the log as stdout, as stderr, and as LOG_FD for the runner. */
static void set_descriptors(struct child_job *mine)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (null >= 0)
		dup2(null, STDIN_FILENO);
	log__capture(mine->log);
	if (mine->log != LOG_FD)
		dup3(mine->log, LOG_FD, O_CLOEXEC);
	mine->log = LOG_FD;
	fstat(LOG_FD, &log_file);
	close_range(LOG_FD + 1, ~0U, 0);
}

static void enter(struct result_page *page, enum page_phase phase)
{
	page->armed_ns = get_time_ns();
	page->phase = phase;
}

/* Looks for leaks if the user wants that and LeakSanitizer can work. */
static void look_for_leaks(const struct child_job *mine)
{
	struct result_page *page = mine->page;
	const char *obstacle;

	if (mine->listing || !leak__wanted())
		return;
	enter(page, PHASE_TRIAL);
	obstacle = leak__obstacle();
	if (obstacle) {
		result_page__set_text(page->no_leak_check, sizeof(page->no_leak_check), obstacle);
		say("test_progs: %s: leaks are not looked for: %s\n", mine->test->name, obstacle);
		return;
	}
	enter(page, PHASE_LEAKS);
	if (leak__found())
		page->leaked = 1;
}

/* If memory runs out, the kernel kills this process before others. */
static void be_first_to_go(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)!write(fd, "1000", 4);
	close(fd);
}

static void __attribute__((noreturn)) run(const struct child_job *start, pid_t main_pid)
{
	struct result_page *page = start->page;
	struct child_job *mine = &current;
	pthread_key_t key;

	current = *start;
	test_pid = getpid();
	leak__own();
	setpgid(0, 0);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != main_pid)
		_exit(1);
	set_descriptors(mine);
	be_first_to_go();
	/*
	 * SIGXFSZ stays ignored: a test that limits its file size must not be killed for its log.
	 */
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, stop__mask_before(), NULL);

	job = mine;
	if (!pthread_key_create(&key, on_thread_exit))
		pthread_setspecific(key, mine);
	sanitizer__report_to(page);
	crash__report_to(page);
	kmsg__start(mine->test->name, NULL);
	page->phase = PHASE_RUNNING;
	mine->test->run();
	if (getpid() != test_pid)
		end_returned_child();
	test__end_subtest();
	flush_own();
	page->phase = PHASE_RETURNED;
	look_for_leaks(mine);
	page->phase = PHASE_DONE;
	_exit(0);
}

pid_t child__start(const struct child_job *start)
{
	pid_t main_pid = getpid();
	pid_t pid = fork();

	if (!pid)
		run(start, main_pid);
	/* Keep the page out of tests forked later, which could corrupt it. */
	result_page__hide(start->page);
	if (pid < 0)
		return -errno;
	setpgid(pid, pid);
	return pid;
}
