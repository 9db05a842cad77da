#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs test_progs, plain and with AddressSanitizer, serially and in parallel, and prints what came
# of it in KTAP (Documentation/dev-tools/ktap.rst): 'make run_tests'.
set -eu
lib=$(cd "$(dirname "$0")/../lib" && pwd)
# shellcheck source=lib/say.sh
. "$lib/say.sh"
die_status=$STATUS_NOT_DONE

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
  LISTS=   where ALLOWLIST and DENYLIST are, each stacked with those of the same name and .x86_64
           (the processor's) or, for AddressSanitizer, .asan (default: the checkout)
  RESULTS= where the results go (default: $BUILD/run_tests)
Exit status: 0 all passed, 1 a run failed, 4 everything was skipped; or vmtest.sh's own.
EOF
}

# list_files FLAVOUR ALLOWLIST|DENYLIST: the names of those that are there for it.
list_files()
{
	for name in "$2" "$2.$(uname -m)" "$2.asan"; do
		case $name:$1 in
		*.asan:*asan) ;;
		*.asan:*) continue ;;
		esac
		[ ! -f "$lists/$name" ] || echo "$name"
	done
}

# Lists are shared with a full kernel tree's CI, so that some of their tests are not here: that is
# said once a list. $1 is a directory with test_progs, $2 one for a file of ours.
say_unknown()
{
	tests=$("$1/test_progs" -l)
	for list in $(list_files asan ALLOWLIST) $(list_files asan DENYLIST); do
		# Of these only * is special to test_progs.
		sed 's/#.*//; s/\r$//; s/^[[:blank:]]*//; s/[[:blank:]]*$//; s/[][?\\]/\\&/g' "$lists/$list" |
		while IFS= read -r entry || [ "$entry" ]; do
			for test in $tests; do
				# shellcheck disable=SC2254 # a pattern
				case $test in
				${entry%%/*}) continue 2 ;;
				esac
			done
			[ -z "$entry" ] || printf '%s, ' "$entry"
		done >"$2/unknown"
		[ ! -s "$2/unknown" ] || printf '# %s: no such test here: %s\n' "$list" \
			"$(sed 's/, $//; s/\\//g' "$2/unknown")"
		rm "$2/unknown"
	done
}

# One run of test_progs: prints its lines as comments and its result as number $1.
# Sets $result to ok, failed or skipped.
run_one()
{
	number=$1 dir=$2 jobs=$3 output=$4
	run=$(basename "$dir")-${jobs:-serial}
	echo "# selftests: bpf: test_progs $run"
	set --
	for list in $(list_files "${run%-*}" ALLOWLIST); do
		set -- "$@" -a "@$lists/$list"
	done
	for list in $(list_files "${run%-*}" DENYLIST); do
		set -- "$@" -d "@$lists/$list"
	done
	if lists_leave_nothing "$@"; then
		result=skipped why='the lists leave no test'
	else
		run_test_progs "$@"
	fi
	case $result in
	ok) echo "ok $number selftests: bpf: test_progs $run" ;;
	skipped) echo "ok $number selftests: bpf: test_progs $run # SKIP $why" ;;
	failed) echo "not ok $number selftests: bpf: test_progs $run # $why" ;;
	esac
}

# With what ARGS say, on the other hand, there has to be something to run.
lists_leave_nothing()
{
	[ $# != 0 ] || return "$STATUS_FAILED"
	status=0
	"$dir/test_progs" -c "$@" >/dev/null 2>&1 || status=$?
	[ "$status" = 2 ]
}

# run_test_progs OPTION…: sets $result, and $why unless it is ok.
run_test_progs()
{
	# shellcheck disable=SC2086 # a list of options
	{
		status=0
		"$dir/test_progs" ${jobs:+"-$jobs"} -J "$output/$run.json" "$@" ${ARGS-} 2>&1 8<&- ||
			status=$?
		echo "$status" >"$output/$run.status"
	} | tee "$output/$run.log" | sed '/^::error /!s/^/# /'
	status=$(cat "$output/$run.status")
	summary=$(grep '^Summary: ' "$output/$run.log" || :)
	case "$status $summary" in
	"0 ") result=failed why='no Summary' ;;
	"0 Summary: 0/0 PASSED, 0 "*) result=skipped why='all subtests are denied' ;;
	"0 Summary: "[0-9]*/0" PASSED, 0 "*) result=ok why= ;;
	"0 Summary: "[0-9]*/0" PASSED, "*) result=skipped why='nothing could be run here' ;;
	"0 "*) result=ok why= ;;
	*) result=failed why="exit status $status" ;;
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
	say_unknown "$1" "$output"
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
	[ "$failed" = 0 ] || return "$STATUS_FAILED"
	[ "$passed" != 0 ] || return "$STATUS_SKIPPED"
}

# The results are of one run: what is there of another goes, and a second one waits for its turn.
claim_output()
{
	output=${RESULTS:-$build/run_tests}
	mkdir -p "$output"
	exec 8<"$output"
	flock -n 8 || {
		say "waiting for another run that writes to $output"
		flock 8
	}
	rm -f "$output"/plain-* "$output"/asan-* "$output/console.log" "$output/splat.log"
}

find_lists()
{
	lists=${LISTS:-$top}
	[ -z "${LISTS-}" ] || [ "$(list_files asan ALLOWLIST; list_files asan DENYLIST)" ] ||
		die "LISTS=$LISTS: no ALLOWLIST or DENYLIST there: name a directory with one"
}

run_in_machine()
{
	set --
	for list in $(list_files asan ALLOWLIST) $(list_files asan DENYLIST); do
		set -- "$@" --file "$lists/$list:/root/"
	done
	exec "$top/vmtest.sh" ${KERNEL:+--kernel "$KERNEL"} --cpus "${CPUS:-4}" --memory 2048 \
		--file "$build/plain/test_progs:/root/plain/" --file "$build/asan/test_progs:/root/asan/" \
		--file "$here/run_tests.sh:/root/vm/" --file "$lib/say.sh:/root/lib/" \
		--file "$lib/exit_status.h:/root/lib/" "$@" --output "$output" -- \
		env "ARGS=${ARGS-}" "GITHUB_ACTIONS=${GITHUB_ACTIONS-}" vm/run_tests.sh --here /output plain asan
}

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/.." && pwd)
build=${BUILD:-$top/build}
case ${1-} in
'')
	find_lists
	claim_output
	if [ "${HOST-}" = 1 ]; then
		# What root makes is the checkout's owner's.
		[ "$(id -u)" != 0 ] || trap 'chown -Rh --reference="$top" "$build"' EXIT
		run_here "$output" "$build/plain" "$build/asan"
	else
		run_in_machine
	fi
	;;
--here)
	[ $# -ge 3 ] || { usage >&2; exit "$STATUS_NOT_DONE"; }
	shift
	find_lists
	run_here "$@"
	;;
--help)
	usage
	;;
*)
	usage >&2
	exit "$STATUS_NOT_DONE"
	;;
esac
