#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# What can be said of the sources without running them.

setup()
{
	cd "$BATS_TEST_DIRNAME/.."
	# Without git: a tree out of a tarball has no index.
	mapfile -t sources < <(find . -path ./build -prune -o -path ./.git -prune -o -type f -print)
}

@test "shell scripts pass shellcheck" {
	mapfile -t scripts < <(grep -lE '^(#!/(bin/(ba)?sh|usr/bin/env bash)|# shellcheck shell=)' "${sources[@]}")
	[ "${#scripts[@]}" -ge 8 ]
	shellcheck -x "${scripts[@]}"
}

@test "every source names its licence in the first two lines" {
	for file in "${sources[@]}"; do
		case $file in
		*.c|*.h|*.sh|*.bats|*.py|*.1|./completion/*|./Makefile|./vm/init|./.ci/run)
			head -n 2 "$file" | grep -q 'SPDX-License-Identifier: GPL-2.0' || {
				echo "$file"
				false
			} ;;
		esac
	done
}

@test "no source names a host that packages come from" {
	run grep -nE '(deb|ftp|mirrors?|security|snapshot)\.[a-z.]*(debian|kernel)\.[a-z]+' "${sources[@]}"
	echo "$output"
	[ "$status" = 1 ]
}

@test "the tests for the kernel tree use nothing but its API" {
	run grep -nE '#include "runner/' prog_tests/*.[ch] progs/*.[ch]
	echo "$output"
	[ "$status" = 1 ]
}

@test "no forked child of a test calls exit()" {
	run grep -nE '(^|[^_[:alnum:]])exit\(' prog_tests/*.c
	echo "$output"
	[ "$status" = 1 ]
}

@test "C sources are as clang-format has them" {
	# Every version has its own taste; .clang-format is for this one.
	for file in "${sources[@]}"; do
		case $file in
		*.[ch]) printf '%s\n' "$file" ;;
		esac
	done | xargs clang-format-19 --dry-run --Werror
}

@test "C sources keep within 100 columns, strings aside" {
	for file in "${sources[@]}"; do
		case $file in
		*.[ch]) expand "$file" | grep -nE '^.{101}' | grep -v '"' | sed "s|^|$file:|" ;;
		esac
	done >"$BATS_TEST_TMPDIR/long"
	cat "$BATS_TEST_TMPDIR/long"
	[ ! -s "$BATS_TEST_TMPDIR/long" ]
}
