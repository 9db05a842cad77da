/* SPDX-License-Identifier: GPL-2.0 */
/*
 * trial: tests if LeakSanitizer can work in this process.
 *
 * LeakSanitizer ends the process if it cannot work, or hangs. It reads /proc, maps memory and
 * clones a tracer, which attaches to each thread with ptrace(2). seccomp, Yama, limits, credentials
 * and PID namespaces may each block one of these steps.
 */
#ifndef RUNNER_TRIAL_H
#define RUNNER_TRIAL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Takes the same steps with a tracer of our own, for at most two seconds. Returns true if all of
 * them work. Otherwise returns false, with the reason in @why.
 */
bool trial__passes(char *why, size_t size);

#endif
