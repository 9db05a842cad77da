#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The bus of the machine's disk: one that the kernel has a driver for. Sourced by vmtest.sh.
# shellcheck disable=SC2034,SC2154 # variables of the other parts

# One row for each bus, the preferred first: name, the disk's name there, the options that the
# kernel needs built in (VIRTIO: the processor's option for virtio), qemu's devices.
BUSES='
nvme    nvme0n1  BLK_DEV_NVME,PCI                    nvme,serial=vmtest
virtio  vda      VIRTIO_BLK,VIRTIO                   virtio-blk
ahci    sda      SATA_AHCI,BLK_DEV_SD,PCI            ahci,id=ahci ide-hd,bus=ahci.0
scsi    sda      SCSI_VIRTIO,BLK_DEV_SD,VIRTIO       virtio-scsi,id=scsi scsi-hd,bus=scsi.0
ide     sda      ATA_PIIX,BLK_DEV_SD,PCI             ide-hd,bus=ide.0
'

# Prints the rows of the buses that a machine with this processor can have.
buses()
{
	awk -v names=" $arch_buses " 'index(names, " " $1 " ") && NF' <<<"$BUSES" |
		sed "s/,VIRTIO /,$arch_virtio /"
}

bus_names() { buses | awk '{ print $1 }'; }

# bus_row NAME: set the variables of that row.
bus_row() { read -r bus bus_disk bus_options bus_devices < <(buses | awk -v name="$1" '$1 == name'); }

# Prints the options of each bus, joined by "or".
bus_choices()
{
	buses | awk '{ gsub(/,/, " and CONFIG_", $3); print "CONFIG_" $3 }' | paste -sd, | sed 's/,/, or /g'
}

# Set bus to the first bus whose driver the kernel has built in, to "any" if its configuration is
# not known, to nothing if there is none. Debian's kernels have virtio's driver as a module, which
# the initramfs loads.
choose_bus()
{
	local name
	if [ "$disk_bus" != auto ]; then
		take_bus "$disk_bus"
		return
	fi
	if [ -z "$kconfig" ]; then
		bus=any
		[ "$fetched" = no ] || bus=${arch_disk:-any}
		return
	fi
	for name in $(bus_names); do
		bus_row "$name"
		# shellcheck disable=SC2086 # words
		if configured ${bus_options//,/ }; then
			return
		fi
	done
	bus=''
	if built_or_loaded VIRTIO_BLK "$arch_virtio"; then
		bus_row virtio
	fi
}

# take_bus NAME: use the bus that the user asked for.
take_bus()
{
	local options
	bus_row "$1" || die "--disk $1: not auto, $(bus_names | paste -sd, | sed 's/,/, /g; s/\(.*\),/\1 or/'): see --help"
	read -ra options <<<"${bus_options//,/ }"
	[ -z "$kconfig" ] || built_or_loaded "${options[@]}" ||
		die "--disk $1: $release has no driver for it: enable CONFIG_${bus_options//,/ and CONFIG_}"
}

# Set disk_args for qemu, and root for a kernel that cannot use the initramfs. On bus "any" the disk
# is on all buses at once, and the initramfs takes the first that appears.
disk_options()
{
	local name device chosen=$bus
	root=''
	disk_args=(-blockdev "driver=raw,node-name=disk,cache.no-flush=on,file.driver=file,file.filename=disk")
	for name in $([ "$bus" = any ] && bus_names || echo "$bus"); do
		bus_row "$name"
		[ -n "$root" ] || root=/dev/$bus_disk
		for device in $bus_devices; do
			case $device in
			*,id=*) ;;
			*) device=$device,drive=disk,share-rw=on ;;
			esac
			disk_args+=(-device "$device")
		done
	done
	bus=$chosen
}
