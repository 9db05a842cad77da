#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# Exit statuses: programs, scripts and pages use those of one header.

bats_require_minimum_version 1.5.0

setup()
{
	cd "$BATS_TEST_DIRNAME/.."
	BUILD=${BUILD:-$PWD/build}
}

# "NAME NUMBER" of each status in the header.
header() { sed -nE 's/^#define (STATUS_[A-Z_]+)\s+([0-9]+)\s.*/\1 \2/p' lib/exit_status.h | sort; }

@test "the page has the header's statuses" {
	[ "$(header | wc -l)" -ge 9 ]
	diff <(header) <(sed -nE 's/^\| ([0-9]+) \| `(STATUS_[A-Z_]+)` .*/\2 \1/p' docs/exit-status.md | sort)
}

@test "say.sh gives scripts the header's statuses" {
	# shellcheck disable=SC2016 # expanded by that shell
	run -0 sh -c 'lib=$PWD/lib; . lib/say.sh; set' try
	diff <(header) <(sed -nE "s/^(STATUS_[A-Z_]+)='?([0-9]+)'?$/\1 \2/p" <<<"$output" | sort)
}

@test "every status of a manual page is one of the header's" {
	for page in man/*.1; do
		groff -man -Tascii -P-cbou "$page" | sed -n '/^EXIT STATUS/,/^[A-DF-Z]/p' |
			sed -nE 's/^ {7}([0-9]+)( .*|$)/\1/p' >"$BATS_TEST_TMPDIR/statuses"
		[ -s "$BATS_TEST_TMPDIR/statuses" ]
		while read -r status; do
			header | grep -q " $status\$"
		done <"$BATS_TEST_TMPDIR/statuses"
	done
}

@test "scripts and programs exit with names of statuses, not with numbers" {
	# Every program may use 0 and 1; 128 and above are signals.
	run grep -nE '(^|[;&|{]|[[:blank:]])(exit ([2-9]|[1-9][0-9]|12[0-7])|_?exit\(([2-9]|[1-9][0-9]+)\))( |;|$)' \
		vmtest.sh vm/*.sh vm/packages/*.sh lib/*.[ch] series/*.sh repro/run.sh runner/*.c exitcheck/*.c ./*.c
	# 127 is the shell's status for a command that it cannot run; exit(3) is a manual page.
	output=$(grep -vE 'exit\(3\)|\b127\b' <<<"$output") || status=1
	echo "$output"
	[ "$status" = 1 ]
}

@test "messages of scripts begin with the program that the user typed" {
	run -2 --separate-stderr ./vmtest.sh --no-such-option
	[[ $stderr == 'vmtest: '* ]]
	run -2 --separate-stderr env LISTS="$BATS_TEST_TMPDIR/none" vm/lists.sh lint
	[[ $stderr == 'lists: '* ]]
	# A script that another one calls uses the name of the caller.
	run -2 --separate-stderr ./vmtest.sh --kernel 2.4 -- true
	[[ $stderr == 'vmtest: '* ]]
	[ -z "$(grep -v '^vmtest: ' <<<"$stderr")" ]
}

@test "scripts print messages with say and die only" {
	run grep -nE "^(say|die)\(\)|printf '[a-z_.-]+: |echo \"?[a-z_]+(\.sh)?: " vmtest.sh vm/*.sh vm/packages/*.sh \
		series/*.sh repro/*.sh
	echo "$output"
	[ "$status" = 1 ]
}
