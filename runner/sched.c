// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "kmsg.h"
#include "leftover.h"
#include "log.h"
#include "sched.h"
#include "stop.h"
#include "testing_helpers.h"
#include "../lib/xalloc.h"

#define NSEC_PER_SEC 1000000000ULL
#define NOTICE_NS (10 * NSEC_PER_SEC)
/* From the SIGABRT that asks for a stack trace to the SIGKILL. */
#define GRACE_NS (2 * NSEC_PER_SEC)
/* For a trial of LeakSanitizer, which takes milliseconds unless it hangs (see trial.h). */
#define TRIAL_NS (5 * NSEC_PER_SEC)
#define NEVER UINT64_MAX

/* A running test. */
struct slot {
	struct planned_test *test; /* NULL: free */
	struct result_page *page;
	int log;
	pid_t pid;
	int pidfd;
	uint64_t start_ns;
	uint64_t noticed_ns; /* the arming of the watchdog that had its notice */
	uint64_t aborted_ns; /* when it was told to abort; 0: not */
	uint64_t killed_ns;  /* when it was killed; 0: not */
};

struct sched {
	const struct sched_options *options;
	struct slot *slots; /* options->jobs of them */
	unsigned int running;
	int interrupted;   /* the signal, or 0 */
	pid_t *unkillable; /* processes that were given up */
	size_t unkillable_count;
};

static void debug(const struct sched *sched, const struct slot *slot, const char *what)
{
	if (sched->options->debug)
		fprintf(stderr, "test_progs: %s: %s (process %d, %u running)\n", slot->test->name,
			what, slot->pid, sched->running);
}

static const struct slot free_slot = { .log = -1, .pidfd = -1 };

static void slot__clear(struct slot *slot)
{
	result_page__free(slot->page);
	if (slot->log >= 0)
		close(slot->log);
	if (slot->pidfd >= 0)
		close(slot->pidfd);
	*slot = free_slot;
}

/* Starts @test in the free @slot. Returns 0, or -errno with the slot free again. */
static int slot__start(struct slot *slot, struct sched *sched, struct planned_test *test)
{
	struct child_job job = {
		.test = test,
		.selection = sched->options->selection,
	};
	int reserved, err;

	slot->page = result_page__new();
	if (!slot->page)
		return -errno;
	slot->log = log__new(test->name);
	if (slot->log < 0) {
		err = slot->log;
		goto fail;
	}
	job.page = slot->page;
	job.log = slot->log;
	slot->start_ns = get_time_ns();
	slot->page->armed_ns = slot->start_ns;
	/* The test must not start and then have no descriptor left to be watched by. */
	reserved = dup(slot->log);
	slot->pid = reserved < 0 ? -errno : child__start(&job);
	if (reserved >= 0)
		close(reserved);
	if (slot->pid < 0) {
		err = slot->pid;
		goto fail;
	}
	slot->pidfd = pidfd_open(slot->pid, 0);
	if (slot->pidfd < 0) {
		err = -errno;
		kill(slot->pid, SIGKILL);
		waitpid(slot->pid, NULL, 0);
		goto fail;
	}
	slot->test = test;
	return 0;
fail:
	slot__clear(slot);
	return err;
}

/* Ends @test in the kernel's log, and the subtests that it did not live to end. */
static void end_in_kernel_log(const struct planned_test *test)
{
	const struct test_result *result = &test->result;

	for (size_t i = 0; i < result->subtest_count; i++)
		if (result->subtests[i].cut_short)
			kmsg__end(test->name, result->subtests[i].name,
				  result->subtests[i].verdict);
	kmsg__end(test->name, NULL, result->verdict);
}

/* Gives @test, which could not be started, its result. */
static void could_not_start(struct sched *sched, struct planned_test *test, int err)
{
	test->ran = true;
	test->result.verdict = VERDICT_FAIL;
	test->result.untimely = true;
	test->result.reason = xasprintf("could not be started: %s", strerror(-err));
	sched->options->done(sched->options->ctx, test);
}

/*
 * Starts @test. Returns false when there was no room for it now but will be once a running one has
 * ended.
 */
