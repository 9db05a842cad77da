#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# The manual pages: no warnings, and the options of --help.

bats_require_minimum_version 1.5.0

setup()
{
	top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	BUILD=${BUILD:-$top/build}
}

# page NAME: print it as plain text.
page() { groff -man -Tascii -P-cbou "$top/man/$1.1"; }

# The options of a page on standard input, with their arguments, one on each line. After a short tag
# (up to six characters) the text is on the same line.
page_options() { sed -nE 's|^ {7}(-[^ ]{1,5}) +[A-Z][a-z].*|       \1|; s|^ {7}(-.*)|\1|p' | sort; }

# The options of a --help, each ended by two blanks or the end of the line.
help_options() { sed -nE 's/^ {2,6}(-[^ ].*)/\1/p' | sed -E 's/  .*//' | sort; }

# The numbers of a page's EXIT STATUS section, and of a --help with one status on each line.
page_statuses() { sed -n '/^EXIT STATUS/,/^[A-DF-Z]/p' | sed -nE 's/^ {7}([0-9]+(\+N)?)( .*|$)/\1/p'; }
help_statuses() { sed -nE '/^e?xit status/I,$s/^ {2,}([0-9]+) .*/\1/p'; }

# same HELP PAGE: succeed if the files are not empty, and equal.
same()
{
	[ -s "$1" ]
	diff -u "$1" "$2"
}

# compare NAME PROGRAM
compare()
{
	cd "$BATS_TEST_TMPDIR" || return
	# shellcheck disable=SC2094 # a function of this name
	page "$1" >page
	"$2" --help >help
	page_options <page >page.options
	# argp prints one blank if there is no room for two.
	sed -E 's/(=[A-Z]+\]?) ([A-Z])/\1  \2/' help | help_options >help.options
	same help.options page.options
	page_statuses <page >page.statuses
}

@test "groff prints no warning about the manual pages" {
	for page in "$top"/man/*.1; do
		[ -z "$(groff -man -ww -Tascii -z "$page" 2>&1)" ]
	done
}

@test "test_progs(1) has the options and exit statuses of --help" {
	compare test_progs "$BUILD/plain/test_progs"
	# The statuses are in a sentence there.
	sed -n '/^Exit status:/,$p' help | tr '\n' ' ' | grep -oE '(: |, )[0-9]+(\+N)? ' |
		tr -d ':, ' >help.statuses
	same help.statuses page.statuses
}

@test "vmtest.sh(1) has the options and exit statuses of --help" {
	compare vmtest.sh "$top/vmtest.sh"
	help_statuses <help >help.statuses
	same help.statuses page.statuses
}

@test "exitcheck(1) has the options, verdicts and exit statuses of --help" {
	compare exitcheck "$BUILD/exitcheck/exitcheck"
	help_statuses <help >help.statuses
	same help.statuses page.statuses
	sed -n '/^ *child  /,/^$/p' help | sed -nE 's/^ {4}([^ ].*)/\1/; T; s/  .*//p; t; p' |
		sort >help.verdicts
	sed -n '/^VERDICTS/,/^OPTIONS/p' page | sed '1,/^$/d' | sed -nE 's/^ {7}([^ A].*)/\1/p' |
		sed 's/^child  *Only.*/child/' | sort >page.verdicts
	same help.verdicts page.verdicts
}

@test "each page describes its program in one line" {
	for name in test_progs vmtest.sh exitcheck; do
		page "$name" | grep -A 1 '^NAME' | grep -qE "^ {7}$name - [a-z]"
	done
}
