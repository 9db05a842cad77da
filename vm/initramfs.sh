#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The initramfs, which finds the disk and goes on into it: busybox and a script. Sourced by vmtest.sh.
# shellcheck disable=SC2034,SC2154 # variables of the other parts

make_initramfs()
{
	local root=$tmp/initramfs applet
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