static bool start(struct sched *sched, struct planned_test *test)
{
	struct slot *slot = sched->slots;
	int err;

	while (slot->test)
		slot++;
	err = slot__start(slot, sched, test);
	if (slot->test) {
		sched->running++;
		debug(sched, slot, "started");
		return true;
	}
	if (sched->running)
		return false;
	could_not_start(sched, test, err);
	return true;
}

/* Ends what the ended process of @slot has left. Not reaped yet, it still has its number. */
static void clean_up(struct sched *sched, struct slot *slot, struct ending *ending)
{
	unsigned int jobs = sched->options->jobs, outlived;
	struct leftover_test tests[jobs];
	const char *name = slot->test->name;

	for (unsigned int i = 0; i < jobs; i++)
		tests[i] = (struct leftover_test){ sched->slots[i].pid, sched->slots[i].log };
	if (!leftover__reap(&tests[slot - sched->slots], tests, jobs, sched->unkillable,
			    sched->unkillable_count, &outlived))
		log__printf(slot->log, "test_progs: %s: a process of the test cannot be ended\n",
			    name);
	if (outlived)
		log__printf(slot->log,
			    "test_progs: %s: %u process%s outlived the test and had to be ended\n",
			    name, outlived, outlived == 1 ? "" : "es");
	/* Where /proc did not show them. */
	kill(-slot->pid, SIGKILL);
	waitpid(slot->pid, &ending->status, 0);
}

/* Forgets the process of @slot, which does not die. */
static void give_up(struct sched *sched, struct slot *slot)
{
	sched->unkillable = xrealloc(sched->unkillable, sched->unkillable_count + 1,
				     sizeof(*sched->unkillable));
	sched->unkillable[sched->unkillable_count++] = slot->pid;
}

/* Takes the result of @slot, whose process has ended, or, @unkillable, never will. */
static void finish(struct sched *sched, struct slot *slot, bool unkillable)
{
	struct planned_test *test = slot->test;
	struct ending ending = {
		.timed_out = slot->aborted_ns,
		.timeout_s = sched->options->timeout_s,
		.unkillable = unkillable,
	};

	debug(sched, slot, unkillable ? "given up" : "ended");
	if (unkillable)
		give_up(sched, slot);
	else
		clean_up(sched, slot, &ending);
	if (slot->killed_ns || WIFSIGNALED(ending.status))
		ending.interrupted = sched->interrupted;
	test->result.duration_ns = get_time_ns() - slot->start_ns;
	result__harvest(&test->result, slot->page, slot->log, &ending);
	test->result.log = log__spool(slot->log, sched->options->spool);
	test->ran = true;
	end_in_kernel_log(test);
	slot__clear(slot);
	sched->running--;
	sched->options->done(sched->options->ctx, test);
}

static void give_notice(const struct slot *slot)
{
	const char *subtest = result_page__open_subtest(slot->page);

	fprintf(stderr, "test_progs: %s%s%s: still running after %llu s\n", slot->test->name,
		subtest ? "/" : "", subtest ?: "", NOTICE_NS / NSEC_PER_SEC);
}

static void kill_group(struct slot *slot, uint64_t now)
{
	kill(-slot->pid, SIGKILL);
	slot->killed_ns = now;
}

/* The watchdog's last two steps for @slot, which was told to abort, or killed. See watch(). */
static uint64_t watch_ending(struct sched *sched, struct slot *slot, uint64_t now)
{
	uint64_t patience = (slot->killed_ns ?: slot->aborted_ns) + GRACE_NS;

	if (now < patience)
		return patience;
	if (slot->killed_ns) {
		finish(sched, slot, true);
		return now;
	}
	debug(sched, slot, "did not abort, killing it");
	kill_group(slot, now);
	return now + GRACE_NS;
}

/*
 * Does what the watchdog has to do for @slot at time @now. Returns when it wants to look again.
 */
