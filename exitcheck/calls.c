// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>
#include <sys/syscall.h>

#include "../lib/xalloc.h"
#include "calls.h"
#include "map.h"
#include "names.h"

#define RULE(name, effect) { name, EFFECT_##effect, -1, -1, -1 }
#define COPY_OF(name, source) { name, EFFECT_COPY, source, -1, -1 }
#define HANDLER(name, handler, effect) { name, EFFECT_##effect, handler, -1, -1 }
#define OUTPUT_TO(name, stream) { name, EFFECT_OUTPUT, stream, -1, -1 }

static const struct call_rule unknown = RULE("", UNKNOWN);

/*
 * fork(2), clone(2), exec(3), exit(3), _exit(2), err(3), setjmp(3), stdio(3), pthread_create(3),
 * signal(2), atexit(3), mmap(2).
 * A function of the project's with such a name is what the project makes it, but for fork and exit.
 */
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
	RULE("err", ENDS_BY_EXIT),
	RULE("errx", ENDS_BY_EXIT),
	RULE("verr", ENDS_BY_EXIT),
	RULE("verrx", ENDS_BY_EXIT),
	RULE("error", ERROR),
	RULE("error_at_line", ERROR),
	RULE("pthread_exit", THREAD_EXIT),
	RULE("thrd_exit", THREAD_EXIT),
	RULE("_exit", END),
	RULE("_Exit", END),
	RULE("abort", ABORT),
	RULE("quick_exit", END),
	RULE("__assert_fail", ABORT),
	RULE("__assert", ABORT),
	RULE("__assert_perror_fail", ABORT),
	RULE("setjmp", SETJMP),
	RULE("_setjmp", SETJMP),
	RULE("__sigsetjmp", SETJMP),
	RULE("sigsetjmp", SETJMP),
	RULE("longjmp", LONGJMP),
	RULE("_longjmp", LONGJMP),
	RULE("siglongjmp", LONGJMP),
	RULE("__builtin_unreachable", ABORT),
	RULE("__builtin_trap", ABORT),
	RULE("__stack_chk_fail", ABORT),
	RULE("wait", WAIT),
	RULE("waitpid", WAIT),
	RULE("waitid", WAIT),
	RULE("wait3", WAIT),
	RULE("wait4", WAIT),
	RULE("setsid", SESSION),
	RULE("kill", SIGNAL),
	RULE("raise", RAISE),
	HANDLER("signal", 1, HANDLER),
	HANDLER("bsd_signal", 1, HANDLER),
	HANDLER("sysv_signal", 1, HANDLER),
	HANDLER("__sysv_signal", 1, HANDLER),
	HANDLER("ssignal", 1, HANDLER),
	HANDLER("sigset", 1, HANDLER),
	HANDLER("sigaction", 1, HANDLER),
	HANDLER("__sigaction", 1, HANDLER),
	HANDLER("atexit", 0, AT_EXIT),
	HANDLER("on_exit", 0, AT_EXIT),
	HANDLER("__cxa_atexit", 0, AT_EXIT),
	RULE("printf", OUTPUT),
	RULE("vprintf", OUTPUT),
	RULE("puts", OUTPUT),
	RULE("putchar", OUTPUT),
	RULE("putchar_unlocked", OUTPUT),
	RULE("putwchar", OUTPUT),
	RULE("wprintf", OUTPUT),
	RULE("vwprintf", OUTPUT),
	RULE("__printf_chk", OUTPUT),
	RULE("__vprintf_chk", OUTPUT),
	OUTPUT_TO("fprintf", 0),
	OUTPUT_TO("vfprintf", 0),
	OUTPUT_TO("__fprintf_chk", 0),
	OUTPUT_TO("__vfprintf_chk", 0),
	OUTPUT_TO("fwprintf", 0),
	OUTPUT_TO("vfwprintf", 0),
	OUTPUT_TO("fputs", 1),
	OUTPUT_TO("fputs_unlocked", 1),
	OUTPUT_TO("fputc", 1),
	OUTPUT_TO("fputc_unlocked", 1),
	OUTPUT_TO("putc", 1),
	OUTPUT_TO("putc_unlocked", 1),
	OUTPUT_TO("putw", 1),
	OUTPUT_TO("_IO_putc", 1),
	OUTPUT_TO("fputws", 1),
	OUTPUT_TO("fputwc", 1),
	OUTPUT_TO("putwc", 1),
	OUTPUT_TO("fwrite", 3),
	OUTPUT_TO("fwrite_unlocked", 3),
	RULE("fflush", FLUSH),
	RULE("fflush_unlocked", FLUSH),
	RULE("fclose", FLUSH),
	RULE("fcloseall", FLUSH),
	RULE("mmap", SHARED),
	RULE("mmap64", SHARED),
	RULE("shmat", SHARED),
	RULE("__builtin_expect", SAME),
	COPY_OF("memcpy", 1),
	COPY_OF("memmove", 1),
	COPY_OF("memset", -1),
	COPY_OF("__builtin_memcpy", 1),
	COPY_OF("__builtin_memmove", 1),
	COPY_OF("__builtin_memset", -1),
	COPY_OF("__builtin___memcpy_chk", 1),
	COPY_OF("__builtin___memmove_chk", 1),
	COPY_OF("__builtin___memset_chk", -1),
	RULE("getpid", PID),
	RULE("__errno_location", NONE),
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
	{ SYS_getpid, RULE("getpid", PID) },
};

