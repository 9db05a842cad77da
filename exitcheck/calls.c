// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <string.h>
#include <sys/syscall.h>

#include "calls.h"

#define RULE(name, effect) { name, EFFECT_##effect, -1, -1, -1 }
#define OUTPUT_TO(name, stream) { name, EFFECT_OUTPUT, stream, -1, -1 }

static const struct call_rule unknown = RULE("", UNKNOWN);

/* fork(2), clone(2), exec(3), exit(3), _exit(2), err(3), stdio(3), pthread_create(3). */
static const struct call_rule rules[] = {
	RULE("fork", FORK),
	RULE("vfork", FORK),
	RULE("_Fork", FORK),
	RULE("__fork", FORK),
	RULE("__libc_fork", FORK),
	RULE("forkpty", FORK),
	{ "clone", EFFECT_CLONE, 0, 2, 3 },
	{ "__clone", EFFECT_CLONE, 0, 2, 3 },
	{ "__clone2", EFFECT_CLONE, 0, 3, 4 },
	{ "pthread_create", EFFECT_THREAD, 2, -1, 3 },
	{ "thrd_create", EFFECT_THREAD, 1, -1, 2 },
	RULE("syscall", SYSCALL),
	RULE("execl", EXEC),
	RULE("execlp", EXEC),
	RULE("execle", EXEC),
	RULE("execv", EXEC),
	RULE("execvp", EXEC),
	RULE("execve", EXEC),
	RULE("execvpe", EXEC),
	RULE("fexecve", EXEC),
	RULE("execveat", EXEC),
	RULE("exit", EXIT),
	RULE("_exit", END),
	RULE("_Exit", END),
	RULE("abort", END),
	RULE("quick_exit", END),
	RULE("pthread_exit", END),
	RULE("thrd_exit", END),
	RULE("__assert_fail", END),
	RULE("longjmp", END),
	RULE("_longjmp", END),
	RULE("siglongjmp", END),
	RULE("__builtin_unreachable", END),
	RULE("__builtin_trap", END),
	RULE("err", END),
	RULE("errx", END),
	RULE("verr", END),
	RULE("verrx", END),
	RULE("kill", SIGNAL),
	RULE("raise", RAISE),
	RULE("printf", OUTPUT),
	RULE("vprintf", OUTPUT),
	RULE("puts", OUTPUT),
	RULE("putchar", OUTPUT),
	OUTPUT_TO("fprintf", 0),
	OUTPUT_TO("vfprintf", 0),
	OUTPUT_TO("fputs", 1),
	OUTPUT_TO("fputc", 1),
	OUTPUT_TO("putc", 1),
	OUTPUT_TO("fwrite", 3),
	RULE("fflush", FLUSH),
	RULE("fclose", FLUSH),
	RULE("error", ERROR),
	RULE("error_at_line", ERROR),
	RULE("__builtin_expect", SAME),
};

static const struct {
	long number;
	struct call_rule rule;
} system_calls[] = {
#ifdef SYS_fork
	{ SYS_fork, RULE("fork", FORK) },
	{ SYS_vfork, RULE("vfork", FORK) },
#endif
	{ SYS_clone, { "clone", EFFECT_FORK, -1, 1, -1 } },
	{ SYS_clone3, RULE("clone3", FORK) },
	{ SYS_execve, RULE("execve", EXEC) },
	{ SYS_execveat, RULE("execveat", EXEC) },
	{ SYS_exit, RULE("exit", END) },
	{ SYS_exit_group, RULE("exit_group", END) },
};

const struct call_rule *calls__rule(const char *name)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (!strcmp(rules[i].name, name))
			return &rules[i];
	return &unknown;
}

const struct call_rule *calls__system_call(long long number)
{
	for (size_t i = 0; i < sizeof(system_calls) / sizeof(*system_calls); i++)
		if (system_calls[i].number == number)
			return &system_calls[i].rule;
	return &unknown;
}
