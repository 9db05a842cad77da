// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "platform.h"

/* Beginnings of names, without underscores: __linux__, __GNUC_MINOR__. */
static const char *const ours[] = { "linux", "gnu", "unix",  "glibc", "clang",
				    "stdc",  "elf", "posix", "xopen", NULL };
static const char *const others[] = {
	"aix",	     "amiga",	   "android", "apple",	  "beos",    "bionic",	"borland", "bsd",
	"cplusplus", "cygwin",	   "darwin",  "dec",	  "dgux",    "diet",	"djgpp",   "dos",
	"dragonfly", "emscripten", "emx",     "freebsd",  "fuchsia", "go32",	"haiku",   "hiux",
	"hp",	     "hurd",	   "ibm",     "icc",	  "intel",   "interix", "irix",	   "kernel",
	"klibc",     "lynx",	   "mach",    "macos",	  "midipix", "mingw",	"minix",   "mint",
	"msc",	     "msdos",	   "msys",    "mvs",	  "netbsd",  "newlib",	"next",	   "nto",
	"nuttx",     "openbsd",	   "os2",     "os400",	  "osf",     "pgi",	"plan9",   "qnx",
	"riscos",    "rtems",	   "sco",     "serenity", "sgi",     "solaris", "sun",	   "svr4",
	"syllable",  "sysv",	   "tandem",  "tinyc",	  "tos",     "tru64",	"turboc",  "uclibc",
	"ultrix",    "unixware",   "usg",     "uwin",	  "vms",     "vxworks", "wasm",	   "watcom",
	"win16",     "win32",	   "win64",   "windows",  "xlc",     NULL,
};

static bool begins_with_one_of(const char *name, const char *const *beginnings)
{
	for (; *beginnings; beginnings++)
		if (!strncasecmp(name, *beginnings, strlen(*beginnings)))
			return true;
	return false;
}

static bool has_capital(const char *name)
{
	while (*name && !isupper((unsigned char)*name))
		name++;
	return *name;
}

enum platform platform__of_macro(const char *name)
{
	static const char *const windows[] = { "WIN32", "WIN64", "BSD", "MSDOS", "CYGWIN", NULL };
	const char *inner = name + strspn(name, "_");

	/* Without an underscore, systems have names such as "unix", and projects "WITH_UNIX". */
	if (inner == name && has_capital(name))
		return begins_with_one_of(name, windows) ? PLATFORM_OTHER : PLATFORM_NONE;
	if (begins_with_one_of(inner, ours))
		return PLATFORM_OURS;
	if (inner == name || begins_with_one_of(inner, others))
		return PLATFORM_OTHER;
	return PLATFORM_NONE;
}
