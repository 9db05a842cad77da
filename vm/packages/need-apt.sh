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
