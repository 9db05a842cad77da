#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Modules that the initramfs loads: drivers that a Debian kernel needs to find and mount the disk,
# and has not built in. Sourced by vmtest.sh.
# shellcheck disable=SC2034,SC2154 # variables of the other parts

modules=()

# built_or_loaded OPTION…: succeeds if the kernel has all of them, built in or as modules. Adds the
# modules to modules. Only modules of a fetched kernel can be fetched.
built_or_loaded()
{
	local option name loaded=()
	for option; do
		configured "$option" && continue
		case $option in
		EXT4_FS) name=ext4 ;;
		BLK_DEV_NVME) name=nvme ;;
		BLK_DEV_SD) name=sd_mod ;;
		VIRTIO_BLK|ATA_PIIX) name=${option,,} ;;
		SCSI_VIRTIO) name=virtio_scsi ;;
		SATA_AHCI) name=ahci ;;
		*) return 1 ;;
		esac
		[ "$fetched" = yes ] && grep -qsx "CONFIG_$option=m" "$kconfig" || return 1
		loaded+=("$name")
	done
	modules+=("${loaded[@]}")
}

# carry_modules DIRECTORY: copy the modules and their dependencies there, numbered in the order of
# loading.
carry_modules()
{
	local name path paths number=100 kernel=${image%/*}
	for name in "${modules[@]}"; do
		paths=$("$here/vm/packages/module.sh" --build "$build" --with-dependencies "$name" \
			"${kernel##*/}") || die "$release: $name: no such module could be fetched: see above"
		while IFS= read -r path; do
			compgen -G "$1/*-${path##*/}" >/dev/null && continue
			number=$((number + 1))
			cp "$path" "$1/$number-${path##*/}"
		done <<<"$paths"
	done
}
