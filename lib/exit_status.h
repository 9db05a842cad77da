/* SPDX-License-Identifier: GPL-2.0 */
/*
 * exit_status: the exit statuses of all programs and scripts. lib/say.sh gives scripts the same
 * names; docs/exit-status.md explains them and tests/exit_status.bats compares the two.
 */
#ifndef LIB_EXIT_STATUS_H
#define LIB_EXIT_STATUS_H

#define STATUS_PASSED		0   /* all passed or was skipped; nothing was found */
#define STATUS_FAILED		1   /* a test failed; something was found; a script gave up */
#define STATUS_NOT_DONE		2   /* bad use; nothing was selected; a file was not understood */
#define STATUS_NOT_SET_UP	3   /* test_progs: the runner could not set itself up */
#define STATUS_SKIPPED		4   /* run_tests: every test was skipped */
#define STATUS_USAGE		64  /* test_progs: an option or its value is wrong */
#define STATUS_SPLAT		120 /* vmtest.sh: the command ended, the kernel printed a splat */
#define STATUS_DIED		121 /* vmtest.sh: the machine ended without the command's status */
#define STATUS_TIME_UP		122 /* vmtest.sh: the machine ran out of time */

#endif
