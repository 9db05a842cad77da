// SPDX-License-Identifier: GPL-2.0
/* exit() in macros and in functions of headers, and a header that was never generated. */
#include "child.h"
#include "generated.skel.h"

#define LEAVE() exit(2)
#define LEAVE_ANYWHERE() exit(3)

void use_macros(void)
{
	struct generated *skel = generated__open_and_load();

	if (!skel || skel->bss->value)
		LEAVE_ANYWHERE();
	if (fork())
		return;
	if (!skel->links.prog)
		FAIL_IN_CHILD(1); /* want: child */
	if (generated__attach(skel))
		LEAVE(); /* want: child */
	LEAVE_ANYWHERE(); /* want: child */
}

void use_inlines(void)
{
	if (!fork())
		inline_child();
	if (!fork())
		inline_for_all();
	inline_for_all();
}
