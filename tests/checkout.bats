#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# Checkouts in unusual places.

bats_require_minimum_version 1.5.0

setup()
{
	top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	BUILD=${BUILD:-$top/build}
	# Keep this directory apart from those of bats.
	place=$(mktemp -d "${TMPDIR:-/tmp}/checkout.XXXXXX")
	chmod 755 "$place"
	checkout="$place/a path"
	mkdir "$checkout"
	for file in "$top"/*; do
		[ "$file" -ef "$BUILD" ] || [ "$file" = "$top/build" ] || cp -R "$file" "$checkout"
	done
}

# as_user COMMAND…: run it as a user who may write only to his own files.
as_user()
{
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid 65534 --regid 65534 --clear-groups -- "$@"
	else
		"$@"
	fi
}

# Copies the downloads, so that make fetches nothing.
borrow_build()
{
	mkdir "$1"
	for name in libbpf vmlinux; do
		[ ! -e "$BUILD/$name" ] || cp -R "$BUILD/$name" "$1"
	done
}

@test "make works in a path with a blank and under a strict umask" {
	borrow_build "$checkout/build"
	umask 077
	env -u BUILD make -s -j2 -C "$checkout"
	run -0 "$checkout/build/plain/test_progs" -l
	[ "$output" = "$("$BUILD/plain/test_progs" -l)" ]
}

@test "make reports a read-only checkout, and builds it in BUILD=" {
	chmod -R a-w,a+rX "$checkout"
	run ! as_user env -u BUILD make -s -C "$checkout"
	[ "${lines[0]}" = 'build/plain: cannot be made: set BUILD= to a directory of your own' ]
	borrow_build "$place/elsewhere"
	# Print the arguments of vmtest.sh instead of booting.
	chmod u+w "$checkout" "$checkout/vmtest.sh"
	printf '#!/bin/sh\necho "vmtest.sh: $*"\n' >"$checkout/vmtest.sh"
	chmod u-w "$checkout" "$checkout/vmtest.sh"
	[ "$(id -u)" != 0 ] || chown -R 65534 "$place/elsewhere"
	as_user make -s -j2 -C "$checkout" BUILD="$place/elsewhere"
	run -0 "$place/elsewhere/plain/test_progs" -c
	[ "$output" = "$("$BUILD/plain/test_progs" -c)" ]
	# The same directory by another path rebuilds nothing.
	run -0 as_user env -u BUILD make -s -C "$checkout" BUILD="$place/./elsewhere/" run_tests
	echo "$output"
	[[ $output != */plain/test_progs.o* ]]
	[[ $output == *" --file $place/elsewhere/plain/test_progs:/root/plain/ "* ]]
	[[ $output == *" --output $place/elsewhere/run_tests"* ]]
}

# A file in prog_tests/ is a test: no list, table or page needs an entry for it.
@test "a new test leaves the project's own tests green" {
	borrow_build "$checkout/build"
	cp -R "$BUILD"/{archive,kernels,qemu,kvm-verdict} "$checkout/build" 2>/dev/null || :
	cat >"$checkout/prog_tests/aa_mine.c" <<-'EOT'
		// SPDX-License-Identifier: GPL-2.0
		#include <test_progs.h>

		void test_aa_mine(void)
		{
			if (test__start_subtest("first"))
				ASSERT_EQ(1 + 1, 2, "sum");
		}

		void serial_test_zz_mine(void)
		{
			test__skip();
		}
	EOT
	export BUILD="$checkout/build"
	env -u BUILD make -s -j2 -C "$checkout" CFLAGS=-O0 all
	run -0 "$checkout/build/plain/test_progs" -l
	[ "${lines[0]}" = aa_mine ]
	[ "${lines[-1]}" = zz_mine ]
	FLAVOURS=plain run -0 bats -f '(lists|counts|select|list files|unknown name)' "$checkout/tests/cli.bats"
	run -0 "$checkout/vmtest.sh" --file "$checkout/build/plain/test_progs" --output "$place/out" -- \
		./test_progs -J /output/plain.json -a aa_mine,zz_mine
	python3 - "$checkout/tests" "$place/out/plain.json" <<-'EOT'
		import sys
		sys.path.insert(0, sys.argv[1])
		import expected
		results = expected.read_run(sys.argv[2])
		assert results["aa_mine/first"] == "ok", results
		table = expected.load()
		assert not list(expected.differences({"7.3": table["7.3"] | results}, table))
	EOT
}

teardown()
{
	chmod -R u+w "$place"
	rm -rf "$place"
}
