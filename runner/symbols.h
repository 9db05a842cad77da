/* SPDX-License-Identifier: GPL-2.0 */
/*
 * symbols: names the functions of a stack trace, static ones included, where backtrace_symbols_fd()
 * has only addresses. For signal handlers: it allocates nothing.
 */
#ifndef RUNNER_SYMBOLS_H
#define RUNNER_SYMBOLS_H

/*
 * Writes a line for each of the @count addresses in @frames to @fd, in the form of
 * backtrace_symbols_fd().
 */
void symbols__print(int fd, void *const *frames, int count);

#endif
