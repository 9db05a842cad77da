/* SPDX-License-Identifier: GPL-2.0 */
/*
 * output: streams whose slow reader cannot stop the main process.
 *
 * While a reader does not read, the main process still reaps tests, checks time limits and receives
 * signals. After a signal that ends the run, a reader has one second for each piece.
 */
#ifndef RUNNER_OUTPUT_H
#define RUNNER_OUTPUT_H

#include <stdio.h>

/*
 * Returns a stream that writes to descriptor @fd, or NULL. The descriptor stays open when the
 * stream is closed. No output is lost if the descriptor is non-blocking.
 */
FILE *output__open(int fd);

/* Calls @serve(@ctx) every few milliseconds while a stream waits. NULL: nothing. */
void output__serve(void (*serve)(void *ctx), void *ctx);

#endif
