#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# The runner's output for programs: JSON, annotations, the kernel's log. Also -r.

bats_require_minimum_version 1.5.0
load runner.bash

json()
{
	run -1 "$@" -a 'fail,crash_segv,skip,pass' -J json
	run -0 python3 - <<-EOT
	import json
	j = json.load(open("json"))
	assert (j["success"], j["success_subtest"]) == (2, 2), j
	assert (j["skipped"], j["failed"], j["failed_subtest"]) == (2, 2, 2), j
	assert [r["name"] for r in j["results"]] == ["crash_segv", "fail"], j
	fail = j["results"][1]
	assert fail["number"] == $(number_of fail) and fail["failed"] is True, j
	assert [s["name"] for s in fail["subtests"]] == ["bad"], j
	assert "actual 1 != expected 2" in fail["subtests"][0]["message"], j
	tests = {t["name"]: t for t in j["tests"]}
	assert {n: t["status"] for n, t in tests.items()} == {
	    "crash_segv": "FAIL", "fail": "FAIL", "pass": "OK", "skip": "SKIP"}, j
	assert tests["skip"]["reason"] == "no reason at all", j
	assert [s["status"] for s in tests["fail"]["subtests"]] == ["OK", "FAIL", "SKIP"], j
	assert tests["pass"]["duration_ns"] > 0, j
	EOT
}
@test "-J writes valid JSON with every result" { everywhere json; }

annotations()
{
	! GITHUB_ACTIONS=true "$@" -a fail,assert_after,crash_kill,name_odd --no-error-summary >out
	output=$(tr -d '\0' <out)
	line=$(grep -n 'ASSERT_EQ(1, 2, "number")' "$top/tests/faults/faults.c" | cut -d: -f1)
	has "^::error file=tests/faults/faults.c,line=$line,title=fail/bad::tests/faults/faults.c:$line: fault_fail:FAIL:number unexpected"
	has '^::error file=tests/faults/faults.c,line=[0-9]+,title=assert_after::tests/faults/faults.c:[0-9]+: fault_assert_after:FAIL:'
	has '^::error title=crash_kill::killed by SIGKILL$'
	has '^::error .*title=name_odd/tab%09newline%0Aescape%1B bad .*%2C 50%25 '
	[ "$(grep -c '^::error ' <<<"$output")" = 4 ]
	run -1 "$@" -a fail
	has_not '^::'
}
@test "GitHub annotations name file and line" { everywhere annotations; }

repeats()
{
	run -1 "$@" -a fail,pass -r 3
	[ "$(grep -c '^Summary: ' <<<"$output")" = 3 ]
	has '^All repeats:$' '^#[0-9]+ +fail: 3 runs, 3 failures, 100.0 %$' \
		'^#[0-9]+ +pass: 3 runs, 0 failures, 0.0 %$' '^Summary: '
	run -1 "$@" -a fail,pass --until-fail
	[ "$(grep -c '^Summary: ' <<<"$output")" = 1 ]
	run -0 "$@" -a pass --until-fail -r 4
	has '^#[0-9]+ +pass: 4 runs, 0 failures, 0.0 %$'
}
@test "-r and --until-fail repeat tests" { everywhere repeats; }

unknown_subtest()
{
	run -2 --separate-stderr "$@" -a fail/nosuch
	[ "$output" = 'Summary: 0/0 PASSED, 0 SKIPPED, 0/0 FAILED' ]
	[[ $stderr == 'test_progs: -a fail/nosuch: matches no subtest: '* ]]
	run -2 --separate-stderr "$@" -n "$(number_of fail)/17"
	run -0 --separate-stderr "$@" -n "$(number_of fail)/1"
	[[ $output == *'Summary: 1/1 PASSED'* ]]
}
# listed COMMAND…: print its list of subtests, and each reason that it prints.
listed()
{
	# No other process has this name.
	ln -sf "$1" faults
	set -- "$PWD/faults" "${@:2}"
	run -0 --separate-stderr "$@" -l -v -a fail,described,skip_one,pass,skip,name_odd,name_empty -a rearm \
		-a crash_abort,exit_0,hang_read,child_outlives,endless_subtests -w 1
	diff <(sed 's/\xff/@BAD@/' <<<"$output") - <<-'EOT'
	child_outlives
	crash_abort
	described/short_name
	described/other
	endless_subtests
	exit_0
	fail/good
	fail/bad
	fail/unable
	hang_read
	name_empty
	name_odd/tab*newline*escape* bad @BAD@, 50% é "x"
	pass
	rearm/one
	rearm/two
	rearm/three
	rearm/four
	skip
	skip_one/one
	skip_one/two
	skip_one/three
	EOT
	output=$stderr
	for reason in 'crash_abort killed by SIGABRT' 'endless_subtests no progress for 1 s, killed by the watchdog' \
		'exit_0 called exit\(\) with status 0 before its end' \
		'hang_read no progress for 1 s, killed by the watchdog' 'name_empty .* has no name' 'skip no reason at all'; do
		has "^test_progs: ${reason%% *}: its subtests cannot be listed: ${reason#* }$"
	done
	has_not '^test_progs: (pass|rearm|described|skip_one):'
	gone "$PWD/faults"
	# Subtests are selected too.
	run -0 --separate-stderr "$@" -l -v -a 'fail/*d*,described' -d fail/good,described/short_name
	[ "$output" = $'described/other\nfail/bad' ]
	run -0 --separate-stderr "$@" -l -v -n "$(number_of fail)/2-3"
	[ "$output" = $'fail/bad\nfail/unable' ]
	run -2 --separate-stderr "$@" -l -v -a fail/nosuch
	[ -z "$output" ]
	run -0 "$@" -c -l -v -a fail,described
	[ "$output" = 2 ]
}
@test "-l -v lists subtests, and tests that cannot be listed with the reason" { everywhere listed; }

