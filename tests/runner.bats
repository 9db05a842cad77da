#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# Tests that misbehave. test_faults is the same runner with the tests of tests/faults/.

bats_require_minimum_version 1.5.0

load runner.bash

verdicts()
{
	run -1 "$@" -a fail,pass,skip --no-error-summary
	has '^fault_fail:FAIL:number unexpected number: actual 1 != expected 2$' '^#[0-9]+/2 +fail/bad:FAIL$' \
		'^#[0-9]+ +fail:FAIL$'
	has '^#[0-9]+/1 +fail/good:OK$'
	# Numbers take seven columns.
	has "^$(printf '#%-7s fail/bad:FAIL' "$(number_of fail)/2")$" \
		"^$(printf '#%-7s fail:FAIL' "$(number_of fail)")$"
	has '^fail/unable:SKIP:there is no such thing$' '^#[0-9]+/3 +fail/unable:SKIP$'
	has '^#[0-9]+ +pass:OK$'
	has '^skip:SKIP:no reason at all$' '^#[0-9]+ +skip:SKIP$'
	has '^Summary: 2/1 PASSED, 2 SKIPPED, 1/1 FAILED$'
	has_not 'hello from pass'
	has_not 'All error logs:'
}
@test "lines, columns and Summary" { everywhere verdicts; }

error_summary()
{
	run -1 "$@" -a fail,pass
	has '^#[0-9]+ +fail:FAIL$' '^$' '^All error logs:$' '^fault_fail:FAIL:number' \
		'^tests/faults/faults.c:[0-9]+: first failed assertion of fail/bad$' \
		'^#[0-9]+/2 +fail/bad:FAIL$' '^#[0-9]+ +fail:FAIL$' '^Summary: '
	# The log appears once: in the summary or, without one, above the test's lines.
	[ "$(grep -c 'first failed assertion' <<<"$output")" = 1 ]
	run -1 "$@" -a fail,assert_before --no-error-summary
	has '^tests/faults/faults.c:[0-9]+: first failed assertion of assert_before$' '^#[0-9]+ +assert_before:FAIL$'
	[ "$(grep -c 'first failed assertion' <<<"$output")" = 2 ]
}
@test "the runner prints failed tests' logs again at the end" { everywhere error_summary; }

verbose()
{
	run -0 "$@" -a pass -v
	has '^hello from pass$' '^fault_pass:PASS:fine 0 nsec$' '^#[0-9]+ +pass:OK$'
}
@test "-v prints the logs of passing tests" { everywhere verbose; }

children()
{
	run -1 "$@" -a 'child_assert,child_outlives*,child_crash' -v --no-error-summary -J "$PWD/json"
	has '^fail_quietly:FAIL:in the child unexpected' '^#[0-9]+/1 +child_assert/child:FAIL$' \
		'^#[0-9]+/2 +child_assert/other:OK$' '^#[0-9]+ +child_assert:FAIL$'
	has '^test_progs: process died by SIGABRT, stack trace:$' \
		'^fault_child_crash:FAIL:status of child unexpected .*: actual 6 != expected 0$'
	has '^test_progs: child_outlives: 1 process outlived the test' '^#[0-9]+ +child_outlives:OK$'
	# Two orphans, and three more, which the runner adopts when their parents end.
	has '^test_progs: child_outlives_many: [3-5] processes outlived the test' \
		'^#[0-9]+ +child_outlives_many:OK$'
	gone "$PWD/json"
}
@test "a child's failed assertion counts, and the runner kills and reports a child that stays" { everywhere children; }

buffers()
{
	run -1 "$@" -a child_buffer --no-error-summary
	[ "$(grep -c once <<<"$output")" = 1 ]
	has '^once .*test_progs: child_buffer: a child of the test called exit|^once upon a time$'
}
@test "text buffered at a fork is printed once" { everywhere buffers; }

exits()
{
	run -1 "$@" -a 'child_exit*,exit_*,pass' --no-error-summary
	for name in child_exit child_exit_exec child_exit_grand child_exit_leak child_exit_vfork; do
		has "^test_progs: $name: a child of the test called exit\(0\) .*use _exit\(\)"
		fail_for <<<"$name a child called exit\(\), use _exit\(\): 'make exitcheck' finds the call"
	done
	fail_for <<-'EOT'
	exit_0 called exit\(\) with status 0 before its end
	exit_3 called exit\(\) with status 3 before its end
	exit_quiet left by _exit\(\) with status 0 before its end
	EOT
	has '^#[0-9]+ +pass:OK$'
	has '^Summary: 1/0 PASSED, 0 SKIPPED, 8/0 FAILED$'
	has_not LeakSanitizer
}
@test "exit() in the test or in a child fails, _exit() in a child does not" { everywhere exits; }

