#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Copies files into the tree that becomes the machine's disk, programs with
# their libraries. Sourced by vmtest.sh.
# shellcheck disable=SC2034,SC2154 # variables of the other parts

# carry SOURCE DESTINATION: copy into the image's tree, as far as possible without doubling it.
carry()
{
	mkdir -p "$tmp/root/${2%/*}"
	if [ -d "$1" ] && [ -d "$tmp/root/$2" ]; then
		cp -R --preserve=mode,timestamps,links -- "$1/." "$tmp/root/$2"
	else
		cp -RH --preserve=mode,timestamps,links -- "$1" "$tmp/root/$2"
	fi
}

# carry_libraries PROGRAM: what ldd finds goes to its own path; a static program needs nothing.
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
	sed -n 's/^\t.* => \(\/.*\) (0x[0-9a-f]*)$/\1/p; s/^\t\(\/.*\) (0x[0-9a-f]*)$/\1/p' \
		<<<"$lines" | while IFS= read -r library; do
		if [ ! -e "$tmp/root/$library" ]; then
			mkdir -p "$tmp/root/${library%/*}"
			cp -L --preserve=mode,timestamps -- "$library" "$tmp/root/$library"
		fi
	done
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
		if is_elf_quick "$program"; then
			carry_libraries "$program"
		fi
	done < <(find -H "$source" -type f -perm /111 -print0)
}

# Without a process for each file: there may be many.
is_elf_quick()
{
	local magic=''
	IFS= read -r -N 4 magic <"$1" 2>/dev/null || :
	[ "$magic" = $'\177ELF' ]
}
