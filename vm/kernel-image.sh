#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel that the machine boots: a bzImage, a built tree, or one that
# packages/kernel.sh brings. Sourced by vmtest.sh.
# shellcheck disable=SC2034,SC2154 # variables of the other parts

is_bzimage() { [ "$(dd if="$1" bs=1 skip=514 count=4 2>/dev/null | tr -d '\0')" = HdrS ]; }
is_elf() { [ "$(dd if="$1" bs=1 count=4 2>/dev/null | tr -d '\0')" = $'\177ELF' ]; }

# The release a bzImage carries: the boot header points to the string.
bzimage_release()
{
	local at
	at=$(od -An -t u2 -j 526 -N 2 "$1" | tr -d ' ')
	dd if="$1" bs=1 skip=$((at + 512)) count=128 2>/dev/null | tr '\0' '\n' |
		sed -n '1s/ .*//p'
}

# Sets image (what qemu gets) and release (what it is called). Of a kernel that kernel.sh brought
# the unpacked form is taken where there is one: it need not be unpacked under emulation.
find_kernel()
{
	if [[ $kernel != */* && ! -f $kernel ]]; then
		image=$("$here/vm/packages/kernel.sh" --build "$build" "$kernel") ||
			die "--kernel $kernel: no such kernel could be brought: see above"
	else
		image=$(realpath -e -- "$kernel" 2>/dev/null) ||
			die "--kernel $kernel: no such file: give a bzImage or a version"
	fi
	if [ -d "$image" ]; then
		[ ! -f "$image/$arch_image" ] || image=$image/${arch_image%/*}
		image=$image/${arch_image##*/}
	fi
	if [ ! -f "$image" ] || [ ! -r "$image" ]; then
		die "$image: not a readable file: give a bzImage"
	fi
	if is_bzimage "$image"; then
		release=$(bzimage_release "$image")
		if [ -f "${image%/*}/version" ] && [ -f "${image%/*}/vmlinux" ]; then
			image=${image%/*}/vmlinux
		fi
	elif is_elf "$image"; then
		release=${image##*/}
	else
		die "$image: not a kernel image (no HdrS signature): give $arch_image"
	fi
}
