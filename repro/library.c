// SPDX-License-Identifier: GPL-2.0
/*
 * A shared library, built without AddressSanitizer as a distribution's are, that keeps its memory
 * where no leak checker finds it: the pointer is stored inverted. Libraries do this with tagged
 * pointers, with offsets into a table, or by keeping them in the kernel.
 *
 * It hides several blocks, so that the result does not depend on luck: when the leak checker stops
 * the process it may be deep in calls, and a copy of one pointer that an earlier call has left on
 * the stack then counts as one that holds the memory. With a single block that saved the child now
 * and then, which is why such a failure comes and goes.
 */
#include <stdint.h>
#include <stdlib.h>

#include "library.h"

#define BLOCKS 16

/* Nobody reads it: without volatile a compiler leaves out the allocation too. */
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
