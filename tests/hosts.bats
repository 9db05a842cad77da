#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# The runner on machines that lack something: disk, descriptors, /proc, permissions.

bats_require_minimum_version 1.5.0
load runner.bash

hostile()
{
	local bin=$1
	run -3 --separate-stderr "$@" -a pass -J /dev/full
	[[ $stderr == *'/dev/full: JSON cannot be written: No space'* ]]
	[[ $output == *'Summary: 1/0 PASSED'* ]]
	run -3 --separate-stderr sh -c '"$@" -a pass >/dev/full' sh "$@"
	[[ $stderr == *'stdout: results cannot be written'* ]]
	run -0 sh -c '"$@" -a pass,skip,slow_1 | head -n 1' sh "$@"
	run -0 sh -c '"$@" -a pass,stain_seen <&-' sh "$@"
	run sh -c '"$@" -a pass,fail -J json >&- 2>&-' sh "$@"
	[ "$status" = 1 ]
	python3 -m json.tool json >/dev/null
	run -0 sh -c 'ulimit -n 64; "$@" -a "slow_*,pass,rearm,open_subtest" -j40' sh "$@"
	has '^Summary: 6/5 PASSED'
	ulimit -n 12
	run -0 "$bin" -a 'slow_*,pass' -j40
	has '^Summary: 4/0 PASSED'
}
@test "the runner reports full disks, closed descriptors and a low limit of descriptors" {
	for flavour in $flavours; do
		for jobs in '' -j4; do
			(hostile "$BUILD/$flavour/test_faults" $jobs)
		done
	done
}

no_proc()
{
	# Without /proc the runner cannot find a child outside of the process group.
	run -1 unshare -m sh -c 'umount -l /proc; "$@"' sh "$@" -a fail,pass,crash_abort,hang_child \
		-w 1 --no-error-summary -J "$PWD/json"
	has 'in fault_crash_abort (.*/)?tests/faults/crashes.c:' '^crash_abort:FAIL:killed by SIGABRT$'
	has '^Summary: 1/1 PASSED, 1 SKIPPED, 3/1 FAILED$'
	gone "$PWD/json"
}
@test "the runner works without /proc" {
	[ "$(id -u)" = 0 ] || skip "takes root"
	everywhere no_proc
}
