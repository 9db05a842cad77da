#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Shared by scripts that fetch something from Debian into the build directory. Sourced, with here
# set to this directory.
# shellcheck disable=SC2034,SC2154 # variables of the caller, and for it

# take_options [OPTION]: handle --help and reject unknown options.
take_options()
{
	case ${1-} in
	--help|-h) usage; exit 0 ;;
	-*) die "$1: unknown option: see --help" ;;
	esac
}

# need_apt WHAT CURE: stop if Debian's tools are missing.
need_apt()
{
	for tool in apt-get dpkg-deb; do
		command -v $tool >/dev/null ||
			die "$1: cannot be fetched without $tool of Debian: $2"
	done
}

# names_of THING: print the names of its package on Fedora, Arch, openSUSE and Ubuntu.
names_of() { awk -v thing="$1" '$1 == thing { print $2 ", " $3 ", " $4 ", " $5 }' "$here/names"; }

# enter_build BUILD DIRECTORY NAME: set build to the absolute path of BUILD, and into to DIRECTORY
# in it. Wait for other scripts that fetch NAME into it.
enter_build()
{
	mkdir -p "$1$2" 2>/dev/null || die "$1$2: cannot be made: choose another"
	build=$(cd "$1" && pwd)
	into=$build$2
	(: >>"$into/.$3.lock") 2>/dev/null || die "$into/.$3.lock: cannot be written: is it another user's?"
	exec 8>"$into/.$3.lock"
	flock 8
}

# make_part NAME: set tmp to a temporary directory for it, removed when the script ends.
make_part()
{
	rm -rf "$into/.$1.part".* # left by killed runs
	tmp=$(mktemp -d "$into/.$1.part.XXXXXX") || die "$into: cannot be written: is it full?"
	trap 'rm -rf "$tmp"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
}

# keep_part NAME: move it from $tmp to $into.
keep_part()
{
	rm -rf "${into:?}/$1"
	mv -T "$tmp/$1" "$into/$1"
}

# unpack_package FILE DIRECTORY
unpack_package()
{
	dpkg-deb -x "$1" "$2" && return 0
	rm -rf "${1%/*}"
	die "$1: cannot be unpacked, removed: check the space there and run again"
}
