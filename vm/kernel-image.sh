#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel that the machine boots: a bzImage, a built tree, or one that
# packages/kernel.sh brings. Sourced by vmtest.sh.
# shellcheck disable=SC2034,SC2154 # variables of the other parts

is_elf() { [ "$(head -c 4 "$1" | tr -d '\0')" = $'\177ELF' ]; }

# An image that is not compressed has its release in its banner. The directory of a fetched one is
# named by it.
image_release()
{
	local found
	if is_bzimage "$1"; then
		bzimage_release "$1"
	elif [ "$fetched" = yes ]; then
		basename "${1%/*}"
	else
		found=$(grep -aom 1 'Linux version [0-9][^ ]*' "$1" | head -n 1)
		found=${found#Linux version }
		echo "${found:-${1##*/}}"
	fi
}

# Set image (the file for qemu), release (its name), kconfig (its configuration), symbols (for gdb)
# and fetched (did kernel.sh bring it?). Of a fetched kernel the unpacked form is taken where there
# is one: it need not be unpacked under emulation.
find_kernel()
{
	if [[ $kernel != */* && ! -f $kernel ]]; then
		image=$("$here/vm/packages/kernel.sh" --build "$build" "$kernel") ||
			die "--kernel $kernel: no such kernel could be brought: see above"
	else
		image=$(realpath -e -- "$kernel" 2>/dev/null) ||
			die "--kernel $kernel: no such file: give a kernel image or a version"
	fi
	if [ -d "$image" ]; then
		[ ! -f "$image/$arch_image" ] || image=$image/${arch_image%/*}
		image=$image/${arch_image##*/}
	fi
	if [ ! -f "$image" ] || [ ! -r "$image" ]; then
		die "$image: not a readable file: give a kernel image"
	fi
	fetched=no
	[ ! -f "${image%/*}/version" ] || fetched=yes
	if arch_is_image "$image"; then
		release=$(image_release "$image")
	elif [ "$arch_kernel" = x86 ] && is_elf "$image"; then
		release=${image##*/}
	else
		die "$image: not a kernel image of $arch_kernel (no ${arch_magic#*:} signature):" \
		    "give $arch_image"
	fi
	symbols=${image%/"$arch_image"}/vmlinux
	[ -f "$symbols" ] || symbols=${image%/*}/vmlinux
	find_kconfig "$image"
	if [ $fetched = yes ] && [ -f "${image%/*}/vmlinux" ]; then
		image=${image%/*}/vmlinux
	fi
}
