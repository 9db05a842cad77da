/* SPDX-License-Identifier: GPL-2.0 */
/*
 * wait_status: WEXITSTATUS() says nothing about a child that did not exit (wait(2)).
 */
#ifndef EXITCHECK_WAIT_STATUS_H
#define EXITCHECK_WAIT_STATUS_H

#include "source.h"
#include "unit.h"

struct wait_statuses {
	struct {
		struct place place;
		const struct function *function;
	} *at;
	int count;
};

/* The uses of WEXITSTATUS() in functions that do not ask WIFEXITED() of the same status. */
struct wait_statuses wait_status__unchecked(const struct source *source, const struct unit *unit);

#endif
