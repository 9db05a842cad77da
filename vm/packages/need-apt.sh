#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# For scripts that fetch packages of Debian: says what else would do where they cannot. Sourced.

# need_apt WHAT CURE: go on only where Debian's tools are.
need_apt()
{
	for tool in apt-get dpkg-deb; do
		command -v $tool >/dev/null ||
			die "$1: cannot be fetched without $tool of Debian: $2"
	done
}

# names_of THING: the names of its package on Fedora, Arch, openSUSE and Ubuntu.
# shellcheck disable=SC2154 # the caller sets here
names_of() { awk -v thing="$1" '$1 == thing { print $2 ", " $3 ", " $4 ", " $5 }' "$here/names"; }
