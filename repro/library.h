/* SPDX-License-Identifier: GPL-2.0 */
#ifndef REPRO_LIBRARY_H
#define REPRO_LIBRARY_H

/* Allocates memory that only this library can find again. Returns 0, or -1 if there is none. */
int library__prepare(void);

#endif
