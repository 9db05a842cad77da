# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Helpers of the bats files that run test_faults: the runner with the tests of tests/faults/.

setup()
{
	top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	BUILD=${BUILD:-$top/build}
	flavours=${FLAVOURS:-plain asan}
	cd "$BATS_TEST_TMPDIR" || return
	# Bytes, as some tests print invalid characters.
	export LC_ALL=C
}

# Each test here holds for every flavour, serially and with -j4.
everywhere()
{
	for flavour in $flavours; do
		for jobs in '' -j4; do
			"$1" "$BUILD/$flavour/test_faults" $jobs
		done
	done
}

# The same, all four at once and each in a directory of its own: for functions that mostly wait, and
# do not use run --separate-stderr.
at_once()
{
	local pid pids=() failed=''
	for flavour in $flavours; do
		for jobs in '' -j4; do
			mkdir -p "$flavour$jobs"
			(cd "$flavour$jobs" && "$1" "$BUILD/$flavour/test_faults" $jobs) >"$flavour$jobs.said" 2>&1 3>&- &
			pids+=($!)
		done
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || failed=yes
	done
	[ -z "$failed" ] || {
		cat ./*.said
		return 1
	}
}

# Background jobs of a script ignore SIGINT and SIGQUIT: such tests start theirs by
# env --default-signal.

# until_it COMMAND…: waits until it succeeds. Fails, and says it, after a minute.
until_it()
{
	local end=$((SECONDS + 60))
	until "$@"; do
		[ $SECONDS -lt $end ] || {
			echo "still not after a minute: $*"
			return 1
		}
		sleep 0.02
	done
}

# has_test GUARD: a test runs below that process. Sets $runner and $test, process numbers.
# shellcheck disable=SC2034 # the caller uses them
has_test() { runner=$(pgrep -P "$1") && test=$(pgrep -P "$runner"); }

# gone PATTERN: no process has that in its command line.
gone() { ! pgrep -af "$1"; }

# shellcheck disable=SC2154 # bats sets $output
# has PATTERN…: $output has lines that these extended regular expressions match, in this order.
has()
{
	local rest=$output
	for pattern; do
		line=$(grep -anEm 1 -- "$pattern" <<<"$rest" | cut -d: -f1)
		[ -n "$line" ] || {
			echo "no line (from here on) matches: $pattern"
			cut -c 1-200 <<<"$output"
			return 1
		}
		rest=$(tail -n "+$((line + 1))" <<<"$rest")
	done
}

# number_of NAME: of that test in test_faults.
number_of() { "$BUILD/plain/test_faults" -l | grep -nx "$1" | cut -d: -f1; }

has_not()
{
	! grep -E -- "$1" <<<"$output"
}

# What leaves each test's log and lines: "NAME REASON", the reason an extended regular expression.
fail_for()
{
	while read -r name reason; do
		has "^$name:FAIL:$reason$" "^#[0-9]+ +$name:FAIL$"
	done
}
