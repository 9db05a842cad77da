/* SPDX-License-Identifier: GPL-2.0 */
/*
 * trial: finds out by trying if LeakSanitizer can work in this process.
 *
 * LeakSanitizer ends the process where it cannot work, or waits for ever. It reads /proc, maps
 * memory and clones a tracer, which attaches to each thread with ptrace(2). seccomp, Yama, limits,
 * credentials and PID namespaces may each refuse one of these steps.
 */
#ifndef RUNNER_TRIAL_H
#define RUNNER_TRIAL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Takes the same steps with a tracer of our own, for two seconds at most. Returns true if all of
 * them worked; else false, with the reason in @why.
 */
bool trial__passes(char *why, size_t size);

#endif
