# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0
#
# Messages and exit statuses of all shell scripts. To be sourced, with $lib set to this directory.

# The prefix of messages is the program that the user typed: scripts which that one calls inherit it.
: "${SAY_AS:=$(basename "$0" .sh)}"
export SAY_AS

# A closed standard error would be the next file that a program opens.
[ -e /proc/self/fd/2 ] || exec 2>/dev/null

# A message that nobody can read is no reason to end.
say() { printf '%s: %s\n' "$SAY_AS" "$*" >&2 || :; }

# die MESSAGE…: exits with $die_status, STATUS_FAILED unless the script has set another.
die()
{
	say "$@"
	exit "${die_status:-$STATUS_FAILED}"
}

# STATUS_PASSED=0 and so on, from the header that C programs include.
# shellcheck disable=SC2154 # the caller sets lib
eval "$(sed -n 's/^#define \(STATUS_[A-Z_]*\)[[:blank:]]*\([0-9][0-9]*\).*/\1=\2/p' "$lib/exit_status.h")"
