// SPDX-License-Identifier: GPL-2.0
/* Code that #if leaves out: it is read with the macros that bring it back. */
#include <stdlib.h>
#include <unistd.h>
#include "headers/bodies.h"

void either(void)
{
	if (fork())
		return;
#ifdef CAREFUL
	exit(1); /* want: child */
#else
	exit(2); /* want: child */
#endif
}

#if defined(WITH_CHILD) && !defined(WITHOUT_CHILD)
void only_with_a_macro(void)
{
	if (!fork())
		exit(1); /* want: child */
}
#endif

#ifndef WITHOUT_FORK
#else
void in_an_else(void)
{
	if (!fork())
		exit(1); /* want: child */
}
#endif

#ifdef __linux__
#ifdef INNER
void inside_of_another(void)
{
	if (!fork())
		exit(1); /* want: child */
}
#endif
#else
#ifdef OUTER
void other_side(void)
{
	if (!fork())
		exit(1);
}
#endif
#endif

#if defined(__linux__) && defined(__arm64__)
void of_another_processor(void)
{
	if (!fork())
		exit(1); /* want: child */
}
#endif

#if !defined(__x86_64__) && !defined(__aarch64__) && !defined(__riscv)
void of_no_known_processor(void)
{
	if (!fork())
		exit(1); /* want: child */
}
#endif

#ifdef __linux__
#elif defined(OTHERS_HAVE_FORK)
void of_another_system_with_a_macro(void)
{
	if (!fork())
		exit(1);
}
#endif

#ifdef __sun
void of_another_system(void)
{
	if (!fork())
		exit(1);
}
#endif

#if 0
void commented_out(void)
{
	if (!fork())
		exit(1);
}
#endif

void end_of_body(void)
{
#ifdef WITH_BODY
	_exit(1);
#else
	exit(1);
#endif
}

void two_bodies(void)
{
#ifdef WITH_BODY
	if (fork())
		return;
	call_end_of_body();
	exit(1); /* want: child */
#else
	pause();
#endif
}

void ends_in_another_file(void)
{
	if (fork())
		return;
	leave_with_more();
	_exit(0);
}
