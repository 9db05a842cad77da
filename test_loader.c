// SPDX-License-Identifier: GPL-2.0
/*
 * test_loader: RUN_TESTS() loads a BPF program and compares the outcome with its annotations
 * (progs/bpf_misc.h).
 */
#define _GNU_SOURCE
#include <limits.h>
#include <regex.h>

#include "runner/child.h"
#include "lib/xalloc.h"
#include "runner/parse.h"
#include "test_progs.h"

#define TAG_PREFIX "comment:"
#define LOG_BYTES (1 << 20)

struct annotation {
	unsigned long order;
	const char *key;   /* not NUL-terminated: up to the value's '=' */
	const char *value; /* may be empty */
};

/* Expectations and settings from the annotations of a program. */
struct spec {
	struct annotation *annotations; /* sorted by order */
	size_t count;
	const char *description;
	bool failure; /* the verifier must refuse the program */
	bool for_arch, for_this_arch;
	bool run;
	int retval;
	unsigned int log_level;
	unsigned int flags;
};

/* The processor's name in annotations. */
#if defined(__x86_64__)
#define THIS_ARCH "X86_64"
#elif defined(__aarch64__)
#define THIS_ARCH "ARM64"
#elif defined(__s390x__)
#define THIS_ARCH "S390X"
#elif defined(__riscv) && __riscv_xlen == 64
#define THIS_ARCH "RISCV64"
#else
#define THIS_ARCH "this processor"
#endif

static bool has_key(const struct annotation *annotation, const char *key)
{
	size_t len = strlen(key);

	return !strncmp(annotation->key, key, len) &&
	       (annotation->key[len] == '=' || !annotation->key[len]);
}

static int by_order(const void *a, const void *b)
{
	const struct annotation *first = a, *second = b;

	return first->order < second->order ? -1 : first->order > second->order;
}

static int parse_flag(const char *text, unsigned int *flags)
{
	static const struct {
		const char *name;
		unsigned int flag;
	} names[] = {
		{ "BPF_F_STRICT_ALIGNMENT", BPF_F_STRICT_ALIGNMENT },
		{ "BPF_F_ANY_ALIGNMENT", BPF_F_ANY_ALIGNMENT },
		{ "BPF_F_TEST_RND_HI32", BPF_F_TEST_RND_HI32 },
		{ "BPF_F_TEST_STATE_FREQ", BPF_F_TEST_STATE_FREQ },
		{ "BPF_F_SLEEPABLE", BPF_F_SLEEPABLE },
		{ "BPF_F_XDP_HAS_FRAGS", BPF_F_XDP_HAS_FRAGS },
		{ "BPF_F_TEST_REG_INVARIANTS", BPF_F_TEST_REG_INVARIANTS },
	};
	unsigned int number;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (!strcmp(text, names[i].name)) {
			*flags |= names[i].flag;
			return 0;
		}
	}
	if (parse_uint(text, 0, UINT_MAX, &number))
		return -EINVAL;
	*flags |= number;
	return 0;
}

/* Parses a decimal or hexadecimal number of 32 bits, with or without a sign. */
static int parse_retval(const char *text, int *retval)
{
	long long number;
	char *end;

	errno = 0;
	number = strtoll(text, &end, 0);
	if (errno || end == text || *end || number < INT_MIN || number > UINT_MAX)
		return -EINVAL;
	*retval = (int)number;
	return 0;
}

static int apply(struct spec *spec, const struct annotation *annotation)
{
	if (has_key(annotation, "test_expect_failure")) {
		spec->failure = true;
	} else if (has_key(annotation, "test_description")) {
		spec->description = annotation->value;
	} else if (has_key(annotation, "test_arch")) {
		spec->for_arch = true;
		spec->for_this_arch |= !strcmp(annotation->value, THIS_ARCH);
	} else if (has_key(annotation, "test_retval")) {
		spec->run = true;
		return parse_retval(annotation->value, &spec->retval);
	} else if (has_key(annotation, "test_log_level")) {
		return parse_uint(annotation->value, 0, 7, &spec->log_level);
	} else if (has_key(annotation, "test_prog_flags")) {
		return parse_flag(annotation->value, &spec->flags);
	} else if (!has_key(annotation, "test_expect_success") &&
		   !has_key(annotation, "test_expect_msg") &&
		   !has_key(annotation, "test_expect_not_msg")) {
		return -EINVAL;
	}
	return 0;
}