# A list that is fed back runs exactly its subtests.
fed_back()
{
	"$@" -l -v -a fail,described,pass,skip_one,name_odd,leak_subtest,list_names -d fail/unable >list
	run "$@" -a @list -J json
	"$@" -l -v -a @list >again
	diff list again
	python3 - <<-'EOT'
	import json
	ran = {t["name"]: [s["name"] for s in t["subtests"]] for t in json.load(open("json"))["tests"]}
	assert ran.pop("name_odd"), ran
	assert ran.pop("list_names") == ["hash #1", "blank ", "a/b, c"], ran
	assert ran == {"described": ["short_name", "other"], "fail": ["good", "bad"], "pass": [],
	               "skip_one": ["one", "two", "three"], "leak_subtest": ["loses", "does not"]}, ran
	EOT
}
@test "-a @FILE takes a listing of subtests" { everywhere fed_back; }

# reasons FLAVOUR PATTERN [OPTION…]: check that the page's examples with matching names fail for the
# reasons on the page.
reasons()
{
	local reason example flavour=$1 pattern=$2
	shift 2
	sed -nE 's/^\| .* \| `(.*)` \| `([a-z_0-9]+)` \|$/\2 \1/p' "$top/docs/runner.md" | grep -E "^$pattern" >reasons
	[ -s reasons ]
	run -1 "$BUILD/$flavour/test_faults" -j4 --log-limit 2 --no-error-summary "$@" -a "$(cut -d' ' -f1 reasons | paste -sd,)"
	while read -r example reason; do
		# "…" matches anything.
		reason=$(sed 's/[][().*^$+?{}|\\]/\\&/g; s/…/.*/g' <<<"$reason")
		has "^$example:FAIL:$reason(;.*)?$"
	done <reasons
}
@test "the reasons in docs/runner.md are those that the runner prints" {
	reasons plain '(call|child|crash|endless|exit|hang|overwrite|signal|thread|walks)' -w 1
	for flavour in $flavours; do
		case $flavour in
		asan) reasons asan '(asan_|leak )' ;;
		undefined) reasons undefined 'undefined_' ;;
		esac
	done
}

@test "an unknown subtest is an error that names it" { everywhere unknown_subtest; }

# outcome WORD: check the outcome in the JSON.
outcome()
{
	[ "$(python3 -c 'import json; print(json.load(open("json"))["status"])')" = "$1" ]
}

# json_status WORD COMMAND…: check the outcome of that run.
json_status()
{
	local word=$1
	shift
	run "$@" -J json
	outcome "$word"
}

# interrupted_status WORD COMMAND…: check the outcome of that run after SIGINT.
interrupted_status()
{
	local word=$1
	shift
	rm -f json
	env --default-signal=INT "$@" -J json >out 2>&1 &
	# The runner creates the file when it is ready for signals.
	until_it [ -e json ]
	kill -INT $!
	wait $! || :
	outcome "$word"
}

outcomes()
{
	json_status passed "$@" -a pass
	json_status passed "$@" -a pass,skip
	json_status skipped "$@" -a skip
	json_status failed "$@" -a pass,skip,fail
	json_status nothing "$@" -a fail -d 'fail/*'
	interrupted_status failed "$@" -a pass,hang_read
	run "$@" -a fail,pass,skip -J json
	python3 - <<-'EOT'
	import json
	j = json.load(open("json"))
	assert j["counts"] == {
	    "tests": {"passed": 1, "skipped": 1, "failed": 1, "not_run": 0},
	    "subtests": {"passed": 1, "skipped": 1, "failed": 1}}, j
	EOT
}
@test "the JSON has the outcome in one word, and the counts" { everywhere outcomes; }

# with_kmsg FILE COMMAND…: run it with FILE, emptied, as /dev/kmsg.
with_kmsg()
{
	: >"$1"
	# shellcheck disable=SC2016 # expanded there
	unshare -m sh -c 'mount --bind "$1" /dev/kmsg; shift; "$@"' sh "$@"
}

