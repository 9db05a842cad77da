#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Programs of a machine with another processor: this machine's ldd and busybox cannot be used.
# Sourced by vmtest.sh.
# shellcheck disable=SC2034,SC2154 # variables of the other parts

find_sysroot()
{
	local root
	need readelf binutils
	root=$("$here/vm/packages/sysroot.sh" "$build") ||
		die "$arch_kernel: no libraries for its programs could be fetched: see above"
	machine_busybox=$root/machine/busybox
	library_path=("$root/machine/usr/lib/$arch_triplet" "/usr/$arch_triplet/lib"
		"/usr/lib/$arch_triplet")
}

# elf_processor FILE: print bytes that all ELF files of a processor share.
elf_processor() { od -An -t x1 -j 18 -N 2 "$1"; }

# own_directories FILE: print the directories, one on each line, that the dynamic linker searches
# for FILE's libraries before the system's.
own_directories()
{
	local paths origin=${1%/*}
	paths=$(readelf -d "$1" 2>/dev/null | sed -nE 's/.*\(R(UN)?PATH\).*\[(.*)\]$/\2/p')
	# shellcheck disable=SC2016 # the linker's word, not a variable
	paths=${paths//'$ORIGIN'/$origin}
	# shellcheck disable=SC2016
	paths=${paths//'${ORIGIN}'/$origin}
	tr : '\n' <<<"$paths:${LD_LIBRARY_PATH-}" | sed '/^$/d'
}

# find_library NAME DIRECTORY...: print the path of that library for the machine's processor.
find_library()
{
	local directory library
	for directory in "${@:2}" "${library_path[@]}"; do
		library=$directory/$1
		if [ -f "$library" ] &&
		   [ "$(elf_processor "$library")" = "$(elf_processor "$machine_busybox")" ]; then
			realpath "$library"
			return
		fi
	done
	return 1
}

# wanted_by FILE: print its interpreter, the libraries that it needs, and names of libraries in its
# text, which it may open when it runs, as libc opens libgcc_s.
wanted_by()
{
	readelf -ld "$1" 2>/dev/null | sed -n 's/.*program interpreter: \(.*\)\]$/needs \1/p
		s/.*(NEEDED).*\[\(.*\)\]$/needs \1/p'
	grep -aoE 'lib[A-Za-z0-9_+-]+\.so(\.[0-9]+)*' "$1" | sort -u | sed 's/^/opens /'
}

# carry_foreign_libraries PROGRAM: copy its interpreter to the path that it names. Copy the
# libraries that it needs, and their libraries, to /usr/lib.
carry_foreign_libraries()
{
	local todo=("$1") file how wanted library target directories beside
	[ "$(elf_processor "$1")" = "$(elf_processor "$machine_busybox")" ] || return 0
	while [ ${#todo[@]} -gt 0 ]; do
		file=${todo[-1]}
		unset 'todo[-1]'
		mapfile -t directories < <(own_directories "$file")
		while read -r how wanted; do
			target=$tmp/root/usr/lib/$wanted
			[[ $wanted != /* ]] || target=$tmp/root$wanted
			[ ! -e "$target" ] || continue
			beside=()
			[ "$how" = needs ] || beside=("${1%/*}")
			if ! library=$(find_library "${wanted##*/}" "${directories[@]}" "${beside[@]}"); then
				[ "$how" = needs ] || continue
				die "$1: ${wanted##*/} not found for $arch_kernel: set LD_LIBRARY_PATH, or put it into" \
				    "${library_path[0]}"
			fi
			mkdir -p "${target%/*}"
			cp --preserve=mode,timestamps -- "$library" "$target"
			todo+=("$library")
		done < <(wanted_by "$file")
	done
}
