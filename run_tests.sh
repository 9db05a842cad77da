#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs test_progs, plain and with AddressSanitizer, serially and in parallel, and prints what came
# of it in KTAP (Documentation/dev-tools/ktap.rst): 'make run_tests'.
set -eu

usage()
{
	cat <<'EOF'
usage: run_tests.sh
       run_tests.sh --here OUTPUT_DIR BUILD_DIR…
The first boots a virtual machine (see vmtest.sh) with build/plain and build/asan in it, and runs
the second there. The second runs BUILD_DIR/test_progs on this very machine, which takes root, and
writes the results as JSON to OUTPUT_DIR. Environment:
  BUILD=   where the build directories are (default: build)
  KERNEL=  kernel of the machine: a bzImage, a version or a suite (default: the newest Debian has)
  CPUS=    its processors (default: 4)
  HOST=1   no virtual machine: run the tests here
  ARGS=    more arguments for test_progs, such as '-t token -v'
Exit status: 0 all passed, 1 a run failed, 4 everything was skipped; or vmtest.sh's own.
EOF
}

# One run of test_progs: prints its lines as comments and its result as number $1.
# Sets $result to ok, failed or skipped.
run_one()
{
	number=$1 dir=$2 jobs=$3 output=$4
	name=$(basename "$dir")-${jobs:-serial}
	echo "# selftests: bpf: test_progs $name"
	# shellcheck disable=SC2086 # both are lists of options
	{
		status=0
		"$dir/test_progs" ${jobs:+"-$jobs"} -J "$output/$name.json" ${ARGS-} 2>&1 8<&- || status=$?
		echo "$status" >"$output/$name.status"
	} | tee "$output/$name.log" | sed '/^::error /!s/^/# /'
	status=$(cat "$output/$name.status")
	summary=$(grep '^Summary: ' "$output/$name.log" || :)
	case "$status $summary" in
	"0 ") result=failed why=' no Summary' ;;
	"0 Summary: "[0-9]*/0" PASSED, 0 "*) result=ok why= ;;
	"0 Summary: "[0-9]*/0" PASSED, "*) result=skipped why= ;;
	"0 "*) result=ok why= ;;
	*) result=failed why=" exit status $status" ;;
	esac
	case $result in
	ok) echo "ok $number selftests: bpf: test_progs $name" ;;
	skipped) echo "ok $number selftests: bpf: test_progs $name # SKIP nothing could be run here" ;;
	failed) echo "not ok $number selftests: bpf: test_progs $name #$why" ;;
	esac
}

run_here()
{
	output=$1
	shift
	mkdir -p "$output"
	passed=0 failed=0 skipped=0 count=0
	echo 'TAP version 13'
	echo "1..$(($# * 2))"
	for dir; do
		for jobs in '' j4; do
			count=$((count + 1))
			run_one "$count" "$dir" "$jobs" "$output"
			case $result in
			ok) passed=$((passed + 1)) ;;
			failed) failed=$((failed + 1)) ;;
			skipped) skipped=$((skipped + 1)) ;;
			esac
		done
	done
	echo "# Totals: pass:$passed fail:$failed xfail:0 xpass:0 skip:$skipped error:0"
	[ "$failed" = 0 ] || return 1
	[ "$passed" != 0 ] || return 4
}

# The results are of one run: what is there of another goes, and a second one waits for its turn.
claim_output()
{
	output=$build/run_tests
	mkdir -p "$output"
	exec 8<"$output"
	flock -n 8 || {
		echo "run_tests: waiting for another run that writes to $output" >&2
		flock 8
	}
	rm -f "$output"/*
}

run_in_machine()
{
	exec "$here/vmtest.sh" ${KERNEL:+--kernel "$KERNEL"} --cpus "${CPUS:-4}" --memory 2048 \
		--file "$build/plain/test_progs:/root/plain/" --file "$build/asan/test_progs:/root/asan/" \
		--file "$here/run_tests.sh:/root/" --output "$output" -- \
		env "ARGS=${ARGS-}" "GITHUB_ACTIONS=${GITHUB_ACTIONS-}" ./run_tests.sh --here /output plain asan
}

here=$(cd "$(dirname "$0")" && pwd)
build=${BUILD:-$here/build}
case ${1-} in
'')
	claim_output
	if [ "${HOST-}" = 1 ]; then
		# What root makes is the checkout's owner's.
		[ "$(id -u)" != 0 ] || trap 'chown -Rh --reference="$here" "$build"' EXIT
		run_here "$output" "$build/plain" "$build/asan"
	else
		run_in_machine
	fi
	;;
--here)
	[ $# -ge 3 ] || { usage >&2; exit 2; }
	shift
	run_here "$@"
	;;
--help)
	usage
	;;
*)
	usage >&2
	exit 2
	;;
esac
