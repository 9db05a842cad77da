#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The processors that a machine can have, and all that depends on them. Sourced.
# shellcheck disable=SC2034 # the variables are the caller's

# By the names that uname -m has for them, as in the suffix of ALLOWLIST and DENYLIST.
ARCHES='x86_64'

# arch_find NAME: set arch_* to what goes for that processor. Fails if it is not known.
#   kernel    ARCH= of the kernel tree
#   image     the kernel in a built tree
#   debian    architecture of Debian's packages
#   flavour   ending of the names of Debian's kernel packages
#   disk      the bus of disks that Debian's kernels have built in (bus.sh), or nothing
#   qemu      the emulator is qemu-system-QEMU
#   package   Debian's package of it
#   machine   its -machine
#   console   the kernel's console=
#   options   what that console needs of the kernel's configuration
#   append    kernel arguments that only this processor needs
arch_find()
{
	arch_name=$1
	case $1 in
	x86_64)
		arch_kernel=x86 arch_image=arch/x86/boot/bzImage
		arch_debian=amd64 arch_flavour=cloud-amd64 arch_disk=nvme
		arch_qemu=x86_64 arch_package=qemu-system-x86 arch_machine=pc
		arch_console=ttyS0 arch_options=SERIAL_8250_CONSOLE
		# The self-test of the timer panics on a busy host. KVM's guests leave it out.
		arch_append=no_timer_check ;;
	*)
		return 1 ;;
	esac
}
