// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include "bodies.h"

void call_end_of_body(void)
{
	if (rand())
		end_of_body();
}

void leave_with_more(void)
{
#ifdef WITH_MORE
	exit(1); /* want: also run by the parent */
#endif
}
