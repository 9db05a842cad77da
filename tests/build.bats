#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# The build graph: every target that builds something works with make -j8 in a fresh clone.

bats_require_minimum_version 1.5.0

# BUILDS are targets that build, each tried from clean. RUNS only run or fetch something.
BUILDS='all
all exitcheck
asan
undefined
fortified
exitcheck
fuzz FUZZ_SECONDS=1
install DESTDIR=root
check-programs
repro-programs'
RUNS='deps run_tests lint-lists matrix docs patches series overlay check check-drop-in check-upstream
check-series ci-diffs kernel repro bench lint uninstall clean help lies'

setup_file()
{
	top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	export top BUILD="${BUILD:-$top/build}" copy="$BATS_FILE_TMPDIR/copy"
	mkdir "$copy"
	for file in "$top"/*; do
		[ "$file" -ef "$BUILD" ] || [ "$file" = "$top/build" ] || cp -R "$file" "$copy"
	done
	# Fetch slowly, so that a target that does not wait for libbpf and vmlinux.h fails.
	for what in libbpf:lib/libbpf.a vmlinux-h:vmlinux.h; do
		cat >"$copy/vm/packages/${what%%:*}.sh" <<-EOT
			#!/bin/sh
			name=${what%%:*}
			sleep 2
			mkdir -p "\$1"
			[ ! -e "$BUILD/\${name%-h}" ] || cp -R "$BUILD/\${name%-h}" "\$1"
		EOT
	done
}

@test "every target that builds something works with -j8, from clean" {
	[ -e "$BUILD/libbpf" ] || skip 'the system has libbpf: nothing to wait for'
	while read -r target; do
		rm -rf "$copy/build" "$copy/root"
		# shellcheck disable=SC2086 # words
		env -u BUILD -u MAKEFLAGS -u MAKELEVEL make -s -j8 -C "$copy" CFLAGS='-O0 -g0' $target \
			>"$BATS_TEST_TMPDIR/said" 2>&1 || {
			echo "make -j8 $target:"
			cat "$BATS_TEST_TMPDIR/said"
			false
		}
	done <<<"$BUILDS"
}

@test "make help names existing targets, and every variable that they take" {
	make -s -C "$top" help >"$BATS_TEST_TMPDIR/help"
	sed -nE 's/^  ([a-z][a-z_-]+) .*/\1/p' "$BATS_TEST_TMPDIR/help" | grep -vx prefix >"$BATS_TEST_TMPDIR/targets"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/targets")" = "$(cat "$top/Makefile" "$top"/mk/*.mk | grep -cE '^[a-z][^#]*:.* ## ')" ]
	while read -r target; do
		grep -qw -- "$target" <<<"$BUILDS $RUNS" || {
			echo "$target: neither in BUILDS nor in RUNS of this test"
			false
		}
		make -n -C "$top" "$target" LINUX=/nowhere OUT=/nowhere VMTEST=/nowhere >/dev/null
	done <"$BATS_TEST_TMPDIR/targets"
	# A target names the variables that it takes.
	for variable in $(grep -hE '^[a-z_ -]+:.*## ' "$top/Makefile" "$top"/mk/*.mk | grep -oE '(^|[ ,;])[A-Z][A-Z_]+=' | tr -d ' ,;' | sort -u); do
		grep -qE "^  $variable" "$BATS_TEST_TMPDIR/help" || {
			echo "$variable: a target has it, the list of variables has not"
			false
		}
	done
}
