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
	# Bytes, as some tests print invalid UTF-8.
	export LC_ALL=C
}

# Each test here must pass for every flavour, serially and with -j4.
everywhere()
{
	for flavour in $flavours; do
		for jobs in '' -j4; do
			"$1" "$BUILD/$flavour/test_faults" $jobs
		done
	done
}

# The same, with all four at once, each in its own directory: for functions that mostly wait, and do
# not use run --separate-stderr.
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

# Background jobs of a script ignore SIGINT and SIGQUIT: such tests use env --default-signal.

# until_it COMMAND…: wait until it succeeds. Fails with a message after a minute.
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

# has_test GUARD: succeed if a test runs below that process. Sets $runner and $test to their pids.
# shellcheck disable=SC2034 # the caller uses them
has_test() { runner=$(pgrep -P "$1") && test=$(pgrep -P "$runner"); }

# gone PATTERN: succeed if no process has that in its command line.
gone() { ! pgrep -af "$1"; }

# shellcheck disable=SC2154 # bats sets $output
# has PATTERN…: succeed if $output has lines that match these extended regular expressions, in this
# order.
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

# number_of NAME: print the number of that test in test_faults.
number_of() { "$BUILD/plain/test_faults" -l | grep -nx "$1" | cut -d: -f1; }

has_not()
{
	! grep -E -- "$1" <<<"$output"
}

# Checks that tests failed for these reasons. Standard input: "NAME REASON", an extended regular
# expression.
fail_for()
{
	while read -r name reason; do
		has "^$name:FAIL:$reason$" "^#[0-9]+ +$name:FAIL$"
	done
}
