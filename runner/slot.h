/* SPDX-License-Identifier: GPL-2.0 */
/* slot: a running test: its process, its log, its page, and its watchdog. */
#ifndef RUNNER_SLOT_H
#define RUNNER_SLOT_H

#include "leftover.h"
#include "plan.h"
#include "sched.h"

struct slot {
	struct planned_test *test; /* NULL: the slot is free */
	struct result_page *page;
	int log;
	pid_t pid;
	int pidfd;
	uint64_t start_ns;
	uint64_t noticed_ns;  /* the arming of the watchdog that had its notice */
	uint64_t aborted_ns;  /* when it got SIGABRT; 0: it did not */
	uint64_t killed_ns;   /* when it got SIGKILL; 0: it did not */
	uint64_t ended_ns;    /* when its end was noticed; 0: it runs */
	struct log_view view; /* of the log, once the test has ended */
	struct ending ending;
};

/* Makes @slot free; ignores its contents. */
void slot__init(struct slot *slot);
/* Makes @slot free, and releases its contents. */
void slot__clear(struct slot *slot);

/* Starts @test in the free @slot. Returns 0, or -errno with the slot free again. */
int slot__start(struct slot *slot, const struct sched_options *options, struct planned_test *test);

static inline bool slot__runs(const struct slot *slot)
{
	return slot->test && !slot->ended_ns;
}

/* Kills the test's process and its group. */
void slot__kill(struct slot *slot, uint64_t now);

/*
 * Runs the watchdog for the running @slot at time @now. Returns the time of the next call. If the
 * process does not die, marks the slot as ended, with ending.unkillable set.
 */
uint64_t slot__watch(struct slot *slot, const struct sched_options *options, uint64_t now);

/* Kills a test that has written more than the limit. */
void slot__limit_log(struct slot *slot, const struct sched_options *options, uint64_t now);

/* With --debug prints on stderr what happens to the process of @slot. */
void slot__debug(const struct slot *slot, const struct sched_options *options, const char *what);

#endif
