#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Reads x86's bzImage: Documentation/arch/x86/boot.rst in the kernel tree. Sourced.

# image_number FILE OFFSET SIZE: print the little-endian number there.
image_number() { od -An -t "u$3" -j "$2" -N "$3" "$1" | tr -d ' '; }

is_bzimage() { [ "$(od -An -c -j 514 -N 4 "$1" 2>/dev/null | tr -d ' ')" = HdrS ]; }

# Prints the release in a bzImage: the boot header points to the string.
bzimage_release()
{
	dd if="$1" bs=1 skip=$(($(image_number "$1" 526 2) + 512)) count=128 2>/dev/null | tr '\0' '\n' |
		sed -n '1s/ .*//p'
}

# bzimage_is_whole FILE: succeeds if the file is as long as its header says. A signature may follow.
bzimage_is_whole()
{
	[ "$(stat -L -c %s "$1")" -ge \
	  $((($(image_number "$1" 497 1) + 1) * 512 + $(image_number "$1" 500 4) * 16)) ]
}

# unpacker FILE OFFSET: print the command that unpacks the data there.
unpacker()
{
	case $(od -An -t x1 -j "$2" -N 4 "$1" | tr -d ' ') in
	28b52ffd) echo 'zstd -dcq' ;;
	fd377a58) echo 'xz -dcq' ;;
	02214c18|04224d18) echo 'lz4 -dcq' ;;
	425a68*) echo 'bzip2 -dcq' ;;
	5d0000*) echo 'xz -dcq --format=lzma' ;;
	1f8b*) echo 'gzip -dcq' ;;
	*) return 1 ;;
	esac
}

# bzimage_unpack BZIMAGE VMLINUX: the header has the place of the compressed kernel. The last four
# bytes of that are the unpacked size: for gzip its own trailer, for other formats appended. Prints
# the reason for a failure.
bzimage_unpack()
{
	start=$((($(image_number "$1" 497 1) + 1) * 512 + $(image_number "$1" 584 4)))
	length=$(image_number "$1" 588 4)
	unpack=$(unpacker "$1" "$start") || { echo "unknown compression of the kernel: report it"; return 1; }
	size=4
	[ "${unpack%% *}" != gzip ] || size=0
	command -v "${unpack%% *}" >/dev/null || { echo "${unpack%% *}: not found: run make deps"; return 1; }
	tail -c "+$((start + 1))" "$1" 2>/dev/null | head -c "$((length - size))" | $unpack >"$2" 2>/dev/null || :
	expected=$(image_number "$1" "$((start + length - 4))" 4)
	[ "$(stat -c %s "$2")" = "$expected" ] || {
		echo "the kernel did not unpack to $expected bytes: out of space on $2?"
		return 1
	}
}
