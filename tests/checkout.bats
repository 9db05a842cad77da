#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# Checkouts in unusual places.

bats_require_minimum_version 1.5.0

setup()
{
	top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	BUILD=${BUILD:-$top/build}
	# bats keeps its own directories to itself.
	place=$(mktemp -d "${TMPDIR:-/tmp}/checkout.XXXXXX")
	chmod 755 "$place"
	checkout="$place/a path"
	mkdir "$checkout"
	for file in "$top"/*; do
		[ "$file" -ef "$BUILD" ] || [ "$file" = "$top/build" ] || cp -R "$file" "$checkout"
	done
}

# as_user COMMAND…: as one who may write to nothing that is not his own.
as_user()
{
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid 65534 --regid 65534 --clear-groups -- "$@"
	else
		"$@"
	fi
}

# What was fetched need not be fetched again.
borrow_build()
{
	mkdir "$1"
	for name in libbpf vmlinux; do
		[ ! -e "$BUILD/$name" ] || cp -R "$BUILD/$name" "$1"
	done
}

@test "a path with a blank, and a strict umask" {
	borrow_build "$checkout/build"
	umask 077
	env -u BUILD make -s -j2 -C "$checkout"
	run -0 "$checkout/build/plain/test_progs" -l
	[ "$output" = $'file_reader\ntest_bpffs\ntoken' ]
}

@test "one that cannot be written to says so, and can be built elsewhere" {
	chmod -R a-w,a+rX "$checkout"
	run ! as_user env -u BUILD make -s -C "$checkout"
	[ "${lines[0]}" = 'build/plain: cannot be made: set BUILD= to a directory of your own' ]
	borrow_build "$place/elsewhere"
	# No machine is wanted, but what one would be given.
	chmod u+w "$checkout" "$checkout/vmtest.sh"
	printf '#!/bin/sh\necho "vmtest.sh: $*"\n' >"$checkout/vmtest.sh"
	chmod u-w "$checkout" "$checkout/vmtest.sh"
	[ "$(id -u)" != 0 ] || chown -R 65534 "$place/elsewhere"
	as_user make -s -j2 -C "$checkout" BUILD="$place/elsewhere"
	run -0 "$place/elsewhere/plain/test_progs" -c
	[ "$output" = 3 ]
	# By another name of the same directory nothing is made again.
	run -0 as_user env -u BUILD make -s -C "$checkout" BUILD="$place/./elsewhere/" run_tests
	echo "$output"
	[[ $output != */plain/test_progs.o* ]]
	[[ $output == *" --file $place/elsewhere/plain/test_progs:/root/plain/ "* ]]
	[[ $output == *" --output $place/elsewhere/run_tests"* ]]
}

teardown()
{
	chmod -R u+w "$place"
	rm -rf "$place"
}