# The open subtest fails too, so that its log is printed.
walks()
{
	run -1 "$@" -a 'walks_*,pass' --no-error-summary
	has '^test_progs: walks_off: a child of the test returned from the test.s function .*: end it with _exit\(\)$' \
		'^#[0-9]+/1 +walks_off/forks:FAIL$' '^#[0-9]+/2 +walks_off/after:OK$'
	has '^test_progs: walks_out: a child of the test called exit\(0\)' \
		'^#[0-9]+/1 +walks_out/forks:FAIL$' '^#[0-9]+/2 +walks_out/after:OK$'
	fail_for <<-'EOT'
	walks_off a child returned from the test's function, end it with _exit\(\)
	walks_out a child called exit\(\), use _exit\(\): 'make exitcheck' finds the call
	EOT
	has '^Summary: 1/2 PASSED, 0 SKIPPED, 2/2 FAILED$'
}
@test "the runner reports a child that returns from the test's function, and the subtest" { everywhere walks; }

crashes()
{
	run -1 "$@" -a 'crash_*,pass' --no-error-summary
	fail_for <<-'EOT'
	crash_abort killed by SIGABRT
	crash_bus (killed by SIGBUS|AddressSanitizer: BUS)
	crash_fpe (killed by SIGFPE|AddressSanitizer: FPE)
	crash_ill (killed by SIGILL|AddressSanitizer: ILL)
	crash_kill killed by SIGKILL
	crash_segv (killed by SIGSEGV|AddressSanitizer: SEGV)
	crash_stack (killed by SIGSEGV|AddressSanitizer: stack-overflow)
	EOT
	has '^#[0-9]+/1 +crash_segv/before:OK$' '^#[0-9]+/2 +crash_segv/during:FAIL$'
	# Each signal but SIGKILL gives a trace with the place.
	[ "$(grep -cE 'in (fault_crash_(abort|bus|fpe|ill|segv)|descend) (.*/)?tests/faults/crashes.c:' <<<"$output")" -ge 6 ]
	has 'test_progs: process died by SIGABRT, stack trace:' 'in fault_crash_abort '
	has '^#[0-9]+ +pass:OK$'
	has '^Summary: 1/1 PASSED, 0 SKIPPED, 7/1 FAILED$'
}
@test "a crash fails its test only, with a stack trace" { everywhere crashes; }

hangs()
{
	SECONDS=0
	run -1 "$1" -j12 -a 'hang_*,pass,rearm' -w 1 --no-error-summary
	# Takes seven seconds on an idle machine: the time limit of one, and three times two for
	# signals.
	[ $SECONDS -le 35 ]
	has '^test_progs: process died by SIGABRT, stack trace:$' 'fault_hang_busy'
	has '^test_progs: process died by SIGABRT, stack trace:$' 'fault_hang_read'
	has '^#[0-9]+/1 +hang_busy/busy:FAIL$'
	for name in busy child elsewhere forks read says stopped stubborn vfork; do
		fail_for <<<"hang_$name no progress for 1 s, killed by the watchdog"
	done
	fail_for <<<'hang_unkillable no progress for 1 s, and cannot be killed'
	has '^#[0-9]+/4 +rearm/four:OK$' '^#[0-9]+ +rearm:OK$'
	has '^#[0-9]+ +pass:OK$'
	has '^Summary: 2/5 PASSED, 0 SKIPPED, 10/2 FAILED$'
}
@test "the watchdog kills a test that hangs" {
	for flavour in $flavours; do
		hangs "$BUILD/$flavour/test_faults"
	done
}

@test "-w 0 turns the watchdog off" {
	run -124 timeout 4 "$BUILD/plain/test_faults" -a hang_read -w 0
}

alone()
{
	for _ in $(seq "$REPEATS"); do
		run -0 "$@" -a 'slow_*,child_outlives,serial_alone'
		has '^Summary: 5/0 PASSED, 0 SKIPPED, 0/0 FAILED$'
	done
}
@test "a serial test runs alone" {
	REPEATS=3 everywhere alone
	run -0 "$BUILD/plain/test_faults" -j4 -a 'child_outlives,pass,serial_alone' -r 200
	has '^#[0-9]+ +serial_alone: 200 runs, 0 failures, 0.0 %$'
}

clean()
{
	run -0 "$@" -a 'stain*'
}
@test "the next test does not see a test's changes" { everywhere clean; }

odd_ends()
{
	run -1 "$@" -a 'assert_*,open_subtest' --no-error-summary
	has '^fault_assert_before:FAIL:before subtests' '^#[0-9]+/1 +assert_before/one:OK$' \
		'^#[0-9]+ +assert_before:FAIL$'
	has '^#[0-9]+/1 +assert_between/one:OK$' '^fault_assert_between:FAIL:between subtests' \
		'^#[0-9]+/2 +assert_between/two:OK$' '^#[0-9]+ +assert_between:FAIL$'
	has '^#[0-9]+/1 +assert_after/one:OK$' '^fault_assert_after:FAIL:after subtests' \
		'^#[0-9]+ +assert_after:FAIL$'
	has '^#[0-9]+/1 +open_subtest/never ended:OK$' '^#[0-9]+ +open_subtest:OK$'
}
@test "assertions between subtests count, and the runner ends an open subtest" { everywhere odd_ends; }

