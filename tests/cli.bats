#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# The command line of test_progs on this machine. No test here loads a BPF program.

bats_require_minimum_version 1.5.0

setup()
{
	top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	BUILD=${BUILD:-$top/build}
	cd "$BATS_TEST_TMPDIR"
	# The tests' names, sorted: those of the functions in prog_tests/.
	ALL=$(cat "$top"/prog_tests/*.c | sed -nE 's/^void (serial_)?test_([A-Za-z0-9_]+)\(.*/\2/p' | LC_ALL=C sort -u)
	# A test's number, as -n takes it.
	token=$(grep -nx token <<<"$ALL" | cut -d: -f1)
}

# named REGEX: print the names that match. unnamed REGEX: print the others.
named() { grep -E "$1" <<<"$ALL"; }
unnamed() { grep -vE "$1" <<<"$ALL"; }

# Every test here holds for every flavour.
everywhere()
{
	for flavour in ${FLAVOURS:-plain asan}; do
		"$1" "$BUILD/$flavour/test_progs"
	done
}

# expect STATUS STDOUT COMMAND…
expect()
{
	local status=$1 stdout=$2
	shift 2
	run --separate-stderr "-$status" "$@"
	[ "$output" = "$stdout" ] || {
		echo "$*: '$output' instead of '$stdout'"
		return 1
	}
}

# refuses STATUS PART COMMAND…: ends with STATUS, nothing on stdout, one line on stderr with PART.
refuses()
{
	local status=$1 part=$2
	shift 2
	run --separate-stderr "-$status" "$@"
	echo "$*: '$output' '$stderr'"
	[ -z "$output" ]
	[ "$(wc -l <<<"$stderr")" = 1 ]
	[[ $stderr == 'test_progs: '*"$part"* ]]
}

names() { expect 0 "$ALL" "$1" -l; }
@test "-l lists the tests in order" { everywhere names; }

# Root and an ordinary user get the same list here, even if the kernel cannot load the tests'
# programs. Then the list lacks programs that a subtest runs with RUN_TESTS().
subtests()
{
	local user all
	all=$(python3 - "$top/tests/matrix.json" "$top/progs/file_reader_fail.c" <<-'EOT'
	import json, sys
	programs = open(sys.argv[2]).read()
	for name in sorted(json.load(open(sys.argv[1]))["7.3"]):
	    if "/" in name and f" {name.split('/')[1]}(" not in programs:
	        print(name)
	EOT
	)
	[ "$(wc -l <<<"$all")" -ge 24 ]
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR"/* . 2>/dev/null || :
	cp "$1" test_progs
	for user in '' 'setpriv --reuid 65534 --clear-groups'; do
		[ "$(id -u)" = 0 ] || [ -z "$user" ] || continue
		# shellcheck disable=SC2086 # words
		run -0 --separate-stderr $user ./test_progs -l -v -a token,test_bpffs,file_reader
		[ "$(LC_ALL=C sort <<<"$output")" = "$all" ]
		[ -z "$stderr" ]
	done
	expect 0 $'token/map_token\ntoken/prog_token\ntoken/obj_priv_implicit_token' "$1" -v -l -a 'token/*p*_token' -d token/obj_priv_freplace_prog
	refuses 2 '-a token/nosuch: matches no subtest' "$1" -v -l -a token/nosuch
	run -3 --separate-stderr sh -c '"$1" -l >/dev/full' sh "$1"
	[[ $stderr == *'stdout: results cannot be written'* ]]
}
@test "-l -v lists subtests, for an ordinary user too" { everywhere subtests; }

counts()
{
	expect 0 "$(wc -l <<<"$ALL")" "$1" -c
	expect 0 "$(named token | wc -l)" "$1" -c -t token
	expect 0 "$(unnamed token | wc -l)" "$1" -c -l -b token
}
@test "-c counts, and overrides -l" { everywhere counts; }

selects()
{
	expect 0 "$(named oke)" "$1" -l -t oke
	expect 0 "$(named 'token|bpf')" "$1" -l -t token,bpf
	expect 0 "$(named '^t.*n$')" "$1" -l -a 't*n'
	expect 0 "$(named 'token|^file_reader$')" "$1" -l -t token -a file_reader
	expect 0 $'file_reader\ntoken' "$1" -l -a file_reader -n "$token"
	expect 0 token "$1" -l -n 1 -n "$token"
	expect 0 "$(sed -n 2,3p <<<"$ALL")" "$1" -l -n 2-3
	expect 0 token "$1" -l -a token/map_token,token/btf_token
	expect 0 "$ALL" "$1" -l -d token/map_token
	expect 0 "$(unnamed '^token$')" "$1" -l -d token
	expect 0 "$ALL" "$1" -l --deny oken
	expect 0 "$(unnamed oken)" "$1" -l -b oken
}
@test "-t -b -a -d -n select" { everywhere selects; }

lists()
{
	printf '# none\n\n' >empty
	printf 'token # why\r\n  no_such_test_here/at all  \n' >list
	expect 0 "$ALL" "$1" -l -a@empty
	expect 0 token "$1" -l -a@list
	expect 0 "$(unnamed '^token$')" "$1" -l -d @list
	expect 0 "$ALL" "$1" -l -a@empty -d@empty
}
@test "list files: comments, blanks, CRLF, and unknown names" { everywhere lists; }

unreadable()
{
	refuses 64 'No such file' "$1" -l -a @nowhere
	refuses 64 'directory' "$1" -l -a @/
	printf 'a\0b\n' >binary
	refuses 64 '@binary' "$1" -l -a @binary
	printf 'token\ntoken/\n' >bad
	refuses 64 "bad:2: 'token/'" "$1" -l -d @bad
}
@test "an unreadable list file is an error that names it" { everywhere unreadable; }

unknown()
{
	refuses 2 '-t nosuch: matches no test' "$1" -t nosuch
	refuses 2 '-a toke: matches no test' "$1" -l -a toke
	refuses 2 '-t nosuch: matches no test' "$1" -l -t token,nosuch
	refuses 2 '-n 9999: matches no test' "$1" -l -n 9999
	refuses 2 'all that is selected is denied' "$1" -l -a token -d token
	printf 'nosuch\n' >list
	refuses 2 'list:1 nosuch: matches no test' "$1" -l -a @list
}
@test "an unknown name is an error that names it" { everywhere unknown; }

bad_numbers()
{
	refuses 64 '-w 5x' "$1" -w5x
	refuses 64 '-w -1' "$1" -w -1
	refuses 64 '-j 0' "$1" -j0
	refuses 64 '-j x' "$1" --workers=x
	refuses 64 '-n 9-2' "$1" -n 9-2
	refuses 64 '-n 0' "$1" -n 0
	refuses 64 '-n 3/' "$1" -n 3/
	refuses 64 '-vx' "$1" -vx
	refuses 64 'token: unexpected argument' "$1" token
	refuses 64 "'/x'" "$1" -t /x
}
@test "bad numbers and arguments are usage errors that name option and value" { everywhere bad_numbers; }

unknown_option() { run -64 --separate-stderr "$1" --frobnicate; [[ $stderr == *frobnicate* ]]; }
@test "an unknown option is a usage error" { everywhere unknown_option; }

help()
{
	run -0 "$1" --help
	for option in -t -b -a -d -n -l -c -v -j -w -J -s --debug --no-error-summary; do
		[[ $output == *" $option"* ]]
	done
	run -0 "$1" --usage
	run -0 "$1" --version
	[[ $output == 'test_progs '* ]]
}
@test "--help names all options" { everywhere help; }

no_json()
{
	refuses 3 'nowhere/x: cannot be written' setpriv --inh-caps=-all "$1" -J nowhere/x
}
@test "an unwritable JSON file is an error before a test runs" {
	[ "$(id -u)" = 0 ] || skip "takes root"
	everywhere no_json
}

ordinary_user()
{
	cp "$1" ./test_progs
	chmod 755 . test_progs
	refuses 3 'need root: use sudo' setpriv --reuid 65534 --regid 65534 --clear-groups ./test_progs
	# Listing needs no root.
	expect 0 "$(wc -l <<<"$ALL")" setpriv --reuid 65534 --regid 65534 --clear-groups ./test_progs -c
}
@test "a user without root gets the cure" {
	[ "$(id -u)" = 0 ] || skip "takes root to become one"
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR"/* 2>/dev/null || :
	everywhere ordinary_user
}

@test "parsers survive arbitrary bytes (5 s of libFuzzer)" {
	run -0 "$BUILD/fuzz" -max_total_time=5 -close_fd_mask=3
}
