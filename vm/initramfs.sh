#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The initramfs, for kernels that may not find the disk on their own: busybox, and a script that
# finds the disk and continues with the init there. Sourced by vmtest.sh.
# shellcheck disable=SC2034,SC2154 # variables of the other parts

# Set initrd_args. Without an initramfs a kernel boots 0.3 s faster, so a kernel with all drivers
# built in gets none.
make_initramfs()
{
	local root=$tmp/initramfs applet
	initrd_args=()
	if [ "$bus" != any ] && [ ${#modules[@]} = 0 ]; then
		return
	fi
	initrd_args=(-initrd initrd)
	mkdir -p "$root"/{bin,dev,proc,sys,disk,modules}
	cp "$machine_busybox" "$root/bin/busybox"
	for applet in sh mount umount findfs usleep reboot switch_root insmod; do
		ln -s busybox "$root/bin/$applet"
	done
	cp "$here/vm/early-init" "$root/init"
	carry_modules "$root/modules"
	chmod 755 "$root/bin/busybox" "$root/init"
	(cd "$root" && find . | "$busybox" cpio -o -H newc -R 0:0 2>/dev/null) >"$tmp/initrd"
	rm -rf "$root"
}
