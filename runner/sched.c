// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guard.h"
#include "kmsg.h"
#include "log.h"
#include "output.h"
#include "sched.h"
#include "slot.h"
#include "stop.h"
#include "trace.h"
#include "testing_helpers.h"
#include "../lib/xalloc.h"

#define NSEC_PER_SEC 1000000000ULL
#define NEVER UINT64_MAX
/*
 * Interval between looks at running tests. In this time a test may write some 20 megabytes, and a
 * crashing one waits for its stack trace.
 */
#define LOOK_NS (NSEC_PER_SEC / 50)
#define STREAM_NS (NSEC_PER_SEC / 1000)

struct sched {
	const struct sched_options *options;
	struct slot *slots;   /* options->jobs slots */
	unsigned int running; /* used slots, with those of ended tests */
	int interrupted;      /* signal that ends the run, or 0 */
};

/* Writes the end of @test, and of its subtests that were cut short, to the kernel's log. */
static void end_in_kernel_log(const struct planned_test *test)
{
	const struct test_result *result = &test->result;

	for (size_t i = 0; i < result->subtest_count; i++)
		if (result->subtests[i].cut_short)
			kmsg__end(test->name, result->subtests[i].name,
				  result->subtests[i].verdict);
	kmsg__end(test->name, NULL, result->verdict);
}

/* Gives a result to @test, which could not be started. */
static void could_not_start(struct sched *sched, struct planned_test *test, int err)
{
	const struct log_view no_log = { .fd = -1 };

	test->ran = true;
	test->result.log.fd = -1;
	test->result.verdict = VERDICT_FAIL;
	test->result.untimely = true;
	test->result.reason = xasprintf("could not be started: %s", strerror(-err));
	sched->options->done(sched->options->ctx, test, &no_log);
}

/* Gives a result to @test, which is not built. */
static void skip(struct sched *sched, struct planned_test *test)
{
	const struct log_view no_log = { .fd = -1 };

	test->ran = true;
	test->result.log.fd = -1;
	test->result.verdict = VERDICT_SKIP;
	test->result.reason = xstrdup("not built: its file defines no test");
	sched->options->done(sched->options->ctx, test, &no_log);
}

/* Starts @test. Returns false if resources are missing that a running test will free at its end. */
static bool start(struct sched *sched, struct planned_test *test)
{
	struct slot *slot = sched->slots;
	int err;

	while (slot->test)
		slot++;
	err = slot__start(slot, sched->options, test);
	if (slot->test) {
		sched->running++;
		slot__debug(slot, sched->options, "started");
		return true;
	}
	if (sched->running)
		return false;
	could_not_start(sched, test, err);
	return true;
}

/*
 * Reaps the ended process of @slot. First kills the processes that it left behind: its pid, which
 * names their group, is not reused until it is reaped.
 */
static void reap(struct sched *sched, struct slot *slot, uint64_t now)
{
	unsigned int jobs = sched->options->jobs, outlived;
	struct leftover_test tests[jobs];
	const char *name = slot->test->name;

	/* Read pending signals while the zombie still identifies their sender. */
	stop__requested();
	for (unsigned int i = 0; i < jobs; i++)
		if (slot__runs(&sched->slots[i]))
			tests[i] =
				(struct leftover_test){ sched->slots[i].pid, sched->slots[i].log };
		else
			tests[i] = (struct leftover_test){ 0 };
	slot->ending.leftover =
		!leftover__reap(&tests[slot - sched->slots], tests, jobs, &outlived);
	if (outlived)
		log__printf(slot->log,
			    "test_progs: %s: %u process%s outlived the test and had to be killed\n",
			    name, outlived, outlived == 1 ? "" : "es");
	if (slot->page->unlogged[0])
		log__printf(slot->log, "%.*s", (int)sizeof(slot->page->unlogged),
			    slot->page->unlogged);
	/* Kills those that /proc does not show. */
	kill(-slot->pid, SIGKILL);
	waitpid(slot->pid, &slot->ending.status, 0);
	slot->ended_ns = now;
	slot__limit_log(slot, sched->options, now);
	slot->view = (struct log_view){ .fd = slot->log };
	if (sched->options->log_limit)
		slot->view.gap = log__cut(slot->log, sched->options->log_limit);
}