/* Rules of the command line. */
static struct call_rule *more_rules;
static size_t more_count;

void calls__add_rule(const char *name, enum effect effect)
{
	more_rules = xrealloc(more_rules, more_count + 1, sizeof(*more_rules));
	more_rules[more_count++] = (struct call_rule){ name, effect, -1, -1, -1 };
}

bool calls__is_named(const struct call_rule *rule)
{
	return rule >= more_rules && rule < more_rules + more_count;
}

const struct call_rule *calls__rule(const char *name)
{
	static struct map by_name;

	for (size_t i = 0; i < more_count; i++)
		if (!strcmp(more_rules[i].name, name))
			return &more_rules[i];
	if (!by_name.count)
		for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
			*map__slot(&by_name, names__copy(rules[i].name)) = (void *)&rules[i];
	return map__get(&by_name, names__copy(name)) ?: &unknown;
}

bool calls__is_fixed(const char *name)
{
	const struct call_rule *rule = calls__rule(name);

	return rule->effect == EFFECT_FORK || rule->effect == EFFECT_EXIT || calls__is_named(rule);
}

const struct call_rule *calls__system_call(long long number)
{
	for (size_t i = 0; i < sizeof(system_calls) / sizeof(*system_calls); i++)
		if (system_calls[i].number == number)
			return &system_calls[i].rule;
	return &unknown;
}

/* Most letters that a name has around "clone": clone3, sys_clone; not bpf_clone_redirect. */
#define AFFIX 7

bool calls__may_fork(const char *name)
{
	const char *at;

	switch (calls__rule(name)->effect) {
	case EFFECT_FORK:
	case EFFECT_CLONE:
		return true;
	case EFFECT_UNKNOWN:
		break;
	default:
		return false;
	}
	if (!strncmp(name, "SYS_", 4) || !strncmp(name, "__NR_", 5))
		name = strchr(name + 1, '_') + 1;
	at = strcasestr(name, "fork");
	if (at)
		return !strcasestr(name, "atfork");
	at = strcasestr(name, "clone");
	return at && strncmp(name, "CLONE_", 6) && at - name <= AFFIX && strlen(at) - 5 <= AFFIX;
}

bool calls__is_like_fork(const char *name)
{
	size_t size = strlen(name);
	const char *at = strcasestr(name, "fork");

	if (!at || !calls__may_fork(name))
		return false;
	/* "fork_id": the word, and one more */
	return !strcasecmp(name + size - 4, "fork") ||
	       ((at == name || at[-1] == '_') && at[4] == '_' && !strchr(at + 5, '_'));
}

bool calls__is_harmless(const char *name)
{
	/* System calls that programs declare themselves. */
	static const char *const names[] = {
		"capget",     "capset",	     "pidfd_open", "perf_event_open", "memfd_create",
		"gettid",     "tgkill",	     "open_tree",  "move_mount",      "mount_setattr",
		"pivot_root", "fsopen",	     "fsconfig",   "fsmount",	      "pidfd_send_signal",
		"openat2",    "close_range",
	};
	/* libbpf's, and those of the skeletons that bpftool makes: they print to stderr. */
	static const char *const prefixes[] = {
		"io_uring_",	 "bpf_",	  "btf__",
		"libbpf_",	 "ring_buffer__", "user_ring_buffer__",
		"perf_buffer__", "LIBBPF_OPTS",	  "DECLARE_LIBBPF_OPTS",
	};
	static const char *const suffixes[] = {
		"__open",	   "__open_opts",	"__load",
		"__open_and_load", "__attach",		"__detach",
		"__destroy",	   "__create_skeleton", "__elf_bytes",
	};
	size_t size = strlen(name);

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(name, names[i]))
			return true;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
		if (!strncmp(name, prefixes[i], strlen(prefixes[i])))
			return true;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++)
		if (size > strlen(suffixes[i]) &&
		    !strcmp(name + size - strlen(suffixes[i]), suffixes[i]))
			return true;
	return false;
}

bool calls__is_of_c_library(const char *name)
{
	static void *library;

	library = library ?: dlopen("libc.so.6", RTLD_LAZY);
	return library && dlsym(library, name);
}

bool calls__is_skeleton(const char *header)
{
	return strstr(header, "skel.h");
}

int calls__reach(const char *name)
{
	switch (calls__rule(name)->effect) {
	case EFFECT_FORK:
	case EFFECT_CLONE:
		return REACHES_FORK | REACHES_CHILD;
	case EFFECT_EXIT:
	case EFFECT_ENDS_BY_EXIT:
	case EFFECT_ERROR:
	case EFFECT_THREAD_EXIT:
		return REACHES_EXIT;
	case EFFECT_END:
	case EFFECT_ABORT:
	case EFFECT_LONGJMP:
	case EFFECT_EXEC:
		return REACHES_END;
	case EFFECT_HANDLER:
		return REACHES_HANDLER;
	case EFFECT_AT_EXIT:
		return REACHES_AT_EXIT;
	case EFFECT_OUTPUT:
		return REACHES_OUTPUT;
	default:
		return calls__may_fork(name) ? REACHES_FORK | REACHES_CHILD : 0;
	}
}