static uint64_t watch(struct sched *sched, struct slot *slot, uint64_t now)
{
	uint64_t armed = slot->page->armed_ns;
	uint64_t limit = armed + sched->options->timeout_s * NSEC_PER_SEC;

	if (slot->aborted_ns || slot->killed_ns)
		return watch_ending(sched, slot, now);
	if (slot->page->phase == PHASE_TRIAL)
		limit = armed + TRIAL_NS;
	else if (!sched->options->timeout_s)
		return now + TRIAL_NS;
	if (now >= limit) {
		debug(sched, slot, "timed out, aborting it");
		kill(slot->pid, SIGABRT);
		slot->aborted_ns = now;
		return now + GRACE_NS;
	}
	if (slot->noticed_ns != armed && now >= armed + NOTICE_NS) {
		give_notice(slot);
		slot->noticed_ns = armed;
	}
	if (slot->noticed_ns != armed && armed + NOTICE_NS < limit)
		return armed + NOTICE_NS;
	return limit;
}

/* Ends all running tests because of signal @signo. */
static void interrupt(struct sched *sched, int signo)
{
	sched->interrupted = signo;
	for (unsigned int i = 0; i < sched->options->jobs; i++) {
		if (sched->slots[i].test)
			kill_group(&sched->slots[i], get_time_ns());
	}
}

/* Has the watchdog look at all running tests. Returns when it wants to look again. */
static uint64_t watch_all(struct sched *sched, uint64_t now)
{
	uint64_t wake = NEVER;

	for (unsigned int i = 0; i < sched->options->jobs; i++) {
		uint64_t look = sched->slots[i].test ? watch(sched, &sched->slots[i], now) : NEVER;

		if (look < wake)
			wake = look;
	}
	return wake;
}

/* Waits until something happens, and sees to it. */
static void wait_and_handle(struct sched *sched)
{
	uint64_t now = get_time_ns(), wake = watch_all(sched, now);
	/* Only of running tests: more than may be open are not to be waited for. */
	struct slot *waited_for[sched->running + 1];
	struct pollfd fds[sched->running + 1];
	unsigned int count = 0;
	struct timespec wait = {
		.tv_sec = (time_t)((wake - now) / NSEC_PER_SEC),
		.tv_nsec = (long)((wake - now) % NSEC_PER_SEC),
	};

	for (unsigned int i = 0; i < sched->options->jobs; i++) {
		if (!sched->slots[i].test)
			continue;
		waited_for[count] = &sched->slots[i];
		fds[count++] = (struct pollfd){ .fd = sched->slots[i].pidfd, .events = POLLIN };
	}
	fds[count] = (struct pollfd){ .fd = stop__fd(), .events = POLLIN };
	if (ppoll(fds, count + 1, wake == NEVER ? NULL : &wait, NULL) <= 0)
		return;

	if (fds[count].revents && stop__requested())
		interrupt(sched, stop__requested());
	for (unsigned int i = 0; i < count; i++)
		if (fds[i].revents)
			finish(sched, waited_for[i], false);
}

/* Runs those tests of @plan that @belongs picks, at most @width at a time. */
static void run_some(struct sched *sched, struct plan *plan, unsigned int width,
		     bool (*belongs)(const struct planned_test *test))
{
	size_t next = 0;

	while (next < plan->count || sched->running) {
		struct planned_test *test = next < plan->count ? &plan->tests[next] : NULL;

		if (test && (sched->interrupted || !test->selected || !belongs(test)))
			next++;
		else if (test && sched->running < width && start(sched, test))
			next++;
		else
			wait_and_handle(sched);
	}
}

static bool any(const struct planned_test *test)
{
	return test;
}

static bool parallel(const struct planned_test *test)
{
	return !test->serial;
}

static bool serial(const struct planned_test *test)
{
	return test->serial;
}

void sched__run(struct plan *plan, const struct sched_options *options)
{
	struct sched sched = { .options = options };

	sched.slots = xcalloc(options->jobs, sizeof(*sched.slots));
	for (unsigned int i = 0; i < options->jobs; i++)
		sched.slots[i] = free_slot;

	sched.interrupted = stop__requested();
	if (options->jobs == 1) {
		run_some(&sched, plan, 1, any);
	} else {
		run_some(&sched, plan, options->jobs, parallel);
		run_some(&sched, plan, 1, serial);
	}
	free(sched.slots);
	free(sched.unkillable);
}
