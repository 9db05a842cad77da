/* SPDX-License-Identifier: GPL-2.0 */
/*
 * made: the functions that macros make.
 */
#ifndef EXITCHECK_MADE_H
#define EXITCHECK_MADE_H

#include "scan.h"

/*
 * Notes which of the parameters of @macro becomes a function, or a part of its name. The parameters
 * and the text are @code, without comments and literals, in [@at, @end).
 */
void made__read(struct definition *macro, const char *code, size_t at, size_t end);

#endif
