/* SPDX-License-Identifier: GPL-2.0 */
/*
 * trace_helpers: the kernel's symbols, as /proc/kallsyms lists them.
 * For tests of a kernel tree that check-drop-in builds.
 */
#ifndef __TRACE_HELPERS_H
#define __TRACE_HELPERS_H

struct ksym {
	long addr;
	char *name;
};

/* Sorted by address. */
struct ksyms {
	struct ksym *syms;
	int sym_cnt;
	char *text; /* holds the names */
};

/* Reads all symbols. Returns them, for free_kallsyms_local(), or NULL with errno set. */
struct ksyms *load_kallsyms_local(void);
void free_kallsyms_local(struct ksyms *ksyms);

#endif
