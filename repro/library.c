// SPDX-License-Identifier: GPL-2.0
/*
 * A shared library, built without AddressSanitizer like a distribution's. It stores its pointers
 * inverted, so that no leak checker finds them. Real libraries hide pointers by tags, by offsets
 * into a table, or by storing them in the kernel.
 *
 * It hides several blocks. An earlier call may have left a copy of one pointer on the stack, and
 * then the leak checker finds that block. With a single block the failure would flake.
 */
#include <stdint.h>
#include <stdlib.h>

#include "library.h"

#define BLOCKS 16

/* Volatile, as a compiler would remove the unused allocation. */
static volatile uintptr_t disguised[BLOCKS];

int library__prepare(void)
{
	for (int i = 0; i < BLOCKS; i++) {
		void *memory = malloc(1000);

		if (!memory)
			return -1;
		disguised[i] = ~(uintptr_t)memory;
	}
	return 0;
}
