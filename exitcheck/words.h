/* SPDX-License-Identifier: GPL-2.0 */
/*
 * words: what a file's text says without being parsed. Most files have nothing to do with fork(),
 * and some take a compiler a gigabyte.
 */
#ifndef EXITCHECK_WORDS_H
#define EXITCHECK_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether fork, clone or WEXITSTATUS is written anywhere in @path or in a header of its project
 * that it includes, found with clang's @arguments (see compile__arguments()).
 */
bool words__may_fork(const char *path, const char *const *arguments);

/* Makes comments in the C source @text, and what is in string literals, blank; lines stay. */
void words__blank(char *text);

/* Whether @path is a BPF program: it is run by the kernel. */
bool words__is_bpf_program(const char *path);

#endif
