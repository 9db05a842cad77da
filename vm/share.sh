#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Directories of the host that the machine mounts read-only with 9p. Sourced by vmtest.sh.
# shellcheck disable=SC2034,SC2154 # variables of the other parts

# Set share_args for qemu and write the list for init.
share_directories()
{
	local share source target tag
	share_args=()
	for share in "${shares[@]}"; do
		source=$share target=/mnt
		if [[ $share == ?*:/* ]]; then
			target=/${share##*:/}
			source=${share%:/*}
		fi
		[ -d "$source" ] || die "--share $share: $source: no such directory: give DIR or DIR:/DEST"
		[ -z "$kconfig" ] || configured NET_9P_VIRTIO 9P_FS VIRTIO_PCI ||
			die "--share: $release: no 9p: enable CONFIG_9P_FS, CONFIG_NET_9P_VIRTIO and CONFIG_VIRTIO_PCI"
		source=$(realpath -- "$source")
		tag=share${#share_args[@]}
		share_args+=(-fsdev "local,id=$tag,path=${source//,/,,},security_model=none,readonly=on"
			     -device "virtio-9p,fsdev=$tag,mount_tag=$tag")
		echo "$tag $target" >>"$tmp/shares"
	done
}
