// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include "bodies.h"

void call_end_of_body(void)
{
	if (rand())
		end_of_body();
}
