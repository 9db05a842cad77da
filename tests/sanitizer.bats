#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# AddressSanitizer, LeakSanitizer and UndefinedBehaviorSanitizer under the runner: a test fails for
# errors that they report, but not if a sanitizer cannot work.

bats_require_minimum_version 1.5.0
load runner.bash

sanitizer()
{
	[[ $flavour == @(asan|undefined) ]] || return 0
	run -1 "$@" -a 'asan_*,pass' --no-error-summary
	has 'ERROR: AddressSanitizer: heap-use-after-free' 'tests/faults/crashes.c:[0-9]+'
	fail_for <<-'EOT'
	asan_child AddressSanitizer: heap-buffer-overflow
	asan_overflow AddressSanitizer: heap-buffer-overflow
	asan_use_after_free AddressSanitizer: heap-use-after-free
	EOT
	has '^Summary: 1/0 PASSED, 0 SKIPPED, 4/0 FAILED$'
}
@test "an AddressSanitizer error fails the test, also in a child that nobody waits for" { everywhere sanitizer; }

log_path()
{
	[[ $flavour == @(asan|undefined) ]] || return 0
	local path
	# Reports that go to a file, and reports that are lost.
	for path in "$PWD/report" /nowhere/report; do
		run -1 env ASAN_OPTIONS=log_path="$path" "$@" -a 'asan_*,pass' --no-error-summary
		fail_for <<-'EOT'
		asan_child (AddressSanitizer: heap-buffer-overflow|a sanitizer ended a process .*)
		asan_overflow (AddressSanitizer: heap-buffer-overflow|a sanitizer ended a process .*)
		EOT
		has_not UndefinedBehaviorSanitizer
		has '^Summary: 1/0 PASSED, 0 SKIPPED, 4/0 FAILED$'
		run -0 env ASAN_OPTIONS=log_path="$path" "$@" -a pass,skip
	done
	ls report.*
}
@test "a report in a file and a lost report fail the test too" { everywhere log_path; }

both()
{
	[[ $flavour == @(asan|undefined) ]] || return 0
	run -1 "$@" -a leak_and_exit,leak_and_more,asan_child_and_kill -J json
	has '^asan_child_and_kill:FAIL:killed by SIGKILL; AddressSanitizer: heap-buffer-overflow$'
	has "^leak_and_exit:FAIL:a child called exit\(\), use _exit\(\): 'make exitcheck' .*; leaked memory$"
	has '^leak_and_more:FAIL:a child called exit\(\).*; a child returned from .*; leaked memory; tests/faults/leaks.c:[0-9]+: fault_leak_and_more:FAIL:number'
	grep -q '"reason": *"called exit(), in the test or a child of it: use _exit()"' json
}
@test "the runner prints all reasons, the most specific first" { everywhere both; }

# Errors that only some flavours detect, also in a child without a waiting parent.
undefined()
{
	run "$@" -a 'undefined_*,unfortified_copy' --no-error-summary
	case $flavour in
	plain|asan)
		[ "$status" = 0 ]
		has '^Summary: 3/0 PASSED, 0 SKIPPED, 0/0 FAILED$'
		return ;;
	fortified)
		fail_for <<<'unfortified_copy killed by SIGABRT'
		has '^\*\*\* buffer overflow detected \*\*\*: terminated$' ;;
	undefined)
		fail_for <<-'EOT'
		undefined_add UndefinedBehaviorSanitizer: [Ss]igned integer overflow: .*
		undefined_child UndefinedBehaviorSanitizer: [Ss]igned integer overflow: .*
		EOT
		has 'tests/faults/crashes.c:[0-9]+:[0-9]+: runtime error: ' ;;
	esac
	[ "$status" = 1 ]
}
@test "undefined behaviour and an overflow fail the test in their flavours" { everywhere undefined; }

leaks()
{
	local plain
	run "$@" -a leak,leak_inherited,leak_subtest,wasted,pass --no-error-summary
	[[ $flavour == @(asan|undefined) ]] || plain=yes
	if [ "${plain-}" ]; then
		[ "$status" = 0 ]
		return
	fi
	[ "$status" = 1 ]
	has 'LeakSanitizer: detected memory leaks' 'in lose tests/faults/leaks.c' \
		'^leak:FAIL:leaked memory$' '^#[0-9]+ +leak:FAIL$'
	has '^#[0-9]+/1 +leak_subtest/loses:OK$' '^leak_subtest:FAIL:leaked memory$'
	has '^#[0-9]+ +leak_inherited:OK$'
	fail_for <<<'wasted leaked memory'
	has '^Summary: 2/2 PASSED, 0 SKIPPED, 3/0 FAILED$'
	# No test fails for memory that was leaked before main().
	has_not '12345'
	run -0 "$@" -a leak_inherited,pass
	# The user's setting has priority.
	run -0 env ASAN_OPTIONS=detect_leaks=0 "$@" -a leak
	echo leak:lose >suppressions
	run -0 env LSAN_OPTIONS=suppressions="$PWD/suppressions" "$@" -a leak
}
@test "a leak fails the leaking test only" { everywhere leaks; }


