#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Boots kernels with their disk on each bus and prints the table of docs/own-kernel.md. By hand:
# each boot takes some seconds.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
lib=$top/lib
# shellcheck source=lib/say.sh
. "$lib/say.sh"
die_status=$STATUS_NOT_DONE

usage()
{
	cat <<'EOT'
usage: buses.sh [[NAME=]KERNEL…]
KERNEL is what vmtest.sh --kernel takes (default: 6.12 and newest); NAME stands for it in the table.
Prints a line for each kernel: "boots" for each bus from which it ran a command, "-" for one that it has
no driver for, "fails" for any other end.
Exit status: 0, 1 if a boot failed, or 2 for bad use.
EOT
}

# try KERNEL BUS: print the word for the table.
try()
{
	local status=0 root
	root=$("$top/vmtest.sh" --kernel "$1" --disk "$2" -- \
		grep -c '^/dev/[a-z0-9]* / ext4 ' /proc/mounts 2>"$tmp/said") || status=$?
	if [ "$status:$root" = 0:1 ]; then
		echo boots
	elif [ $status = "$STATUS_NOT_DONE" ] && grep -q 'has no driver for it' "$tmp/said"; then
		echo -
	else
		echo fails
		cat "$tmp/said" >&2
	fi
}

case ${1-} in
--help|-h) usage; exit 0 ;;
-*) die "$1: unknown option: see --help" ;;
esac
[ $# != 0 ] || set -- 6.12 newest
read -ra buses < <(cd "$top" && . vm/arch.sh && arch_choose && echo "$arch_buses")
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
failed=''
printf '| kernel |'
printf ' %s |' "${buses[@]}"
printf '\n|---|'
printf -- '---|%.0s' "${buses[@]}"
printf '\n'
for kernel; do
	printf '| %s |' "${kernel%%=*}"
	for bus in "${buses[@]}"; do
		word=$(try "${kernel#*=}" "$bus")
		printf ' %s |' "$word"
		[ "$word" != fails ] || failed=yes
	done
	printf '\n'
done
[ -z "$failed" ] || exit "$STATUS_FAILED"
