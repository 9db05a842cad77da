#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs test_progs, plain and with AddressSanitizer, serially and in parallel, and prints the results in
# KTAP (Documentation/dev-tools/ktap.rst): 'make run_tests'.
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
       run_tests.sh --lists FLAVOUR ALLOWLIST|DENYLIST
The first form boots a virtual machine (see vmtest.sh) with build/plain and build/asan, and runs the
second form there. The second form runs BUILD_DIR/test_progs on this machine, as root, and writes the
results as JSON to OUTPUT_DIR. The third form prints the lists of a flavour.
Environment:
  BUILD=   where the build directories are (default: build)
  ARCH=    processor of the machine, as the kernel names it: x86, arm64 or s390 (default: this
           machine's). The build directories of another processor are in $BUILD/$ARCH
  KERNEL=  kernel of the machine: an image, a built tree, a version or a suite (default: the newest
           Debian has)
  CPUS=    its processors (default: 4)
  HOST=1   run the tests on this machine, without a virtual one
  ARGS=    more arguments for test_progs, such as '-t token -v'
  ONLY=    only these runs: plain, asan, plain-serial, plain-j4, asan-serial, asan-j4
  LISTS=   directory of ALLOWLIST and DENYLIST, and of those with the suffix .x86_64 (the processor)
           or .asan (for AddressSanitizer). Also of SPLAT_DENYLIST and SPLAT_ALLOWLIST, which are added
           to vmtest.sh's (default: the checkout)
  RESULTS= directory of the results (default: $BUILD/run_tests)
Exit status: 0 all passed, 1 a run failed, 2 bad use, 4 every test was skipped; or vmtest.sh's own.
EOF
}

# list_files FLAVOUR ALLOWLIST|DENYLIST: print the names of the existing lists that apply to it.
list_files()
{
	for name in "$2" "$2.$processor" "$2.asan"; do
		case $name:$1 in
		*.asan:*asan) ;;
		*.asan:*) continue ;;
		esac
		[ ! -f "$lists/$name" ] || echo "$name"
	done
}

# Prints, once for each list, the entries that match no test: lists may be shared with a full kernel
# tree's CI. $1 is a directory with test_progs, $2 one for a temporary file.
say_unknown()
{
	tests=$("$1/test_progs" -l)
	for list in $(list_files asan ALLOWLIST) $(list_files asan DENYLIST); do
		# Only * is special to test_progs, so quote the shell's other special characters.
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

# with_lists FLAVOUR FUNCTION: call it with the options for the lists of that flavour.
with_lists()
{
	flavour=$1 function=$2
	set --
	for list in $(list_files "$flavour" ALLOWLIST); do
		set -- "$@" -a "@$lists/$list"
	done
	for list in $(list_files "$flavour" DENYLIST); do
		set -- "$@" -d "@$lists/$list"
	done
	"$function" "$@"
}

tenths_since_boot() { awk '{ printf "%d\n", $1 * 10 }' /proc/uptime; }

# One run of test_progs: prints its lines as comments and its result as number $1.
# Sets $result to ok, failed or skipped.
run_one()
{
	number=$1 dir=$2 jobs=$3 output=$4
	run=$(basename "$dir")-${jobs:-serial}
	began=$(tenths_since_boot)
	echo "# selftests: bpf: test_progs $run"
	with_lists "$(basename "$dir")" run_listed
	took=$(($(tenths_since_boot) - began))
	echo "# $run took $((took / 10)).$((took % 10)) s"
	case $result in
	ok) echo "ok $number selftests: bpf: test_progs $run" ;;
	skipped) echo "ok $number selftests: bpf: test_progs $run # SKIP $why" ;;
	failed) echo "not ok $number selftests: bpf: test_progs $run # $why" ;;
	esac
}

run_listed()
{
	if lists_leave_nothing "$@"; then
		result=skipped why='the lists leave no test'
	else
		run_test_progs "$@"
	fi
}

# Only without ARGS: with ARGS an empty selection is an error.
lists_leave_nothing()
{
	[ $# != 0 ] || return 1
	status=0
	"$dir/test_progs" -c "$@" >/dev/null 2>&1 || status=$?
	[ "$status" = 2 ]
}

# Marks lines as comments and prints them at once. busybox's sed would buffer them, and so would
# mawk without its option.
as_comments()
{
	mawk=''
	! awk -W version 2>/dev/null </dev/null | grep -q mawk || mawk='-W interactive'
	# shellcheck disable=SC2086 # two words or none
	awk $mawk '{ print (/^::error / ? "" : "# ") $0; fflush() }'
}

# run_test_progs OPTION…: set $result, and $why unless the result is ok.
run_test_progs()
{
	# shellcheck disable=SC2086 # lists of options
	{
		status=0
		"$dir/test_progs" ${KMSG-} ${jobs:+"-$jobs"} -J "$output/$run.json" "$@" ${ARGS-} 2>&1 8<&- ||
			status=$?
		echo "$status" >"$output/$run.status"
	} | tee "$output/$run.log" | as_comments
	status=$(cat "$output/$run.status")
	outcome=$(sed -n 's/^  "status": *"\(.*\)",$/\1/p' "$output/$run.json" 2>/dev/null || :)
	case $status:$outcome in
	0:passed) result=ok why= ;;
	0:skipped) result=skipped why='nothing could be run here' ;;
	0:nothing) result=skipped why='all subtests are denied' ;;
	0:*) result=failed why='no results' ;;
	*) result=failed why="exit status $status" ;;
	esac
}