# Flavours that are linked with LeakSanitizer.
looks_for_leaks() { [[ $flavour == @(asan|undefined) ]]; }

blind()
{
	run -0 "$@" -a 'lsan_*,pass' -v
	has '^Summary: 17/0 PASSED, [0-9]+ SKIPPED, 0/0 FAILED$'
	has_not 'LeakSanitizer has encountered'
	looks_for_leaks || { has_not 'leaks are not looked for'; return; }
	while read -r name reason; do
		has "^test_progs: lsan_$name: leaks are not looked for: $reason" "^#[0-9]+ +lsan_$name:OK$"
	done <<-'EOT'
	descriptors /proc/self/maps: Too many open files
	memory no memory can be mapped \(RLIMIT_AS\?\)
	pid_namespace a tracer cannot be started: clone: Cannot allocate memory
	pid_namespace_empty new children are in another PID namespace
	ptrace_invalid the process cannot be traced: ptrace: Invalid argument
	ptrace_refused the process cannot be traced: ptrace: Operation not permitted
	traced the process is traced
	stack_refused the tracer was killed by SIGSYS \(seccomp\?\): sigaltstack
	tracer_killed the tracer was killed by SIGSYS \(seccomp\?\): ptrace
	tracer_trapped the tracer was killed by SIGSYS \(seccomp\?\): ptrace
	EOT
	[ "$(id -u)" = 0 ] || return 0
	while read -r name reason; do
		has "^test_progs: lsan_$name: leaks are not looked for: $reason" "^#[0-9]+ +lsan_$name:OK$"
	done <<-'EOT'
	chroot there is no /proc
	proc there is no /proc
	processes a tracer cannot be started: clone: Resource temporarily unavailable
	seteuid the process cannot be traced: ptrace: Operation not permitted
	setresuid the process cannot be traced: ptrace: Operation not permitted
	EOT
}
@test "a test keeps its verdict if LeakSanitizer cannot work in its process" { everywhere blind; }

# refused ACTION SYSCALL REASON COMMAND…: with that filter no test fails, and the runner prints why
# it does not look for leaks.
refused()
{
	local action=$1 call=$2 reason=$3
	shift 3
	run -0 "$top/tests/without.py" "$action" "$call" -- "$@" -l
	run -0 --separate-stderr "$top/tests/without.py" "$action" "$call" -- "$@" -a leak,pass,skip -J json
	[[ $output == *'Summary: 3/0 PASSED, 1 SKIPPED, 0/0 FAILED' ]]
	run -1 "$top/tests/without.py" "$action" "$call" -- "$@" -a fail,pass
	looks_for_leaks || return 0
	# Printed once for all tests; the JSON has it for each.
	[ "$(grep -c "leaks are not looked for: $reason" <<<"$stderr")" = 1 ]
	[ "$(grep -c "\"no_leak_check\": *\"$reason" json)" = 3 ]
}

refusals()
{
	refused EPERM ptrace 'the process cannot be traced: ptrace: Operation not permitted' "$@"
	refused ENOSYS ptrace 'the process cannot be traced: ptrace: Function not implemented' "$@"
	refused kill ptrace 'the tracer was killed by SIGSYS' "$@"
	refused trap ptrace 'the tracer was killed by SIGSYS' "$@"
	refused wait ptrace 'the tracer does not come back: ptrace' "$@"
}
@test "tests keep their verdicts if seccomp refuses LeakSanitizer's system calls" {
	[ "$(uname -m)" = x86_64 ] || skip "the filter is for x86_64"
	for flavour in $flavours; do
		refusals "$BUILD/$flavour/test_faults"
	done
}

foreign_proc()
{
	run -0 unshare -pf "$@" -l
	run -0 unshare -pf "$@" -a leak,pass,skip
	has '^Summary: 3/0 PASSED, 1 SKIPPED, 0/0 FAILED$'
	run -0 unshare -m sh -c 'umount -l /proc; "$@"' sh "$@" -a leak,pass,skip
	has '^Summary: 3/0 PASSED, 1 SKIPPED, 0/0 FAILED$'
}
@test "tests keep their verdicts if /proc is missing or another namespace's" {
	[ "$(id -u)" = 0 ] || skip "takes root"
	looks_for_leaks() { :; }
	for flavour in asan undefined; do
		[[ " $flavours " != *" $flavour "* ]] || foreign_proc "$BUILD/$flavour/test_faults"
	done
}

stuck()
{
	run -0 --separate-stderr "$@" -a stuck_lsan,pass -w 2 -J json
	[[ $output == *'Summary: 2/0 PASSED, 0 SKIPPED, 0/0 FAILED' ]]
	looks_for_leaks || return 0
	[[ $stderr == *'test_progs: stuck_lsan: leaks are not looked for: LeakSanitizer does not come back'* ]]
	grep -q '"no_leak_check": *"LeakSanitizer does not come back"' json
}
@test "the runner names a hanging LeakSanitizer and keeps the test's verdict" { everywhere stuck; }