kernel_log()
{
	run -1 with_kmsg kmsg "$@" --kmsg -a crash_segv,fail,skip
	output=$(sort kmsg)
	[ "$output" = "$(sort <<-'EOT'
	<5>test_progs: start crash_segv
	<5>test_progs: start crash_segv/before
	<5>test_progs: end crash_segv/before: OK
	<5>test_progs: start crash_segv/during
	<5>test_progs: end crash_segv/during: FAIL
	<5>test_progs: end crash_segv: FAIL
	<5>test_progs: start fail
	<5>test_progs: start fail/good
	<5>test_progs: end fail/good: OK
	<5>test_progs: start fail/bad
	<5>test_progs: end fail/bad: FAIL
	<5>test_progs: start fail/unable
	<5>test_progs: end fail/unable: SKIP
	<5>test_progs: end fail: FAIL
	<5>test_progs: start skip
	<5>test_progs: end skip: SKIP
	EOT
	)" ]
	run -1 with_kmsg kmsg "$@" --kmsg -a name_odd,name_long
	grep -qaE '^<5>test_progs: start name_odd/tab\?newline\?escape\? bad .*"x"$' kmsg
	[ "$(grep -c '^<5>test_progs: end name_long/n*: FAIL$' kmsg)" = 1 ]
	[ "$(wc -L <kmsg)" -lt 1000 ]
	run -0 with_kmsg kmsg "$@" -a pass
	[ ! -s kmsg ]
}
@test "--kmsg names tests and subtests in the kernel's log" {
	[ "$(id -u)" = 0 ] || skip "takes root"
	everywhere kernel_log
}

@test "--kmsg without /dev/kmsg prints a message, and the tests run" {
	[ "$(id -u)" = 0 ] || skip "takes root"
	# shellcheck disable=SC2016 # expanded there
	run -0 --separate-stderr unshare -m sh -c 'mount -t tmpfs none /dev; "$@"' sh \
		"$BUILD/plain/test_faults" --kmsg -a pass
	[[ $stderr == *'--kmsg: /dev/kmsg: cannot be opened: No such file'* ]]
}

@test "the kernel's log has the lines of all of many subtests" {
	[ "$(id -u)" = 0 ] && dmesg >/dev/null || skip "the kernel's log cannot be read here"
	[ "$(cat /proc/sys/kernel/printk_devkmsg)" != off ] || skip "printk.devkmsg=off"
	before=$(dmesg | tail -n 1)
	[ -n "$before" ]
	"$BUILD/plain/test_faults" --kmsg -a rearm,fail,skip,pass >/dev/null || :
	[ "$(dmesg | grep -Fxe "$before" -A 10000 | grep -c 'test_progs: \(start\|end\) ')" -ge 22 ]
}

# Readers of the kernel tree's JSON rely on these keys.
compatible()
{
	run -0 "$@" -a skip_one
	has '^#[0-9]+ +skip_one:OK \(SKIP: 1/3\)$'
	run -0 "$@" -a skip_one/one,skip_one/two
	has '^#[0-9]+ +skip_one:OK \(SKIP: 1/3\)$'
	run -0 "$@" -a pass,zz_not_built
	has '^#[0-9]+ +zz_not_built:SKIP \(not built\)$' '^Summary: 1/0 PASSED, 0 SKIPPED \(1 not built\), 0/0 FAILED$'
	run -0 "$@" -a verbose_child -v
	run -1 env -u SELFTESTS_VERBOSE "$@" -a verbose_child
	for selection in 'described/short_name' 'described/what it is about'; do
		run -0 --separate-stderr "$@" -a "$selection"
		has '^#[0-9]+/1 +described/short_name:OK$' '^Summary: 1/1 PASSED'
		run -0 "$@" -a described -d "$selection"
		has '^#[0-9]+/2 +described/other:OK$' '^Summary: 1/1 PASSED'
	done
	run -0 --separate-stderr "$@" -a pass -m '*'
	[[ $stderr == *'-m: no traffic is monitored' ]]
	run -0 --separate-stderr "$@" -a pass --traffic-monitor=pass
	# No text appears twice: not the logs with -v, not a subtest's log in its test's message.
	run -1 "$@" -a fail,assert_between -v -J json
	has_not 'All error logs'
	[ "$(grep -c 'FAIL:number unexpected' <<<"$output")" = 1 ]
	[ "$(grep -c '"message": ".*FAIL:number unexpected' json)" = 1 ]
	[ "$(grep -c '"message": ".*FAIL:between subtests' json)" = 1 ]
}
@test "numbers, selections and options are compatible with the kernel tree's runner" { everywhere compatible; }

watchdog_words()
{
	run -1 --separate-stderr "$@" -a hang_says,hang_read -w 11
	grep -qx 'WATCHDOG: test case hang_says/two executes for 10 seconds...' <<<"$stderr"
	grep -qx 'WATCHDOG: test case hang_read executes for 10 seconds...' <<<"$stderr"
}
@test "the watchdog's notice has the words that scripts look for" {
	watchdog_words "$BUILD/plain/test_faults" -j2
}