# wanted FLAVOUR…: print the runs of these flavours that ONLY selects (default: all).
wanted()
{
	for flavour; do
		for name in "$flavour-serial" "$flavour-j4"; do
			case " ${ONLY:-$name} " in
			*" $name "*|*" $flavour "*) echo "$name" ;;
			esac
		done
	done
}

run_here()
{
	output=$1
	shift
	mkdir -p "$output"
	passed=0 failed=0 skipped=0 count=0 total=0
	for dir; do
		total=$((total + $(wanted "$(basename "$dir")" | wc -l)))
	done
	echo 'TAP version 13'
	echo "1..$total"
	say_unknown "$1" "$output"
	for dir; do
		for name in $(wanted "$(basename "$dir")"); do
			count=$((count + 1))
			jobs=${name##*-}
			run_one "$count" "$dir" "${jobs#serial}" "$output"
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

# The directory has the results of one run: removes those of another one. If another run writes
# there now, waits for its end.
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

choose_processor()
{
	# shellcheck source=vm/arch.sh
	. "$here/arch.sh"
	arch_choose || die "$arch_why"
	processor=$arch_name build=$build$arch_directory
	[ "${HOST-}" != 1 ] || arch_is_own ||
		die "HOST=1: this machine's processor is not $arch_kernel: leave ARCH= or HOST= out"
}

find_lists()
{
	lists=${LISTS:-$top}
	[ -z "${LISTS-}" ] || [ "$(list_files asan ALLOWLIST; list_files asan DENYLIST)" ] ||
		die "LISTS=$LISTS: no ALLOWLIST or DENYLIST there: name a directory with one"
}

# Reports wrong names in ARGS or ONLY before a machine boots. Cannot run a program for another
# processor to check ARGS.
check_selection()
{
	for name in ${ONLY-}; do
		case " plain asan $(ONLY='' wanted plain asan | paste -sd' ') " in
		*" $name "*) ;;
		*) die "ONLY=$name: no such run: choose from plain, asan, plain-serial, plain-j4, asan-serial, asan-j4" ;;
		esac
	done
	[ -z "${ARGS-}" ] || [ "$(uname -m)" != "$processor" ] || with_lists "$(first_flavour)" check_args
}

first_flavour() { wanted plain asan | sed 's/-.*//; q'; }

check_args()
{
	# shellcheck disable=SC2086 # a list of options
	why=$("$build/$(first_flavour)/test_progs" -c "$@" $ARGS 2>&1 >/dev/null) || {
		status=$?
		printf '%s\n' "$why" >&2
		exit "$status"
	}
}

run_in_machine()
{
	set --
	for list in $(list_files asan ALLOWLIST) $(list_files asan DENYLIST); do
		set -- "$@" --file "$lists/$list:/root/"
	done
	[ ! -f "$lists/SPLAT_DENYLIST" ] || set -- "$@" --splat-denylist "$lists/SPLAT_DENYLIST"
	[ ! -f "$lists/SPLAT_ALLOWLIST" ] || set -- "$@" --splat-allowlist "$lists/SPLAT_ALLOWLIST"
	flavours=$(wanted plain asan | sed 's/-.*//' | uniq)
	for flavour in $flavours; do
		set -- "$@" --file "$build/$flavour/test_progs:/root/$flavour/"
	done
	# shellcheck disable=SC2086 # a list of words
	exec "$here/show.py" "$output" setpriv --pdeathsig TERM "$top/vmtest.sh" \
		${KERNEL:+--kernel "$KERNEL"} --require BPF_SYSCALL,BPF_LSM,DEBUG_INFO_BTF --cpus "${CPUS:-4}" --memory 2048 \
		--file "$here/run_tests.sh:/root/vm/" --file "$lib/say.sh:/root/lib/" \
		--file "$lib/exit_status.h:/root/lib/" "$@" --output "$output" -- \
		env KMSG=--kmsg "ARGS=${ARGS-}" "ONLY=${ONLY-}" "GITHUB_ACTIONS=${GITHUB_ACTIONS-}" \
		vm/run_tests.sh --here /output $flavours
}

# With gcc 12's AddressSanitizer programs sometimes die before main().
say_randomization()
{
	bits=$(cat /proc/sys/vm/mmap_rnd_bits 2>/dev/null || echo 0)
	[ "$bits" -le 28 ] ||
		say "vm.mmap_rnd_bits is $bits: gcc 12's AddressSanitizer may die: sysctl vm.mmap_rnd_bits=28"
}

# A busybox machine has no python3.
run_on_host()
{
	say_randomization
	set -- "$0" --here "$output"
	for flavour in $(wanted plain asan | sed 's/-.*//' | uniq); do
		set -- "$@" "$build/$flavour"
	done
	! command -v python3 >/dev/null || set -- "$here/show.py" "$output" "$@"
	"$@"
}

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/.." && pwd)
build=${BUILD:-$top/build}
processor=$(uname -m)
case ${1-} in
'')
	choose_processor
	find_lists
	check_selection
	claim_output
	if [ "${HOST-}" = 1 ]; then
		# Give root's files to the checkout's owner.
		[ "$(id -u)" != 0 ] || trap 'chown -Rh --reference="$top" "$build"' EXIT
		run_on_host
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
--lists)
	[ $# = 3 ] || { usage >&2; exit "$STATUS_NOT_DONE"; }
	find_lists
	list_files "$2" "$3"
	;;
--help)
	usage
	;;
*)
	usage >&2
	exit "$STATUS_NOT_DONE"
	;;
esac
