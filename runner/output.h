/* SPDX-License-Identifier: GPL-2.0 */
/*
 * output: streams of the main process that a slow reader cannot stop it with.
 *
 * While a reader does not read, the main process goes on to reap tests, to watch the clock and to
 * see signals. Once a signal has asked the run to end, a reader has one second for each piece.
 */
#ifndef RUNNER_OUTPUT_H
#define RUNNER_OUTPUT_H

#include <stdio.h>

/*
 * Returns a stream that writes to descriptor @fd, or NULL. The descriptor stays open when the
 * stream is closed. A non-blocking descriptor loses nothing.
 */
FILE *output__open(int fd);

/* Has @serve(@ctx) called every few milliseconds while a stream waits. NULL: nothing. */
void output__serve(void (*serve)(void *ctx), void *ctx);

#endif