/* Reaps all tests that have ended. */
static void reap_ended(struct sched *sched, uint64_t now)
{
	for (unsigned int i = 0; i < sched->options->jobs; i++) {
		struct slot *slot = &sched->slots[i];
		struct pollfd ended = { .fd = slot->pidfd, .events = POLLIN };

		if (slot__runs(slot) && poll(&ended, 1, 0) == 1)
			reap(sched, slot, now);
	}
}

/* Kills all running tests because of signal @signo. */
static void interrupt(struct sched *sched, int signo, uint64_t now)
{
	sched->interrupted = signo;
	for (unsigned int i = 0; i < sched->options->jobs; i++)
		if (slot__runs(&sched->slots[i]))
			slot__kill(&sched->slots[i], now);
}

/*
 * Handles all events of running tests. Marks tests that have ended; report_ended() reports them.
 * Checks time limits last, so that a test that ended in time does not time out. Returns the time of
 * the next look.
 */
static uint64_t serve(struct sched *sched)
{
	uint64_t now, wake = NEVER;

	for (unsigned int i = 0; i < sched->options->jobs; i++)
		if (slot__runs(&sched->slots[i]))
			trace__answer(sched->slots[i].page, sched->slots[i].log);
	now = get_time_ns();
	reap_ended(sched, now);
	if (!sched->interrupted && stop__requested())
		interrupt(sched, stop__requested(), now);
	for (unsigned int i = 0; i < sched->options->jobs; i++) {
		struct slot *slot = &sched->slots[i];
		uint64_t look;

		if (!slot__runs(slot))
			continue;
		slot__limit_log(slot, sched->options, now);
		look = slot__watch(slot, sched->options, now);
		if (look > now + LOOK_NS)
			look = now + LOOK_NS;
		if (sched->options->grown && look > now + STREAM_NS)
			look = now + STREAM_NS;
		if (look < wake)
			wake = look;
	}
	return wake;
}

static void serve_while_waiting(void *ctx)
{
	serve(ctx);
}

/* Takes the result of @slot, whose process has ended or was given up. */
static void finish(struct sched *sched, struct slot *slot)
{
	struct planned_test *test = slot->test;
	struct ending *ending = &slot->ending;

	slot__debug(slot, sched->options, ending->unkillable ? "given up" : "ended");
	if (ending->unkillable)
		leftover__give_up(slot->pid);
	ending->timeout_s = sched->options->timeout_s;
	if (slot->killed_ns || WIFSIGNALED(ending->status))
		ending->interrupted = sched->interrupted;
	test->result.duration_ns = slot->ended_ns - slot->start_ns;
	result__harvest(&test->result, slot->page, slot->log, ending);
	test->ran = true;
	end_in_kernel_log(test);
	if (sched->options->grown)
		sched->options->grown(sched->options->ctx, test, slot->page, &slot->view);
	sched->options->done(sched->options->ctx, test, &slot->view);
	slot__clear(slot);
	sched->running--;
}

/* Reports all tests that have ended. Returns false if there were none. */
static bool report_ended(struct sched *sched)
{
	bool any = false;

	for (unsigned int i = 0; i < sched->options->jobs; i++) {
		if (sched->slots[i].test && sched->slots[i].ended_ns) {
			finish(sched, &sched->slots[i]);
			any = true;
		}
	}
	return any;
}

/* Passes new output of running tests on to the user. */
static void stream(struct sched *sched)
{
	for (unsigned int i = 0; sched->options->grown && i < sched->options->jobs; i++) {
		struct slot *slot = &sched->slots[i];
		struct log_view view = { .fd = slot->log };

		if (slot__runs(slot))
			sched->options->grown(sched->options->ctx, slot->test, slot->page, &view);
	}
}

