/* SPDX-License-Identifier: GPL-2.0 */
/*
 * program_symbols: the symbols of BPF programs in /proc/kallsyms.
 */
#ifndef __PROGRAM_SYMBOLS_H
#define __PROGRAM_SYMBOLS_H

#include <ctype.h>
#include <test_progs.h>

#include "kernel_features.h"

/* A program's symbol: "bpf_prog_", the 16 digits of its tag, "_", its name. */
struct prog_symbol {
	const char *tag; /* NULL: any */
	const char *name;
	bool found;
};

/* Sets found of @wanted if @symbol, the part of a line after the prefix, is that symbol. */
static inline void match_symbol(struct prog_symbol *wanted, const char *symbol)
{
	size_t digits = 0, len = strlen(wanted->name);

	while (isxdigit((unsigned char)symbol[digits]))
		digits++;
	if (digits != 2 * BPF_TAG_SIZE || symbol[digits] != '_' ||
	    (wanted->tag && strncmp(symbol, wanted->tag, digits)))
		return;
	symbol += digits + 1;
	if (!strncmp(symbol, wanted->name, len) && (symbol[len] == '\t' || symbol[len] == '\n'))
		wanted->found = true;
}

/* Sets found of both symbols if @text, @size bytes of whole lines, has them. */
static inline void match_lines(struct prog_symbol *first, struct prog_symbol *second,
			       const char *text, size_t size)
{
	static const char prefix[] = " bpf_prog_";
	const char *end = text + size;

	while ((text = memmem(text, end - text, prefix, sizeof(prefix) - 1))) {
		text += sizeof(prefix) - 1;
		match_symbol(first, text);
		match_symbol(second, text);
	}
}

/*
 * Looks for both symbols in one pass. Under emulation the kernel takes half a second for
 * /proc/kallsyms, and stdio as long again for its 200,000 lines, so read it in large pieces.
 * Returns -1 if it cannot be read.
 */
static inline int find_symbols(struct prog_symbol *first, struct prog_symbol *second)
{
	static char text[1 << 16];
	int fd = open("/proc/kallsyms", O_RDONLY | O_CLOEXEC);
	size_t size = 0;
	ssize_t got = 0;

	if (!ASSERT_OK_FD(fd, "open /proc/kallsyms"))
		return -1;
	while (!(first->found && second->found) &&
	       (got = read(fd, text + size, sizeof(text) - size)) > 0) {
		const char *newline;
		size_t lines;

		size += got;
		newline = memrchr(text, '\n', size);
		lines = newline ? newline + 1 - text : 0;
		match_lines(first, second, text, lines);
		size -= lines;
		memmove(text, text + lines, size);
	}
	close(fd);
	return ASSERT_GE(got, 0, "read /proc/kallsyms") ? 0 : -1;
}

/*
 * Returns why the kernel shows no symbols of programs, or NULL. kernel.kptr_restrict and
 * kernel.perf_event_paranoid hide addresses, not names, so a test of names does not set them.
 */
static inline const char *symbols_skip_reason(void)
{
	if (bpf_jit_is_off())
		return BPF_JIT_OFF;
	if (setting_is("/proc/sys/net/core/bpf_jit_kallsyms", 0))
		return "programs have no symbols: set net.core.bpf_jit_kallsyms to 1";
	if (setting_is("/proc/sys/net/core/bpf_jit_harden", 1) ||
	    setting_is("/proc/sys/net/core/bpf_jit_harden", 2))
		return "symbols are hidden: set net.core.bpf_jit_harden to 0";
	return NULL;
}

#endif
