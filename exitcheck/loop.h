/* SPDX-License-Identifier: GPL-2.0 */
/*
 * loop: loops in C source as text.
 */
#ifndef EXITCHECK_LOOP_H
#define EXITCHECK_LOOP_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Returns whether the word at @at of @code, which is without comments and literals, begins a loop
 * that nothing leaves: "for (;;) pause();".
 */
bool loop__is_endless(const char *code, size_t at);

#endif
