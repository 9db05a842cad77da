#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Copies files into the tree that becomes the machine's disk, programs with
# their libraries. Sourced by vmtest.sh.
# shellcheck disable=SC2034,SC2154 # variables of the other parts

# Ignore variables of the environment.
loaded='' libraries=''

# carry SOURCE DESTINATION: copy into the image's tree. Merges a directory into an existing one.
carry()
{
	mkdir -p "$tmp/root/${2%/*}"
	if [ -d "$1" ] && [ -d "$tmp/root/$2" ]; then
		cp -R --preserve=mode,timestamps,links -- "$1/." "$tmp/root/$2"
	else
		cp -RH --preserve=mode,timestamps,links -- "$1" "$tmp/root/$2"
	fi
}

# carry_program PROGRAM PLACE: copy the files that the program needs to start at PLACE.
carry_program()
{
	local first=''
	IFS= read -r -N 4 first <"$1" 2>/dev/null || :
	case $first in
	$'\177ELF') carry_libraries "$1" "$2" ;;
	'#!'*) carry_interpreter "$1" ;;
	esac
}

# Set loaded to a directory with newer sanitizer libraries, if the table of processors asks for
# them: this system's are too slow in an emulated machine.
find_loaded()
{
	[ -n "$arch_loaded" ] && [ -z "$loaded" ] || return 0
	if loaded=$("$here/vm/packages/sysroot.sh" "$build"); then
		loaded=$loaded/machine/usr/lib/$arch_triplet
	else
		loaded=/nonexistent
		say "using this system's AddressSanitizer: before gcc 14 it starts slowly in a machine"
	fi
}

# Copies the libraries that ldd finds. A static program needs none.
carry_libraries()
{
	local lines library
	if ! arch_is_own; then
		carry_foreign_libraries "$1"
		return
	fi
	lines=$(ldd "$1" 2>/dev/null) || return 0
	if [[ $lines == *'=> not found'* ]]; then
		die "$1: $(sed -n 's/^\t*\(.*\) => not found.*/\1/p' <<<"$lines" | paste -sd' ')" \
		    "not found: install it, or set LD_LIBRARY_PATH"
	fi
	[[ $lines != *libasan.so* ]] || find_loaded
	while IFS= read -r library; do
		carry_library "$library" "$1" "$2"
	done < <(sed -n 's/^\t.* => \(\/.*\) (0x[0-9a-f]*)$/\1/p; s/^\t\(\/.*\) (0x[0-9a-f]*)$/\1/p' \
		<<<"$lines")
	carry_dlopened "$1" "$1" "$2"
}

# carry_library LIBRARY PROGRAM PLACE: copy it to its own path. If it is not in a system directory,
# the program may find it relative to itself ($ORIGIN): copy it also to the same place beside PLACE.
carry_library()
{
	local target place beside source=$1
	[ ! -e "${loaded:-/nonexistent}/${1##*/}" ] || source=$loaded/${1##*/}
	case $1 in
	/lib/*|/lib64/*|/usr/lib/*|/usr/lib64/*) set -- "$1" "$2" "$3" "$1" ;;
	*)
		beside=$(realpath -s --relative-to="${2%/*}" -- "$1")
		place=$(realpath -ms -- "${3%/*}/$beside")
		set -- "$1" "$2" "$3" "$1" "$place" ;;
	esac
	for target in "${@:4}"; do
		if [ -e "$tmp/root/$target" ] &&
		   { [ "$source" = "$1" ] || cmp -s "$source" "$tmp/root/$target"; }; then
			continue
		fi
		mkdir -p "$tmp/root/${target%/*}"
		cp -L --preserve=mode,timestamps -- "$source" "$tmp/root/$target"
		carry_dlopened "$1" "$2" "$3"
	done
}

# carry_dlopened FILE PROGRAM PLACE: copy the libraries whose names FILE contains, as it may open
# them when it runs. glibc loads libgcc_s this way: without it threads cannot be cancelled, and
# stack traces are empty.
carry_dlopened()
{
	local name directory directories
	IFS=: read -ra directories <<<"${LD_LIBRARY_PATH-}"
	while IFS= read -r name; do
		for directory in "${directories[@]}" "${2%/*}" ''; do
			[ -n "$directory" ] || directory=$(library_directory "$name")
			if [ -f "$directory/$name" ]; then
				carry_library "$(realpath -s -- "$directory/$name")" "$2" "$3"
				break
			fi
		done
	done < <(grep -aoE 'lib[A-Za-z0-9_+-]+\.so(\.[0-9]+)*' "$1" | sort -u)
}

# library_directory NAME: print the directory in which the dynamic linker finds it.
library_directory()
{
	: "${libraries:=$(ldconfig -p 2>/dev/null)}"
	awk -v name="$1" '$1 == name { sub(/\/[^\/]*$/, "", $NF); print $NF; exit }' <<<"$libraries"
}

# carry_interpreter SCRIPT: copy the program of its first line, if the machine has no file of that
# path.
carry_interpreter()
{
	local line words interpreter
	IFS= read -r line <"$1" || :
	read -ra words <<<"${line#'#!'}"
	interpreter=${words[0]-}
	if [ "${interpreter##*/}" = env ]; then
		[ "${words[1]-}" != -S ] || unset 'words[1]'
		words=("${words[@]:1}")
		interpreter=$(command -v -- "${words[0]-}" || echo "${words[0]-}")
	fi
	if [ -e "$tmp/root/$interpreter" ] || [ -e "$tmp/root/usr/bin/${interpreter##*/}" ]; then
		return 0
	elif [[ $interpreter != /* ]] || [ ! -x "$interpreter" ] || ! arch_is_own; then
		say "$1: its interpreter ${interpreter:-(none)} is not here, and not in the machine" 2>&7
		return 0
	fi
	say "$1: $interpreter goes with it; give other files that it needs with --file" 2>&7
	mkdir -p "$tmp/root/${interpreter%/*}"
	cp -L --preserve=mode,timestamps -- "$interpreter" "$tmp/root/$interpreter"
	carry_program "$(realpath -- "$interpreter")" "$interpreter"
}

carry_file()
{
	local source=$1 target=/root/ program
	if [[ $source == ?*:/* ]]; then
		target=/${source##*:/}
		source=${source%:/*}
	fi
	[ -e "$source" ] || die "--file $1: $source: no such file: give SRC or SRC:/DEST"
	[ -r "$source" ] || die "--file $1: $source: not readable: check its permissions"
	source=$(realpath -s -- "$source")
	[[ $target != */ ]] || target=$target${source##*/}
	carry "$source" "$target"
	while IFS= read -r -d '' program; do
		carry_program "$program" "$target${program#"$source"}"
	done < <(find -H "$source" -type f \( -perm /111 -o -name '*.so' -o -name '*.so.*' \) -print0)
}