/* Waits for an event, and handles it. */
static void wait_and_handle(struct sched *sched)
{
	uint64_t wake = serve(sched), now = get_time_ns();
	/* Poll running tests only, so that -jN cannot exceed RLIMIT_NOFILE. */
	struct pollfd fds[sched->running + 1];
	struct timespec wait = {};
	unsigned int count = 0;

	if (report_ended(sched))
		return;
	stream(sched);
	for (unsigned int i = 0; i < sched->options->jobs; i++)
		if (slot__runs(&sched->slots[i]))
			fds[count++] =
				(struct pollfd){ .fd = sched->slots[i].pidfd, .events = POLLIN };
	fds[count++] = (struct pollfd){ .fd = stop__fd(), .events = POLLIN };
	if (wake > now) {
		wait.tv_sec = (time_t)((wake - now) / NSEC_PER_SEC);
		wait.tv_nsec = (long)((wake - now) % NSEC_PER_SEC);
	}
	ppoll(fds, count, wake == NEVER ? NULL : &wait, NULL);
}

/* Returns the running test that process @sender belongs to, or NULL. */
static struct slot *find_sender(struct sched *sched, pid_t sender)
{
	struct slot *only = NULL;
	unsigned int count = 0;

	for (unsigned int i = 0; i < sched->options->jobs; i++) {
		struct slot *slot = &sched->slots[i];

		if (!slot__runs(slot))
			continue;
		only = slot;
		count++;
		if (leftover__belongs(sender, &(struct leftover_test){ slot->pid, slot->log }) ||
		    leftover__descends(sender, slot->pid))
			return slot;
	}
	/* The sender has ended. If one test runs, the sender was part of it. */
	return count == 1 && kill(sender, 0) ? only : NULL;
}

/*
 * Returns true if a test sent the signal: the test fails, and the run continues. A user's signal
 * comes from the guard, or from a process that still exists and is no descendant of the runner.
 */
static bool comes_from_test(void *ctx, pid_t sender, int signo)
{
	struct sched *sched = ctx;
	struct slot *slot;
	bool is_there;

	if (!sender || sender == guard__pid())
		return false;
	slot = find_sender(sched, sender);
	if (slot) {
		slot->ending.sent_signal = signo;
		return true;
	}
	is_there = !kill(sender, 0);
	if (is_there ? !leftover__descends(sender, getpid()) : !sched->running)
		return false;
	fprintf(sched->options->err,
		"test_progs: process %d, %s, sent SIG%s to the runner, which goes on: run without -j to see which test it was\n",
		sender, is_there ? "of an unknown test" : "which is gone",
		sigabbrev_np(signo) ?: "RT");
	return true;
}

/* Runs the tests of @plan that @belongs selects, at most @width at a time. */
static void run_some(struct sched *sched, struct plan *plan, unsigned int width,
		     bool (*belongs)(const struct planned_test *test))
{
	size_t next = 0;

	while (next < plan->count || sched->running) {
		struct planned_test *test = next < plan->count ? &plan->tests[next] : NULL;

		if (test && (sched->interrupted || !test->selected || !belongs(test)))
			next++;
		else if (test && !test->run)
			skip(sched, &plan->tests[next++]);
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
		slot__init(&sched.slots[i]);
	stop__ignore_tests(comes_from_test, &sched);
	output__serve(serve_while_waiting, &sched);

	sched.interrupted = stop__requested();
	if (options->jobs == 1) {
		run_some(&sched, plan, 1, any);
	} else {
		run_some(&sched, plan, options->jobs, parallel);
		run_some(&sched, plan, 1, serial);
	}
	output__serve(NULL, NULL);
	stop__ignore_tests(NULL, NULL);
	free(sched.slots);
}
