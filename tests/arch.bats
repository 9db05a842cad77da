#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# Other processors than this machine's: the table, and what make builds for them.

bats_require_minimum_version 1.5.0

setup()
{
	top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	export BUILD="${BUILD:-$top/build}"
	unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES ARCH CROSS_COMPILE
	# shellcheck source=vm/arch.sh
	. "$top/vm/arch.sh"
}

# The kernel names of the processors that this machine does not have.
others()
{
	for name in $ARCHES; do
		arch_find "$name"
		[ "$arch_name" = "$(uname -m)" ] || echo "$name"
	done
}

# One that a compiler is installed for. make deps installs none unless ARCH= asks for it.
other_with_compiler()
{
	for name in $(others); do
		arch_find "$name"
		if command -v "$arch_triplet-gcc" >/dev/null; then
			other=$name
			return
		fi
	done
	skip "no cross compiler is installed: make deps ARCH=$(others | head -n 1)"
}

@test "a row says all that the head of the table names" {
	columns=$(sed -n 's/^#   \([a-z]*\)  .*/\1/p' "$top/vm/arch.sh")
	[ "$(wc -l <<<"$columns")" -ge 15 ]
	for name in $ARCHES; do
		unset "${!arch_@}"
		arch_find "$name"
		[ "$arch_kernel" = "$name" ]
		# shellcheck disable=SC2086 # words
		[ "$(compgen -v arch_ | sort)" = "$(printf 'arch_%s\n' $columns | sort)" ]
		same=$arch_image
		arch_find "$arch_name"
		[ "$arch_image" = "$same" ]
	done
}

@test "a processor is known by the kernel's name and by uname's; another is one line" {
	for name in "" "$(uname -m)"; do
		run -0 make -s -C "$top" -n ARCH="$name" all
		[[ $output != *"unknown processor"* ]]
	done
	for name in pdp11 arm64v8 'x86 arm64'; do
		run -2 make -s -C "$top" ARCH="$name" all
		[[ $output == *"ARCH=$name: unknown processor: set ARCH to one of $ARCHES."* ]]
		[ "${#lines[@]}" = 1 ]
		for script in sysroot kernel deps libbpf qemu; do
			ARCH="$name" run ! "$top/vm/packages/$script.sh"
			[ "$output" = "$script: ARCH=$name: unknown processor: set ARCH to one of $ARCHES" ]
		done
	done
}

@test "what works on this machine's own processor only says so" {
	for name in $(others); do
		for goal in check lint bench fuzz install exitcheck repro; do
			run -2 make -s -C "$top" ARCH="$name" $goal
			[[ $output == *"$goal: works on this machine's own processor only: leave ARCH=$name out."* ]]
		done
		ARCH=$(uname -m) run -1 "$top/vm/packages/sysroot.sh"
		[[ $output == *"this machine's own processor"* ]]
	done
}

@test "without a cross compiler the packages to install are named" {
	name=$(others | head -n 1)
	arch_find "$name"
	run -2 make -s -C "$top" ARCH="$name" CROSS_COMPILE=no-such- all
	[[ $output == *"no-such-gcc: not found: run make deps ARCH=$name, which installs gcc-$arch_triplet; or set CROSS_COMPILE="* ]]
	mkdir "$BATS_TEST_TMPDIR/stubs"
	printf '#!/bin/sh\nexit 0\n' >"$BATS_TEST_TMPDIR/stubs/dpkg-query"
	printf '#!/bin/sh\necho 1000\n' >"$BATS_TEST_TMPDIR/stubs/id"
	chmod +x "$BATS_TEST_TMPDIR"/stubs/*
	ARCH="$name" PATH=$BATS_TEST_TMPDIR/stubs:$PATH run -1 "$top/vm/packages/deps.sh" "$BATS_TEST_TMPDIR/build"
	[[ $output == *"gcc-$arch_triplet"* ]]
	[[ $output == *"libc6-dev-$arch_debian-cross"* ]]
	[[ $output == *"$arch_package"* ]]
	[[ $output == *"sudo make deps ARCH=$name" ]]
}

# machine_of FILE: the processor that an ELF file is for.
machine_of() { od -An -t x1 -j 18 -N 2 "$1" | tr -d ' '; }

@test "what is built for another processor is of that one, and this one's stays as it is" {
	other_with_compiler
	before=$(stat -c '%n %Y' "$BUILD"/plain/test_progs "$BUILD"/bpf/*.o "$BUILD"/libbpf/lib/*)
	for flavour in plain asan; do
		make -s -j2 -C "$top" ARCH="$other" $flavour
		program=$BUILD/$other/$flavour/test_progs
		[ "$(machine_of "$program")" = "$(machine_of "$BUILD/$other/sysroot/machine/busybox")" ]
		[ "$(machine_of "$program")" != "$(machine_of "$BUILD/plain/test_progs")" ]
		# A second look finds nothing to do.
		run -0 make -s -C "$top" ARCH="$other" $flavour
		[ -z "$output" ]
	done
	[ "$(stat -c '%n %Y' "$BUILD"/plain/test_progs "$BUILD"/bpf/*.o "$BUILD"/libbpf/lib/*)" = "$before" ]
	grep -q -- "-D__TARGET_ARCH_$other " "$BUILD/$other/bpf/flags"
}