/* Adds declaration tag @text if it is an annotation. */
static void collect(struct spec *spec, const char *text)
{
	struct annotation annotation = {};
	char *end;

	if (strncmp(text, TAG_PREFIX, strlen(TAG_PREFIX)))
		return;
	annotation.order = strtoul(text + strlen(TAG_PREFIX), &end, 10);
	if (*end != ':')
		return;
	annotation.key = end + 1;
	end += strcspn(end, "=");
	annotation.value = *end ? end + 1 : end;
	spec->annotations =
		xrealloc(spec->annotations, spec->count + 1, sizeof(*spec->annotations));
	spec->annotations[spec->count++] = annotation;
}

/* Reads the annotations of @prog, which point into @btf. */
static void read_annotations(struct spec *spec, const struct btf *btf,
			     const struct bpf_program *prog)
{
	int func = btf__find_by_name_kind(btf, bpf_program__name(prog), BTF_KIND_FUNC);
	__u32 types = btf__type_cnt(btf);

	for (__u32 id = 1; func > 0 && id < types; id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);

		if (btf_is_decl_tag(type) && type->type == (__u32)func)
			collect(spec, btf__str_by_offset(btf, type->name_off));
	}
	if (spec->count)
		qsort(spec->annotations, spec->count, sizeof(*spec->annotations), by_order);
}

/* Returns 0, or -EINVAL after a message. */
static int apply_all(struct spec *spec, const struct bpf_program *prog)
{
	for (size_t i = 0; i < spec->count; i++) {
		if (apply(spec, &spec->annotations[i])) {
			ASSERT_FAIL("%s: annotation '%s' is not understood",
				    bpf_program__name(prog), spec->annotations[i].key);
			return -EINVAL;
		}
	}
	return 0;
}

/* Converts @pattern, with {{...}} around its regular expressions, to one regular expression. */
static char *to_regex(const char *pattern)
{
	char *regex = xcalloc(2 * strlen(pattern) + 1, 1), *put = regex;
	bool literal = true;

	while (*pattern) {
		if (literal && !strncmp(pattern, "{{", 2)) {
			literal = false;
			*put++ = '(';
			pattern += 2;
		} else if (!literal && !strncmp(pattern, "}}", 2)) {
			literal = true;
			*put++ = ')';
			pattern += 2;
		} else {
			if (literal && strchr("\\^$.[]|()*+?{}", *pattern))
				*put++ = '\\';
			*put++ = *pattern++;
		}
	}
	return regex;
}

/*
 * Looks for @pattern in @text. Returns whether it is there, with *@start and *@end around it. An
 * invalid pattern fails the test.
 */
static bool find(const char *text, const char *pattern, size_t *start, size_t *end)
{
	char *source = to_regex(pattern);
	regmatch_t match;
	regex_t regex;
	bool found;
	int err;

	err = regcomp(&regex, source, REG_EXTENDED | REG_NEWLINE);
	free(source);
	if (err) {
		ASSERT_FAIL("'%s' is no regular expression", pattern);
		return false;
	}
	found = !regexec(&regex, text, 1, &match, 0);
	if (found) {
		*start = (size_t)match.rm_so;
		*end = (size_t)match.rm_eo;
	}
	regfree(&regex);
	return found;
}

static void refute_messages(const struct annotation *from, const struct annotation *to,
			    const char *text, size_t len)
{
	char *stretch = xstrndup(text, len);
	size_t start, end;

	for (; from < to; from++)
		if (has_key(from, "test_expect_not_msg") &&
		    find(stretch, from->value, &start, &end))
			ASSERT_FAIL("verifier log must not hold here: '%s'", from->value);
	free(stretch);
}

/* Checks that @log has the expected messages in order, and no unwanted message between them. */
static void check_messages(const struct spec *spec, const char *log)
{
	const struct annotation *pending = spec->annotations;
	const struct annotation *end = pending + spec->count;

	for (const struct annotation *at = pending; at < end; at++) {
		size_t from, to;

		if (!has_key(at, "test_expect_msg"))
			continue;
		if (!find(log, at->value, &from, &to)) {
			ASSERT_FAIL("verifier log lacks, from here on: '%s'", at->value);
			printf("%s\n", log);
			return;
		}
		test__assert(true, TEST_SITE, at->value, "found");
		refute_messages(pending, at, log, from);
		log += to;
		pending = at;
	}
	refute_messages(pending, end, log, strlen(log));
}

