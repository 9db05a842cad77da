#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# make overlay puts our tests into a kernel tree, and removes them again. The tree is a small one of
# our own.

bats_require_minimum_version 1.5.0

setup()
{
	top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	selftests=tools/testing/selftests/bpf
	tree="$BATS_TEST_TMPDIR/a tree"
	mkdir -p "$tree"/{include,kernel/bpf,scripts} "$tree/$selftests"/{prog_tests,progs}
	for file in Makefile "$selftests/test_progs.c" "$selftests"/prog_tests/{another,token}.c \
		"$selftests/progs/file_reader.c"; do
		echo "/* $file of the tree */" >"$tree/$file"
	done
	cp -R "$tree" "$BATS_TEST_TMPDIR/before"
}

overlay() { make -s -C "$top" overlay "$@"; }
is_as_before() { diff -r "$tree" "$BATS_TEST_TMPDIR/before"; }

@test "overlay puts our tests into a copy, names replaced files, and leaves the tree alone" {
	copy="$BATS_TEST_TMPDIR/a copy"
	run -0 overlay LINUX="$tree" OUT="$copy"
	echo "$output"
	grep -qx 'replaced prog_tests/token.c' <<<"$output"
	grep -qx 'added prog_tests/forked_child.h' <<<"$output"
	grep -qx 'added progs/token_lsm.c' <<<"$output"
	! grep bpf_misc.h <<<"$output"
	for file in prog_tests/token.c prog_tests/private_file.h progs/file_reader.c; do
		cmp "$top/$file" "$copy/$selftests/$file"
	done
	cmp "$copy/$selftests/prog_tests/another.c" "$tree/$selftests/prog_tests/another.c"
	is_as_before
}

@test "--in-place changes the tree itself, and --undo restores it" {
	run ! overlay LINUX="$tree"
	[[ $output == *'OUT= is missing'* ]]
	is_as_before
	overlay LINUX="$tree" IN_PLACE=1
	cmp "$top/prog_tests/token.c" "$tree/$selftests/prog_tests/token.c"
	run -0 overlay LINUX="$tree" UNDO=1
	echo "$output"
	grep -qx 'restored prog_tests/token.c' <<<"$output"
	grep -qx 'removed prog_tests/forked_child.h' <<<"$output"
	is_as_before
}

@test "a second overlay keeps the first originals" {
	overlay LINUX="$tree" IN_PLACE=1
	run -0 overlay LINUX="$tree" IN_PLACE=1
	grep -qx 'replaced prog_tests/token.c' <<<"$output"
	overlay LINUX="$tree" UNDO=1
	is_as_before
}

@test "overlay keeps your changes to our files in the tree" {
	overlay LINUX="$tree" IN_PLACE=1
	echo '/* mine */' >>"$tree/$selftests/prog_tests/token.c"
	for how in UNDO=1 IN_PLACE=1; do
		run ! overlay LINUX="$tree" $how
		[[ $output == *'prog_tests/token.c: differs from what was put there'* ]]
		tail -n 1 "$tree/$selftests/prog_tests/token.c" | grep -qx '/\* mine \*/'
		[ -e "$tree/$selftests/prog_tests/forked_child.h" ]
	done
	rm "$tree/$selftests/prog_tests/token.c"
	overlay LINUX="$tree" UNDO=1
	is_as_before
}

@test "--undo restores the tree after an interrupted overlay" {
	overlay LINUX="$tree" IN_PLACE=1
	cp "$BATS_TEST_TMPDIR/before/$selftests/prog_tests/token.c" "$tree/$selftests/prog_tests"
	rm "$tree/$selftests/prog_tests/forked_child.h"
	overlay LINUX="$tree" UNDO=1
	is_as_before
}

@test "overlay names each bad use" {
	run ! overlay
	[[ $output == *'LINUX= is missing'* ]]
	run ! overlay LINUX="$BATS_TEST_TMPDIR/none" IN_PLACE=1
	[[ $output == *'none: no kernel tree: there is no tools/testing/selftests/bpf'* ]]
	run ! overlay LINUX="$tree" UNDO=1
	[[ $output == *'nothing of ours was put there'* ]]
	run ! overlay LINUX="$tree" OUT="$BATS_TEST_TMPDIR/before"
	[[ $output == *'before: is there: give a new directory'* ]]
	is_as_before
}
