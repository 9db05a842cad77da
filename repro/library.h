/* SPDX-License-Identifier: GPL-2.0 */
#ifndef REPRO_LIBRARY_H
#define REPRO_LIBRARY_H

/* Allocates memory and hides the pointers. Returns 0, or -1 without memory. */
int library__prepare(void);

#endif
