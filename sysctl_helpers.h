/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sysctl_helpers: kernel parameters under /proc/sys. See proc(5).
 * For tests of a kernel tree that check-drop-in builds.
 */
#ifndef __SYSCTL_HELPERS_H
#define __SYSCTL_HELPERS_H

/* Size of the longest old value with its NUL. */
#define SYSCTL_VALUE_BYTES 32

/*
 * Set the parameter in file @path to @new_val. Store its previous value, without the newline, in
 * @old_val (SYSCTL_VALUE_BYTES) unless that is NULL. Return 0 or a negative errno. On an error
 * sysctl_set_or_fail() also fails the test.
 */
int sysctl_set(const char *path, char *old_val, const char *new_val);
int sysctl_set_or_fail(const char *path, char *old_val, const char *new_val);

#endif