much()
{
	! "$@" -a child_writes --no-error-summary >out
	[ "$(grep -cE '^0{54}[0-9]{9}$' out)" = 163840 ]
	grep -qx 'the end of it' out
	grep -q '^#[0-9]* *child_writes:FAIL$' out
	! "$@" -a children_write --no-error-summary >out
	# Each of four writers wrote 200 whole lines.
	for letter in a b c d; do
		[ "$(grep -cxE "$letter+" out)" = 200 ]
	done
	"$@" -a subtests_10000 >out
	[ "$(grep -c '^#[0-9]*/[0-9]* *subtests_10000/number_[0-9]*:OK$' out)" = 10000 ]
	grep -qx 'Summary: 1/10000 PASSED, 0 SKIPPED, 0/0 FAILED' out
}
@test "the runner handles 10 MB of log, interleaved writers and 10,000 subtests" { everywhere much; }

many()
{
	local bench=${1/test_faults/test_bench}
	shift
	"$bench" "$@" -n 1-500 >out
	for number in 1 250 500; do
		grep -q "^#$number *empty:OK$" out
	done
	[ "$(grep -c ':OK$' out)" = 500 ]
	grep -qx 'Summary: 500/0 PASSED, 0 SKIPPED, 0/0 FAILED' out
}
@test "the runner handles 500 tests" { everywhere many; }

odd_names()
{
	! "$@" -a 'name_*,overwrite_page' -J json --no-error-summary >out
	output=$(tr -d '\0' <out)
	has '^#[0-9]+/1 +name_odd/tab.newline.escape. bad .*:FAIL$'
	has '^test__start_subtest:FAIL:name subtest 1 has no name$'
	[ "$(grep '^#[0-9]*/1 *name_long/n*:FAIL$' <<<"$output" | wc -c)" = $((9 + 10 + 65535 + 6)) ] # the columns, "name_long/", the name, ":FAIL\n"
	fail_for <<<'overwrite_page .*overwrote its result page'
	has '^Summary: 0/0 PASSED, 0 SKIPPED, 4/[234] FAILED$'
	python3 - <<-'EOT'
	import json
	j = json.load(open("json", encoding="utf-8"))
	names = [s["name"] for t in j["tests"] for s in t["subtests"]]
	assert "tab\tnewline\nescape\x1b bad \ufffd, 50% \xe9 \"x\"" in names, names
	test = [t for t in j["results"] if t["name"] == "name_odd"][0]
	assert test["message"] == "", test
	log = test["subtests"][0]["message"]
	assert log.startswith("nul \0 escape \x1b bad \ufffd\ufffd newline"), log
	EOT
}
@test "the runner handles odd names, odd bytes in logs and an overwritten page" { everywhere odd_names; }

@test "a test cannot overwrite the results of a parallel test" {
	for flavour in $flavours; do
		run -1 "$BUILD/$flavour/test_faults" -j4 -a hang_busy,overwrite_page -w 1 --no-error-summary
		has '^#[0-9]+/1 +hang_busy/busy:FAIL$'
		fail_for <<<'hang_busy no progress for 1 s, killed by the watchdog'
	done
}

# interrupted SIGNAL STATUS DELAY COMMAND…
interrupted()
{
	local signal=$1 expected=$2 delay=$3 status=0
	shift 3
	rm -f json
	env --default-signal="$signal" "$@" -a 'child_outlives*,hang_*,slow_*' -w 3 -J "$PWD/json" >out 2>&1 &
	pid=$!
	# Before the runner catches signals they end it at once.
	until_it [ -e json ]
	sleep "$delay"
	kill -"$signal" $pid
	wait $pid || status=$?
	output=$(cat out)
	echo "$signal after $delay s: status $status"
	[ "$status" = "$expected" ]
	has '^Summary: '
	python3 -m json.tool json >/dev/null
	sleep 0.1
	gone "$PWD/json"
}
both_signals()
{
	interrupted INT 130 0.05 "$@" -b hang_unkillable
	interrupted INT 130 0.6 "$@" -b hang_unkillable
	interrupted TERM 143 0.2 "$@" -b hang_unkillable
}
@test "Ctrl-C and SIGTERM kill the tests, and the runner prints Summary and JSON" {
	everywhere both_signals
	# This signal comes while the watchdog waits for tests that ignored SIGABRT.
	interrupted INT 130 3.5 "$BUILD/plain/test_faults" -j8 -b hang_unkillable
}

@test "an ignored signal stays ignored" {
	(trap '' HUP; "$BUILD/plain/test_faults" -a slow_1 >out 2>&1 & pid=$!
	 sleep 0.05; kill -HUP $pid; wait $pid)
	grep -q '^Summary: 1/0 PASSED' out
}
