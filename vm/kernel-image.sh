#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel that the machine boots: a bzImage, a built tree, or a kernel that packages/kernel.sh
# fetches. Sourced by vmtest.sh.
# shellcheck disable=SC2034,SC2154 # variables of the other parts

is_elf() { [ "$(head -c 4 "$1" | tr -d '\0')" = $'\177ELF' ]; }

# image_release IMAGE GIVEN: print the image's release. GIVEN is the path that the user gave. An
# uncompressed image has the release in its banner, a fetched one in the name of its directory.
image_release()
{
	local found
	if is_bzimage "$1"; then
		bzimage_release "$1"
	elif is_elf "$1"; then
		basename "$2"
	elif [ "$fetched" = yes ]; then
		basename "${2%/*}"
	else
		found=$(grep -aom 1 'Linux version [0-9][^ ]*' "$1" | head -n 1)
		found=${found#Linux version }
		echo "${found:-${2##*/}}"
	fi
}

# Set image to the kernel in that directory: a built tree, or a directory with an image at its top.
find_in_directory()
{
	for image in "$1/$arch_image" "$1/${arch_image##*/}"; do
		[ ! -f "$image" ] || return 0
	done
	die "--kernel $1: no kernel in that directory: build it there (make ${arch_image##*/}), or give an image"
}

# Print the processor of the kernel in FILE, as the kernel names it.
image_processor()
{
	local name
	for name in $ARCHES; do
		if (arch_find "$name" && arch_is_image "$1"); then
			echo "$name"
			return
		fi
	done
}

# Unpack an image that is compressed as a whole, such as arm64's Image.gz. x86's bzImage unpacks
# itself.
unpack_image()
{
	local command
	command=$(unpacker "$image" 0) || return 0
	need "${command%% *}" "it"
	$command <"$image" >"$tmp/kernel" 2>"$tmp/unpack.error" ||
		die "$image: does not unpack: $(tail -n 1 "$tmp/unpack.error"): build or copy it again"
	image=$tmp/kernel
}

# check_image GIVEN: stop if image is no kernel that qemu can load. GIVEN names it in messages.
check_image()
{
	local other
	if arch_is_image "$image"; then
		[ "$arch_kernel" != x86 ] || bzimage_is_whole "$image" ||
			die "$1: cut short: build or copy it again"
	elif [ "$arch_kernel" != x86 ] || ! is_elf "$image"; then
		other=$(image_processor "$image")
		[ -z "$other" ] || die "$1: a kernel of $other: set ARCH=$other"
		die "$1: not a kernel image of $arch_kernel (no ${arch_magic#*:} signature): give $arch_image"
	fi
}

# Set image (the file for qemu), release (its name), kconfig (its configuration), symbols (for gdb)
# and fetched (yes if kernel.sh fetched it). Prefers the unpacked form of a fetched kernel, which
# saves the time to unpack it under emulation.
find_kernel()
{
	local given
	if [[ $kernel != */* && ! -f $kernel ]]; then
		image=$("$here/vm/packages/kernel.sh" --build "$build" "$kernel") ||
			die "--kernel $kernel: no such kernel could be fetched: see above"
	else
		image=$(realpath -e -- "$kernel" 2>/dev/null) ||
			die "--kernel $kernel: no such file: give a kernel image or a version"
	fi
	[ ! -d "$image" ] || find_in_directory "$image"
	if [ ! -f "$image" ] || [ ! -r "$image" ]; then
		die "$image: not a readable file: give a kernel image"
	fi
	given=$image fetched=no
	[ ! -f "${image%/*}/version" ] || fetched=yes
	unpack_image
	check_image "$given"
	release=$(image_release "$image" "$given")
	symbols=${given%/"$arch_image"}/vmlinux
	[ -f "$symbols" ] || symbols=${given%/*}/vmlinux
	find_kconfig "$given"
	if [ $fetched = yes ] && [ -f "${given%/*}/vmlinux" ]; then
		image=${given%/*}/vmlinux
	fi
}