static void check_retval(const struct spec *spec, struct bpf_program *prog)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	static char packet[64];

	/* The kernel refuses a packet for a program of type BPF_PROG_TYPE_SYSCALL. */
	if (bpf_program__type(prog) != BPF_PROG_TYPE_SYSCALL) {
		opts.data_in = packet;
		opts.data_size_in = sizeof(packet);
		opts.repeat = 1;
	}
	if (ASSERT_OK(bpf_prog_test_run_opts(bpf_program__fd(prog), &opts), "test_run"))
		ASSERT_EQ((int)opts.retval, spec->retval, "retval");
}

/* An object file whose programs run one after the other. */
struct run {
	const char *skeleton;
	const void *bytes;
	size_t size;
	size_t count;	 /* number of programs */
	bool *auxiliary; /* for each program: true if it is no test */
	bool member;	 /* the programs belong to an open subtest */
};

static bool is_auxiliary(const struct btf *btf, const struct bpf_program *prog)
{
	struct spec spec = {};
	bool found = false;

	read_annotations(&spec, btf, prog);
	for (size_t i = 0; i < spec.count; i++)
		found |= has_key(&spec.annotations[i], "test_auxiliary");
	free(spec.annotations);
	return found;
}

/* Loads @prog and the auxiliary programs of @obj, and compares the outcome with @spec. */
static void check_program(const struct run *run, const struct spec *spec, struct bpf_object *obj,
			  struct bpf_program *prog, char *log)
{
	struct bpf_program *other;
	size_t i = 0;
	int err;

	bpf_object__for_each_program(other, obj)
		bpf_program__set_autoload(other, run->auxiliary[i++] || other == prog);
	bpf_program__set_log_buf(prog, log, LOG_BYTES);
	bpf_program__set_log_level(prog, spec->log_level | (unsigned int)extra_prog_load_log_flags);
	bpf_program__set_flags(prog, bpf_program__flags(prog) | spec->flags);

	err = bpf_object__load(obj);
	if (spec->failure ? !ASSERT_ERR(err, "load of a program to be refused") :
			    !ASSERT_OK(err, "load")) {
		printf("%s\n", log);
		return;
	}
	if (extra_prog_load_log_flags)
		printf("%s\n", log);
	check_messages(spec, log);
	if (spec->run && !spec->failure)
		check_retval(spec, prog);
}

static void run_program(const struct run *run, size_t index)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = run->skeleton);
	struct spec spec = { .log_level = 1 };
	struct bpf_program *prog = NULL;
	struct bpf_object *obj;
	const char *name;
	char *log;

	obj = bpf_object__open_mem(run->bytes, run->size, &opts);
	if (!ASSERT_OK_PTR(obj, "open object"))
		return;
	do {
		prog = bpf_object__next_program(obj, prog);
	} while (index--);
	read_annotations(&spec, bpf_object__btf(obj), prog);
	if (apply_all(&spec, prog))
		goto out;

	name = spec.description ?: bpf_program__name(prog);
	if (run->member ? !child__start_member_subtest(name, bpf_program__name(prog)) :
			  !test__start_subtest_with_desc(name, bpf_program__name(prog)))
		goto out;
	if (spec.for_arch && !spec.for_this_arch) {
		printf("%s:SKIP:not for %s\n", name, THIS_ARCH);
		test__skip();
		goto out;
	}
	log = xcalloc(LOG_BYTES, 1);
	check_program(run, &spec, obj, prog, log);
	free(log);
out:
	free(spec.annotations);
	bpf_object__close(obj);
}

/* Records in @run the programs, and which of them are tests. */
static bool look_at_programs(struct run *run)
{
	struct bpf_object *obj = bpf_object__open_mem(run->bytes, run->size, NULL);
	struct bpf_program *prog;

	if (!ASSERT_OK_PTR(obj, "open object"))
		return false;
	bpf_object__for_each_program(prog, obj) {
		run->auxiliary = xrealloc(run->auxiliary, run->count + 1, sizeof(*run->auxiliary));
		run->auxiliary[run->count++] = is_auxiliary(bpf_object__btf(obj), prog);
	}
	bpf_object__close(obj);
	return true;
}

void test_loader__run(const char *skeleton, const void *(*elf_bytes)(size_t *size))
{
	struct run run = { .skeleton = skeleton, .member = child__in_subtest() };
	size_t tests = 0;

	run.bytes = elf_bytes(&run.size);
	if (!look_at_programs(&run))
		return;
	for (size_t i = 0; i < run.count; i++) {
		if (!run.auxiliary[i]) {
			run_program(&run, i);
			tests++;
		}
	}
	if (!tests)
		test__assert(false, TEST_SITE, skeleton, "no program to be tested");
	free(run.auxiliary);
}
