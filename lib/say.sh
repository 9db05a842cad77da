# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0
#
# Messages and exit statuses of all shell scripts. To be sourced, with $lib set to this directory.

# Messages begin with the name of the program that the user typed. Scripts that it calls inherit
# that name.
: "${SAY_AS:=$(basename "$0" .sh)}"
export SAY_AS

# If standard error is closed, the next file that a program opens would take its number.
[ -e /proc/self/fd/2 ] || exec 2>/dev/null

# The script continues if nobody can read the message.
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
