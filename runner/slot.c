// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "log.h"
#include "slot.h"
#include "testing_helpers.h"

#define NSEC_PER_SEC 1000000000ULL
#define NOTICE_NS (10 * NSEC_PER_SEC)
/* Time between the SIGABRT, which asks for a stack trace, and the SIGKILL. */
#define GRACE_NS (2 * NSEC_PER_SEC)
/* Limit for the trial of LeakSanitizer, which takes milliseconds unless it hangs (see trial.h). */
#define TRIAL_NS (5 * NSEC_PER_SEC)

void slot__debug(const struct slot *slot, const struct sched_options *options, const char *what)
{
	if (options->debug)
		fprintf(options->err, "test_progs: %s: %s (process %d)\n", slot->test->name, what,
			slot->pid);
}

void slot__init(struct slot *slot)
{
	*slot = (struct slot){ .log = -1, .pidfd = -1 };
}

void slot__clear(struct slot *slot)
{
	result_page__free(slot->page);
	if (slot->log >= 0)
		close(slot->log);
	if (slot->pidfd >= 0)
		close(slot->pidfd);
	slot__init(slot);
}

int slot__start(struct slot *slot, const struct sched_options *options, struct planned_test *test)
{
	struct child_job job = {
		.test = test,
		.selection = options->selection,
		.listing = options->listing,
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
	/* Reserve the descriptor of the pidfd: a test that has started must be watched. */
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

void slot__kill(struct slot *slot, uint64_t now)
{
	/* A test may have left its process group. */
	kill(-slot->pid, SIGKILL);
	kill(slot->pid, SIGKILL);
	slot->killed_ns = now;
}

static void give_notice(const struct slot *slot, const struct sched_options *options)
{
	const char *subtest = result_page__open_subtest(slot->page);

	/* Scripts of BPF CI match these words. */
	fprintf(options->err, "WATCHDOG: test case %s%s%s executes for %llu seconds...\n",
		slot->test->name, subtest ? "/" : "", subtest ?: "", NOTICE_NS / NSEC_PER_SEC);
}

/* The last two steps of the watchdog, for a test that got SIGABRT or SIGKILL. */
static uint64_t watch_ending(struct slot *slot, const struct sched_options *options, uint64_t now)
{
	uint64_t patience = (slot->killed_ns ?: slot->aborted_ns) + GRACE_NS;

	if (now < patience)
		return patience;
	if (slot->killed_ns) {
		slot->ending.unkillable = true;
		slot->ended_ns = now;
		return now;
	}
	slot__debug(slot, options, "did not abort, killing it");
	slot__kill(slot, now);
	return now + GRACE_NS;
}

uint64_t slot__watch(struct slot *slot, const struct sched_options *options, uint64_t now)
{
	uint64_t armed = slot->page->armed_ns;
	uint64_t limit;

	/* Ignore an invalid value that the test has written. The test may set it after @now. */
	if (armed > get_time_ns() || armed < slot->start_ns)
		armed = slot->start_ns;
	limit = armed + options->timeout_s * NSEC_PER_SEC;
	if (slot->aborted_ns || slot->killed_ns)
		return watch_ending(slot, options, now);
	if (slot->page->phase == PHASE_TRIAL)
		limit = armed + TRIAL_NS;
	else if (!options->timeout_s)
		return now + TRIAL_NS;
	if (now >= limit) {
		slot__debug(slot, options, "timed out, aborting it");
		kill(slot->pid, SIGABRT);
		slot->aborted_ns = now;
		slot->ending.timed_out = true;
		return now + GRACE_NS;
	}
	if (slot->noticed_ns != armed && now >= armed + NOTICE_NS) {
		give_notice(slot, options);
		slot->noticed_ns = armed;
	}
	if (slot->noticed_ns != armed && armed + NOTICE_NS < limit)
		return armed + NOTICE_NS;
	return limit;
}

void slot__limit_log(struct slot *slot, const struct sched_options *options, uint64_t now)
{
	if (!options->log_limit || log__size(slot->log) <= options->log_limit)
		return;
	slot->ending.log_limit = options->log_limit;
	if (!slot->ended_ns && !slot->killed_ns) {
		slot__debug(slot, options, "writes too much, killing it");
		slot__kill(slot, now);
	}
}
