/* SPDX-License-Identifier: GPL-2.0 */
#include <stdlib.h>
#include <unistd.h>

#define FAIL_IN_CHILD(status) do { exit(status); } while (0)

static inline void inline_child(void)
{
	exit(1); /* want: child */
}

static inline void inline_for_all(void)
{
	exit(1); /* want: also run by the parent */
}
