#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# Other processors than this machine's: the table, the files that make builds for them, and their
# VMs.

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

# A processor with an installed cross compiler. make deps installs none without ARCH=.
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

@test "each row sets every variable that the table's comment names" {
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

@test "arch_find takes the kernel's name and uname's, and refuses others in one line" {
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

@test "targets for this machine's processor only refuse another ARCH=" {
	for name in $(others); do
		for goal in check lint bench fuzz install exitcheck repro; do
			run -2 make -s -C "$top" ARCH="$name" $goal
			[[ $output == *"$goal: works on this machine's own processor only: leave ARCH=$name out."* ]]
		done
		ARCH=$(uname -m) run -1 "$top/vm/packages/sysroot.sh"
		[[ $output == *"this machine's own processor"* ]]
	done
}

@test "make names the packages of a missing cross compiler" {
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

@test "make builds for another processor and leaves this machine's build alone" {
	other_with_compiler
	before=$(stat -c '%n %Y' "$BUILD"/plain/test_progs "$BUILD"/bpf/*.o "$BUILD"/libbpf/lib/*)
	for flavour in plain asan; do
		make -s -j2 -C "$top" ARCH="$other" $flavour
		program=$BUILD/$other/$flavour/test_progs
		[ "$(machine_of "$program")" = "$(machine_of "$BUILD/$other/sysroot/machine/busybox")" ]
		[ "$(machine_of "$program")" != "$(machine_of "$BUILD/plain/test_progs")" ]
		# A second call changes nothing.
		run -0 make -s -C "$top" ARCH="$other" $flavour
		[ -z "$output" ]
	done
	[ "$(stat -c '%n %Y' "$BUILD"/plain/test_progs "$BUILD"/bpf/*.o "$BUILD"/libbpf/lib/*)" = "$before" ]
	grep -q -- "-D__TARGET_ARCH_$other " "$BUILD/$other/bpf/flags"
}

@test "vmtest.sh refuses a kernel image of another processor" {
	image=$BATS_TEST_TMPDIR/image
	for name in $ARCHES; do
		arch_find "$name"
		: >"$image"
		truncate -s "${arch_magic%%:*}" "$image"
		printf '%s' "${arch_magic#*:}" >>"$image"
		for other in $ARCHES; do
			arch_find "$other"
			status=0
			arch_is_image "$image" || status=$?
			[ "$status" = 0 ] || [ "$name" != "$other" ]
			[ "$status" != 0 ] || [ "$name" = "$other" ]
		done
		arch_choose
		[ "$name" = "$arch_kernel" ] || {
			run -2 "$top/vmtest.sh" --kernel "$image" -- true
			[ "$output" = "vmtest: $image: a kernel of $name: set ARCH=$name" ]
		}
	done
	for name in $(others); do
		arch_find "$name"
		ARCH=$name run -2 "$top/vmtest.sh" --kernel "$BUILD/plain/test_progs" -- true
		[[ $output == *": not a kernel image of $name (no ${arch_magic#*:} signature): give $arch_image" ]]
		ARCH=$name run -2 "$top/vmtest.sh" --accel kvm --kernel 6.12 -- true
		[[ $output == *"vmtest: --accel kvm: $name is not this machine's processor: leave it out" ]]
		ARCH=$name HOST=1 run -2 "$top/vm/run_tests.sh"
		[[ $output == *"HOST=1: this machine's processor is not $name: leave ARCH= or HOST= out" ]]
		break
	done
}

@test "vmtest.sh puts the disk on a bus of the processor's machine" {
	for name in $ARCHES; do
		arch_find "$name"
		# shellcheck source=vm/bus.sh
		. "$top/vm/bus.sh"
		[ "$(bus_names | sort)" = "$(tr ' ' '\n' <<<"$arch_buses" | sort)" ]
		bus_row virtio
		[ "$bus_options" = "VIRTIO_BLK,$arch_virtio" ]
		[[ $(bus_choices) == *"CONFIG_VIRTIO_BLK and CONFIG_$arch_virtio"* ]]
	done
}

# with_carrying: sets up vmtest.sh's functions that copy programs of $other.
with_carrying()
{
	other_with_compiler
	here=$top build=$BUILD tmp=$BATS_TEST_TMPDIR
	need() { command -v "$1"; }
	die() { echo "die: $*"; exit 2; }
	mkdir "$tmp/root"
	# shellcheck source=vm/foreign.sh
	. "$top/vm/foreign.sh"
	ARCH=$other
	export ARCH
	find_sysroot
}

@test "--file copies the libraries of another processor's program, and their libraries" {
	with_carrying
	printf 'int main(void) { return 0; }\n' >"$tmp/a.c"
	"$arch_triplet-gcc" -fsanitize=address -o "$tmp/sanitized" "$tmp/a.c"
	"$arch_triplet-gcc" -o "$tmp/plain" "$tmp/a.c"
	gcc -o "$tmp/native" "$tmp/a.c"
	carry_foreign_libraries "$tmp/native"
	[ -z "$(find "$tmp/root" -type f)" ]
	carry_foreign_libraries "$tmp/plain"
	[ -e "$tmp/root/usr/lib/libc.so.6" ]
	# libc opens libgcc_s when a thread ends.
	[ -e "$tmp/root/usr/lib/libgcc_s.so.1" ]
	[ ! -e "$tmp/root/usr/lib/libasan.so.8" ]
	carry_foreign_libraries "$tmp/sanitized"
	[ -e "$tmp/root/$(readelf -l "$tmp/sanitized" | sed -n 's/.*interpreter: \(.*\)\]/\1/p')" ]
	# The program needs libasan and libc, and libasan needs the others.
	for library in libasan.so.8 libc.so.6 libm.so.6 libgcc_s.so.1; do
		[ "$(elf_processor "$tmp/root/usr/lib/$library")" = "$(elf_processor "$tmp/sanitized")" ]
	done
}

@test "--file copies newer libraries for AddressSanitizer if the processor needs them" {
	tmp=$BATS_TEST_TMPDIR
	arch_choose
	# shellcheck source=vm/carry.sh
	. "$top/vm/carry.sh"
	loaded=$BATS_TEST_TMPDIR/loaded
	mkdir "$tmp/root" "$loaded"
	echo newer >"$loaded/libc.so.6"
	echo 'int main(void) { return 0; }' >"$tmp/a.c"
	gcc -o "$tmp/plain" "$tmp/a.c"
	gcc -fsanitize=address -o "$tmp/sanitized" "$tmp/a.c"
	arch_loaded=''
	(loaded=''; carry_libraries "$tmp/sanitized" /root/sanitized)
	libc=$(find "$tmp/root" -name libc.so.6)
	[ "$(head -c 4 "$libc")" = $'\177ELF' ]
	# They replace the libraries of other programs.
	arch_loaded=suite
	carry_libraries "$tmp/sanitized" /root/sanitized
	[ "$(cat "$libc")" = newer ]
	asan=$(find "$tmp/root" -name 'libasan.so*')
	[ "$(head -c 4 "$asan")" = $'\177ELF' ]
}

@test "an arm64 machine fetches only these libraries" {
	mkdir "$BATS_TEST_TMPDIR/stubs"
	printf '#!/bin/sh\necho aarch64\n' >"$BATS_TEST_TMPDIR/stubs/uname"
	printf '#!/bin/sh\necho arm64\n' >"$BATS_TEST_TMPDIR/stubs/dpkg"
	chmod +x "$BATS_TEST_TMPDIR"/stubs/*
	mkdir -p "$BATS_TEST_TMPDIR/build"
	export PATH=$BATS_TEST_TMPDIR/stubs:$PATH
	ARCHIVE_SUITES=trixie run -0 --separate-stderr "$top/vm/packages/sysroot.sh" "$BATS_TEST_TMPDIR/build"
	[ "$output" = "$BATS_TEST_TMPDIR/build/sysroot" ]
	[ -e "$output/machine/usr/lib/aarch64-linux-gnu/libasan.so.8" ]
	[ ! -e "$output/machine/busybox" ]
	[ -z "$(ls "$output/build")" ]
}

@test "--file finds another processor's libraries by RUNPATH, LD_LIBRARY_PATH and beside the program" {
	with_carrying
	mkdir -p "$tmp/bin" "$tmp/my lib" "$tmp/elsewhere" "$tmp/native"
	for library in 'my lib/libone.so' elsewhere/libtwo.so elsewhere/libthree.so bin/libfour.so.4; do
		echo 'int f(void) { return 0; }' | "$arch_triplet-gcc" -shared -x c - -o "$tmp/$library" \
			-Wl,-soname,"${library##*/}"
		# A library of this machine's processor, found first, must not be taken.
		gcc -shared -x c - -o "$tmp/native/${library##*/}" <<<'int f(void) { return 0; }'
	done
	echo 'int f(void); const char *opened[] = { "libthree.so", "libfour.so.4" };
	      int main(void) { return f() + !opened[0]; }' >"$tmp/a.c"
	"$arch_triplet-gcc" "$tmp/a.c" -o "$tmp/bin/a" -Wl,--no-as-needed "$tmp/my lib/libone.so" \
		"$tmp/elsewhere/libtwo.so" -Wl,-rpath,'$ORIGIN/nothing:${ORIGIN}/../my lib'
	LD_LIBRARY_PATH=$tmp/native::$tmp/elsewhere
	carry_foreign_libraries "$tmp/bin/a"
	for library in 'my lib/libone.so' elsewhere/libtwo.so elsewhere/libthree.so bin/libfour.so.4; do
		cmp "$tmp/$library" "$tmp/root/usr/lib/${library##*/}"
	done
}

@test "--file names a missing library of another processor" {
	with_carrying
	echo 'int f(void) { return 0; }' >"$tmp/f.c"
	echo 'int f(void); int main(void) { return f(); }' >"$tmp/a.c"
	"$arch_triplet-gcc" -shared -fPIC -Wl,-soname,libnowhere.so.1 -o "$tmp/libf.so" "$tmp/f.c"
	"$arch_triplet-gcc" -o "$tmp/a" "$tmp/a.c" "$tmp/libf.so"
	run -2 carry_foreign_libraries "$tmp/a"
	[ "$output" = "die: $tmp/a: libnowhere.so.1 not found for $other: set LD_LIBRARY_PATH, or put it into ${library_path[0]}" ]
}

@test "verdicts on another processor are the same as on this one" {
	other_with_compiler
	[ "$other" != s390 ] || skip "Debian's s390x kernels have neither BPF JIT nor BPF LSM"
	out=$BATS_TEST_TMPDIR/out
	run -0 --separate-stderr make -s -C "$top" run_tests ARCH="$other" ONLY=plain-j4 RESULTS="$out"
	[[ $stderr == *"emulated: $other on $(uname -m)"* ]]
	release=$(sed -n 's/.*Linux version \([0-9]*\.[0-9]*\).*/\1/p' "$out/console.log" | head -n 1)
	run -0 "$top/tests/expected.py" "$release" "$out/plain-j4.json"
}
