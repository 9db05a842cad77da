/* SPDX-License-Identifier: GPL-2.0 */
/*
 * main_return: returns from main() in forked children. They run exit handlers, as exit() does.
 */
#ifndef EXITCHECK_MAIN_RETURN_H
#define EXITCHECK_MAIN_RETURN_H

#include "function.h"

/* A process that returns from main(). */
struct main_return {
	const struct function *function;
	struct place place;
	int fork;	 /* that made the process; 0: it is the program's first */
	bool is_certain; /* no function that is not known may have ended it */
};

/* Notes that @paths return from @frame, at @place, if @frame is main()'s. */
void main_return__note(struct flow *flow, struct frame *frame, const struct paths *paths,
		       struct place place);

/* Keeps the findings. To be called once all functions were run. */
void main_return__settle(struct flow *flow);

#endif
