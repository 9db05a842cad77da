/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bpf_misc: annotations of a BPF program with the outcome that test_loader.c expects.
 *
 * Each annotation is a BTF declaration tag on the program, "comment:ORDER:KEY=VALUE" as in the
 * kernel tree. ORDER counts the annotations in the file, since BTF does not keep their order. A
 * program without annotations must load.
 */
#ifndef __BPF_MISC_H__
#define __BPF_MISC_H__

#define __test_str(text) #text
#define __test_xstr(text) __test_str(text)
#define __test_tag(key_value) \
	__attribute__((btf_decl_tag("comment:" __test_xstr(__COUNTER__) ":" key_value)))

/* __success: the program loads. __failure: the verifier refuses it. */
#define __success		__test_tag("test_expect_success")
#define __failure		__test_tag("test_expect_failure")
/*
 * __msg(): the verifier's log has @pattern after the match of the previous __msg(). __not_msg():
 * the log does not have it between these two matches. {{...}} is an extended regular expression.
 */
#define __msg(pattern)		__test_tag("test_expect_msg=" pattern)
#define __not_msg(pattern)	__test_tag("test_expect_not_msg=" pattern)
/* The program returns @value when it runs once. */
#define __retval(value)		__test_tag("test_retval=" __test_xstr(value))
/* BPF_PROG_LOAD's log_level and prog_flags. */
#define __log_level(level)	__test_tag("test_log_level=" __test_xstr(level))
#define __flag(flag)		__test_tag("test_prog_flags=" __test_xstr(flag))
/* The program is no test: it is loaded together with each of the others. */
#define __auxiliary		__test_tag("test_auxiliary")
/* The subtest's name, instead of the program's. */
#define __description(text)	__test_tag("test_description=" text)

#endif
