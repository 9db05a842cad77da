/* SPDX-License-Identifier: GPL-2.0 */
/*
 * store: a unit as bytes, from the process that has read it to those that run it with the others.
 */
#ifndef EXITCHECK_STORE_H
#define EXITCHECK_STORE_H

#include "buffer.h"
#include "program.h"

void store__save(const struct unit *unit, struct buffer *buffer);

/*
 * Adds the unit in @buffer to @program: its ids become the program's. Returns NULL if the bytes are
 * no unit. (load.c)
 */
struct unit *store__load(struct buffer *buffer, struct program *program);

#endif
