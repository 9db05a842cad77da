#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The scratch directory, which is removed when vmtest.sh ends. Sourced by vmtest.sh.
# shellcheck disable=SC2034,SC2154 # variables of the other parts

# The directory is removed even if this script is killed: another process holds the other end of a
# pipe, and removes the directory when no process holds this end.
make_scratch()
{
	tmp=$(mktemp -d "${TMPDIR:-/tmp}/vmtest.XXXXXX" 2>/dev/null) ||
		die "${TMPDIR:-/tmp}: no directory can be made there: free space, or set TMPDIR"
	tmp=$(realpath -- "$tmp") # TMPDIR may be relative
	mkfifo "$tmp/alive"
	# shellcheck disable=SC2016 # expanded by that shell
	setsid sh -c 'read -r _ <"$1/alive"; cd / && rm -rf "$1"' sh "$tmp" \
		</dev/null >/dev/null 2>&1 &
	exec 9>"$tmp/alive"
	trap 'qemu_kill; restore_terminal; cd / && rm -rf "$tmp"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	trap 'exit 129' HUP
}
