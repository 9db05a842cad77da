#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The configuration of the kernel to boot, and the message if it cannot boot here. Sourced by
# vmtest.sh.
# shellcheck disable=SC2034,SC2154 # variables of the other parts

# Options that a machine with any processor needs. /init is a script.
NEEDED_OPTIONS='EXT4_FS DEVTMPFS PROC_FS SYSFS TMPFS BINFMT_ELF BINFMT_SCRIPT'

# find_kconfig GIVEN: set kconfig to the file with its configuration, or to nothing. A built tree
# has it at its top, an installed kernel beside it, and a kernel with CONFIG_IKCONFIG contains it.
find_kconfig()
{
	local candidate directory=${1%/*}
	for candidate in "${1%/"$arch_image"}/.config" "$directory/config" "$directory/.config" \
			 "$directory/config-${1##*/vmlinuz-}"; do
		if [ -f "$candidate" ] && [ -r "$candidate" ]; then
			kconfig=$candidate
			return
		fi
	done
	kconfig=''
	if read_ikconfig "$image" >"$tmp/ikconfig"; then
		kconfig=$tmp/ikconfig
	fi
}

# read_ikconfig IMAGE: a gzip file follows a marker in the unpacked kernel.
read_ikconfig()
{
	local unpacked=$1 at
	if is_bzimage "$1"; then
		unpacked=$tmp/unpacked
		bzimage_unpack "$1" "$unpacked" 2>/dev/null || return 1
	fi
	at=$(grep -abo -m 1 IKCFG_ST "$unpacked" | head -n 1 | cut -d: -f1)
	[ -z "$at" ] || tail -c "+$((at + 9))" "$unpacked" 2>/dev/null | zcat 2>/dev/null | grep -a .
	rm -f "$tmp/unpacked"
	[ -n "$at" ]
}

# configured OPTION…: succeeds if all of them are built in. Fails if there is no configuration.
configured()
{
	local option
	for option; do
		[ -n "$kconfig" ] && grep -qx "CONFIG_$option=y" "$kconfig" || return 1
	done
}

# kconfig_string OPTION: print the value of a string option.
kconfig_string() { [ -z "$kconfig" ] || sed -n "s/^CONFIG_$1=\"\(.*\)\"\$/\1/p" "$kconfig"; }

# The place of the configuration, for messages.
kconfig_place() { [ "$kconfig" = "$tmp/ikconfig" ] && echo "its configuration" || echo "$kconfig"; }

# Stop before a boot that must fail.
check_kconfig()
{
	local option missing='' needed
	[ -n "$kconfig" ] || return 0
	read -ra needed <<<"$NEEDED_OPTIONS ${arch_options//,/ }"
	for option in "${needed[@]}"; do
		built_or_loaded "$option" || missing+=", CONFIG_$option"
	done
	[ -n "$bus" ] || missing+=", a disk: $(bus_choices)"
	[ -z "$missing" ] ||
		die "$release: this kernel cannot boot here: enable (=y) in $(kconfig_place): ${missing#, }"
	check_required
}

# Stop if the first option of --require is missing, and name all missing ones.
check_required()
{
	local option missing='' wanted
	read -ra wanted <<<"${required//,/ }"
	if [ ${#wanted[@]} = 0 ] || configured "${wanted[0]}"; then
		return
	fi
	for option in "${wanted[@]}"; do
		configured "$option" || missing+=", CONFIG_$option"
	done
	die "$release: this kernel cannot run the command: enable (=y) in $(kconfig_place): ${missing#, }"
}
