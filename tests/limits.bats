#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# Tests that affect the runner: its memory, descriptors, signals, threads; and slow readers and
# killers of the runner.

bats_require_minimum_version 1.5.0
load runner.bash

endless()
{
	run -1 "$@" -a endless_log,endless_log_child,pass --log-limit 2 -J json --no-error-summary
	[ "${#output}" -lt 5000000 ]
	[ "$(wc -c <json)" -lt 5000000 ]
	output=$(grep -av '^again' <<<"$output")
	has '^the start of it$' '^\[[0-9]+ bytes of log left out\]$' '^#[0-9]+ +endless_log:FAIL$'
	fail_for <<-'EOT'
	endless_log wrote more than 2 MiB of log, the limit of --log-limit
	endless_log_child wrote more than 2 MiB of log, the limit of --log-limit
	EOT
	has '^Summary: 1/0 PASSED, 0 SKIPPED, 2/1 FAILED$'
	python3 -m json.tool json >/dev/null
	run -1 "$@" -a child_writes --log-limit 0 --no-error-summary
	[[ $output != *'left out'* ]]
}
@test "the runner kills a test that writes without end, and keeps head and tail of its log" { everywhere endless; }

memory()
{
	"$@" -a 'endless_log*' -J json >out 2>&1 &
	local peak=0 now pid=$!
	while kill -0 $pid 2>/dev/null; do
		for process in $pid $(pgrep -P $pid || :); do
			now=$(sed -n 's/^RssAnon:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$process/status" 2>/dev/null || :)
			[ "${now:-0}" -le "$peak" ] || peak=$now
		done
		sleep 0.02
	done
	wait $pid || :
	echo "peak of the runner: $peak KiB"
	[ "$peak" -gt 0 ]
	[ "$peak" -lt 20000 ]
}
@test "the runner's memory does not grow with the output of tests" { memory "$BUILD/plain/test_faults"; }

oom()
{
	# To the OOM killer the test is the largest process, and the runner is not.
	run -0 "$@" -a oom_victim
}
@test "the kernel kills tests before the runner when memory runs out" { everywhere oom; }

descriptors()
{
	run -1 "$@" -a 'close_*' --no-error-summary
	for name in close_all close_and_open close_stdio; do
		has "^test_progs: $name: a child of the test called exit\(0\)"
		fail_for <<<"$name a child called exit\(\), use _exit\(\): 'make exitcheck' finds the call"
	done
	# The test's file has no message of the runner.
	has '^#[0-9]+/2 +close_and_open/second:OK$'
}
@test "a test that closes descriptors keeps its reason" { everywhere descriptors; }

signals()
{
	run -1 "$@" -a 'signal_*,pass,hang_elsewhere,endless_subtests' -w 2 --no-error-summary
	fail_for <<-'EOT'
	signal_child sent SIGINT to the runner
	signal_realtime killed by SIGRTMIN\+1
	signal_term sent SIGTERM to the runner
	signal_usr1 sent SIGUSR1 to the runner
	EOT
	fail_for <<<'hang_elsewhere no progress for 2 s, killed by the watchdog'
	has '^endless_subtests:FAIL:no progress for 2 s'
	has '^Summary: 1/[0-9]+ PASSED, 0 SKIPPED, 6/[01] FAILED$'
}
@test "a test that signals the runner, changes its group or repeats a subtest fails" { at_once signals; }

@test "a test fails for a signal whose sender has ended" {
	for flavour in $flavours; do
		run -1 "$BUILD/$flavour/test_faults" -a 'gone_sender,pass' --no-error-summary
		fail_for <<<'gone_sender sent SIGINT to the runner'
		has '^Summary: 1/0 PASSED, 0 SKIPPED, 1/0 FAILED$'
		# Beside another test the runner cannot know which test sent it.
		run -1 "$BUILD/$flavour/test_faults" -j2 -a gone_sender,hang_read -w 1 --no-error-summary
		has '^test_progs: process [0-9]+, which is gone, sent SIGINT to the runner, which goes on: run without -j' \
			'^#[0-9]+ +hang_read:FAIL$' '^Summary: '
	done
}

file_limits()
{
	run -1 "$@" -a file_limit -J json --no-error-summary
	grep -q 'fault_file_limit:FAIL:after the limit' json
	run -0 sh -c 'ulimit -f 0; "$@" -a pass,skip' sh "$@"
	has '^Summary: 2/0 PASSED'
	[ "$(id -u)" = 0 ] || return 0
	run -0 --separate-stderr setpriv --reuid 65534 --clear-groups sh -c 'ulimit -f 0; "$@" -a pass,skip' sh "$@"
	has '^Summary: 2/0 PASSED'
}
@test "RLIMIT_FSIZE kills neither test nor runner" {
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR"/* . 2>/dev/null || :
	for flavour in $flavours; do
		cp "$BUILD/$flavour/test_faults" test_faults
		file_limits ./test_faults
	done
}

threads()
{
	run -1 timeout 60 "$@" -a 'thread_*' -w 5 --no-error-summary
	fail_for <<-'EOT'
	thread_exit called pthread_exit\(\), return from the test's function
	thread_exit_first called pthread_exit\(\), return from the test's function
	EOT
	has '^#[0-9]+/2 +thread_reads/two:OK$' '^#[0-9]+ +thread_reads:OK$'
	has_not 'Sanitizer'
}
@test "the runner handles a locked stream and pthread_exit() in threads" { everywhere threads; }

# Tests that ended while the output was blocked did not time out.
slow_reader()
{
	"$@" -v -w 1 -a children_write,slow_1,slow_2,slow_3,pass | (sleep 3; cat) >out
	output=$(grep -av '^[abcd]*$' out)
	has_not 'watchdog'
	has '^Summary: 4/0 PASSED, 0 SKIPPED, 1/0 FAILED$'
	for letter in a b c d; do
		[ "$(grep -cxE "$letter+" out)" -ge 200 ]
	done
}
@test "a slow reader of the output makes no test time out" { at_once slow_reader; }

non_blocking()
{
	python3 - "$@" -a children_write,child_writes --no-error-summary <<-'EOT'
	import os, subprocess, sys, time
	ours, theirs = os.pipe()
	os.set_blocking(theirs, False)
	with open("out", "wb") as out:
	    child = subprocess.Popen(sys.argv[1:], stdout=theirs)
	    os.close(theirs)
	    time.sleep(1)
	    while data := os.read(ours, 65536):
	        out.write(data)
	assert child.wait() == 1
	EOT
	[ "$(grep -cE '^0{54}[0-9]{9}$' out)" = 163840 ]
	grep -q '^Summary: 0/0 PASSED, 0 SKIPPED, 2/0 FAILED$' out
}
@test "a non-blocking stdout loses no output" { at_once non_blocking; }

# Read only after the watchdog's last step.
blocked_watchdog()
{
	rm -f fifo err
	mkfifo fifo
	"$@" --debug -v -j2 -a child_writes,hang_stubborn -w 1 >fifo 2>err &
	local pid=$!
	exec 7<fifo
	until_it grep '^test_progs: hang_stubborn: did not abort, killing it' err
	# The runner prints more than a pipe holds.
	grep '^test_progs: child_writes: ended' err
	run -1 grep '^test_progs: hang_stubborn: ended' err
	output=$(cat <&7)
	exec 7<&-
	wait $pid || :
	has '^hang_stubborn:FAIL:no progress for 1 s, killed by the watchdog$' '^Summary: '
}
@test "the watchdog works while nobody reads the output" {
	for flavour in $flavours; do
		blocked_watchdog "$BUILD/$flavour/test_faults"
	done
}

# blocked SIGNAL STATUS COMMAND…: SIGNAL ends it in a few seconds though its output is blocked.
blocked()
{
	local signal=$1 expected=$2 status=0
	shift 2
	rm -f fifo json
	mkfifo fifo
	env --default-signal="$signal" "$@" -a child_writes,hang_read -v -J json >fifo 2>&1 &
	local pid=$!
	exec 7<fifo
	until_it [ -e json ]
	sleep 1
	SECONDS=0
	kill "-$signal" $pid
	wait $pid || status=$?
	exec 7<&-
	echo "$signal: status $status after $SECONDS s"
	[ "$status" = "$expected" ]
	[ $SECONDS -le 25 ]
	python3 -m json.tool json >/dev/null
}
blocked_runs()
{
	if [ "${2-}" ]; then
		blocked INT 130 "$@"
	else
		blocked TERM 143 "$@"
	fi
}
@test "a signal ends a run whose output nobody reads, and the JSON is written" {
	at_once blocked_runs
}

@test "a signal ends a run that waits for a reader of a FIFO" {
	mkfifo fifo
	for options in '-l -a @fifo' '-a pass -J fifo'; do
		# shellcheck disable=SC2086 # options
		run -124 timeout -s TERM 1 "$BUILD/plain/test_faults" $options
	done
}

# killed SIGNAL: no process of a test survives it.
killed()
{
	local signal=$1 pid
	shift
	env --default-signal=QUIT "$@" -a child_outlives,hang_child,hang_forks -w 60 -J "$PWD/json" >out 2>&1 &
	pid=$!
	until_it pgrep -f "$PWD/json"
	sleep 0.3
	kill "-$signal" $pid
	wait $pid || :
	echo "after $signal"
	until_it gone "$PWD/json"
}
@test "no process of a test survives the runner, whatever kills it" {
	for flavour in $flavours; do
		for signal in KILL QUIT USR1 ALRM SEGV TERM; do
			killed $signal "$BUILD/$flavour/test_faults" -j3
		done
	done
}

@test "no process of a test survives a killed runner below the guard" {
	"$BUILD/plain/test_faults" -a hang_forks -w 60 -J "$PWD/json" >out 2>&1 &
	pid=$!
	until_it has_test $pid
	kill -KILL "$runner"
	status=0
	wait $pid || status=$?
	[ "$status" = 137 ]
	grep -q 'test_progs: the runner was killed by SIGKILL' out
	gone "$PWD/json"
}

# Stops the process whose pid FILE will have, when that process exits.
tracer()
{
	python3 - "$1" <<-'EOT'
	import ctypes, sys, time
	SEIZE, EXITS = 0x4206, 0x40
	while not (text := open(sys.argv[1], encoding="ascii").read()).endswith("\n"):
	    time.sleep(0.01)
	assert ctypes.CDLL(None).ptrace(SEIZE, int(text), None, ctypes.c_void_p(EXITS)) == 0
	time.sleep(60)
	EOT
}

immortal()
{
	: >number
	tracer number 3>&- & tracer=$!
	TRACE_ME=$PWD/number run -1 "$@" -a leave_unkillable,pass,slow_1 --no-error-summary
	pkill -P $tracer || :
	wait $tracer || :
	fail_for <<<'leave_unkillable a process that it has left cannot be ended'
	# Only the test that left it fails.
	has '^#[0-9]+ +pass:OK$' '^Summary: 2/0 PASSED, 0 SKIPPED, 1/0 FAILED$'
}
@test "a process that is left and cannot be ended fails the test that left it, and no other" {
	[ "$(id -u)" = 0 ] || skip "takes root"
	immortal "$BUILD/plain/test_faults"
}

foreign_proc()
{
	run -0 unshare -pf "$@" -a 'child_outlives,child_outlives_many' -v -J "$PWD/json"
	gone "$PWD/json"
	# With -j4 the runner cannot tell which test a process belongs to, and may kill it for the
	# other one.
	[ "${*: -1}" = -j4 ] || has '^test_progs: child_outlives: 1 process outlived the test' \
		'^test_progs: child_outlives_many: [3-5] processes outlived the test'
}
@test "leftovers are found in the /proc of another PID namespace" {
	[ "$(id -u)" = 0 ] || skip "takes root"
	everywhere foreign_proc
}

# The log is printed before the test ends.
streams()
{
	# Remove the file of the last flavour, as the background process may empty it too late.
	rm -f out
	"$@" -v -a hang_says >out 2>&1 &
	local pid=$!
	until_it grep '^#[0-9]*/1 *hang_says/one:OK$' out
	output=$(cat out)
	kill -TERM $pid
	wait $pid || :
	has '^in one$' '^#[0-9]+/1 +hang_says/one:OK$' '^in two$'
	output=$(cat out)
	# Each line appears once.
	[ "$(grep -c '^in one$' out)" = 1 ]
	[ "$(grep -c '^#[0-9]*/1 ' out)" = 1 ]
	has '^#[0-9]+/1 +hang_says/one:OK$' '^in two$' '^#[0-9]+/2 +hang_says/two:FAIL$' \
		'^hang_says:FAIL:interrupted by SIGTERM$' '^Summary: '
}
@test "-v prints output while the test runs" {
	for flavour in $flavours; do
		streams "$BUILD/$flavour/test_faults"
	done
}

same_output()
{
	# Together the pieces are the output of -j2, which does not stream.
	"$@" -v -a assert_between,fail,skip,child_assert,rearm,mid_line >streamed || :
	"$@" -v -j2 -a assert_between,fail,skip,child_assert,rearm,mid_line >whole || :
	diff <(sort streamed | sed 's/process [0-9]*//') <(sort whole | sed 's/process [0-9]*//')
}
late_failure()
{
	run -1 "$@" -v -a late_failure
	has '^#[0-9]+/1 +late_failure/forks:FAIL$' '^#[0-9]+ +late_failure:FAIL$' \
		'^Summary: 0/1 PASSED, 0 SKIPPED, 1/1 FAILED$'
}
@test "a subtest fails if its child fails after it has ended" { everywhere late_failure; }

@test "-v prints the same output as a run without it" {
	for flavour in $flavours; do
		same_output "$BUILD/$flavour/test_faults"
	done
}
