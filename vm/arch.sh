#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Facts about the processors that a machine can have. Sourced; make reads it too.
# shellcheck disable=SC2034 # the variables are the caller's

# Names of the kernel's make. arch_find() also takes uname -m's names.
ARCHES='x86 arm64 s390'

# arch_find NAME: set arch_* for that processor. NAME is uname -m's or the kernel's. Fails if it is
# not known.
#   name      uname -m, as in the suffix of ALLOWLIST and DENYLIST
#   kernel    ARCH= of the kernel tree
#   image     the kernel in a built tree
#   magic     the bytes that tell such an image, OFFSET:STRING
#   debian    architecture of Debian's packages
#   flavour   ending of the names of Debian's kernel packages
#   flavours  other endings, for kernels that are asked for by that ending
#   buses     the buses of disks that the machine can have (bus.sh)
#   disk      the bus of disks that Debian's kernels have built in, or nothing
#   triplet   prefix of the cross compiler, and directory of libraries
#   loaded    Debian suite of the libraries that programs load, if the cross compiler's own will not do
#   bpf       clang's target for BPF programs, with the byte order
#   qemu      the emulator is qemu-system-QEMU
#   package   Debian's package of it
#   firmware  Debian's package of what the emulator loads first, if the machine has some
#   machine   its -machine
#   cpu       its -cpu, emulated
#   virtio    the option of the kernel for virtio's devices
#   console   the kernel's console=
#   options   what that console and the machine's buses need of the kernel's configuration
#   append    kernel arguments that only this processor needs
arch_find()
{
	case $1 in
	x86_64|x86)
		arch_name=x86_64 arch_kernel=x86
		arch_image=arch/x86/boot/bzImage arch_magic=514:HdrS
		arch_debian=amd64 arch_flavour=cloud-amd64 arch_flavours='' arch_disk=nvme
		arch_triplet=x86_64-linux-gnu arch_loaded='' arch_bpf=bpfel
		arch_qemu=x86_64 arch_package=qemu-system-x86 arch_firmware=seabios
		# Under emulation, string instructions are slow if the processor has these features,
		# and five levels of page tables are slower than four.
		arch_machine=pc arch_cpu=max,-erms,-fsrm,-la57 arch_virtio=VIRTIO_PCI arch_buses='nvme virtio ahci scsi ide'
		arch_console=ttyS0 arch_options=SERIAL_8250_CONSOLE
		# On a busy host the kernel's self-test of the timer panics, and it measures a wrong
		# TSC frequency: the machine's clock then runs up to 20 times too fast, and tests
		# reach their limits. Neither happens with KVM. With lpj= the other processors do
		# not measure their speed for 0.2 s each. It is the value for 2.5 GHz at
		# CONFIG_HZ=250; only short delays in drivers depend on it.
		arch_append='no_timer_check tsc=unstable lpj=10000000' ;;
	aarch64|arm64)
		arch_name=aarch64 arch_kernel=arm64
		arch_image=arch/arm64/boot/Image arch_magic=56:ARMd
		arch_debian=arm64 arch_flavour=cloud-arm64 arch_flavours='arm64 arm64-16k' arch_disk=nvme
		# An emulated process takes 26 s to start with gcc 12's AddressSanitizer, 0.3 s with
		# gcc 14's.
		arch_triplet=aarch64-linux-gnu arch_loaded=trixie arch_bpf=bpfel
		arch_qemu=aarch64 arch_package=qemu-system-arm arch_firmware=''
		# Pointer authentication with the architecture's algorithm halves the speed.
		arch_machine=virt,gic-version=max arch_cpu=max,pauth-impdef=on
		arch_virtio=VIRTIO_PCI arch_buses='nvme virtio ahci scsi'
		arch_console=ttyAMA0 arch_options=SERIAL_AMBA_PL011_CONSOLE,PCI_HOST_GENERIC
		arch_append='' ;;
	s390x|s390)
		arch_name=s390x arch_kernel=s390
		arch_image=arch/s390/boot/bzImage arch_magic=65544:S390EP
		arch_debian=s390x arch_flavour=s390x arch_flavours='' arch_disk=''
		arch_triplet=s390x-linux-gnu arch_loaded='' arch_bpf=bpfeb
		arch_qemu=s390x arch_package=qemu-system-s390x arch_firmware=''
		arch_machine=s390-ccw-virtio arch_cpu=max arch_virtio=S390_GUEST
		arch_buses='virtio scsi'
		arch_console=ttysclp0 arch_options=SCLP_CONSOLE
		# Under emulation an uncompressed kernel, such as BPF CI's, dies at its start if it
		# moves to a random address.
		arch_append=nokaslr ;;
	*)
		return 1 ;;
	esac
}

# arch_choose: select the processor that $ARCH names, else this machine's. Sets arch_directory to
# the place of its files in the build directory: empty for this machine's processor, "/NAME" with
# the kernel's name for another one. Fails with a message in arch_why.
arch_choose()
{
	arch_own=$(uname -m)
	arch_wanted=${ARCH:-$arch_own}
	if ! arch_find "$arch_wanted"; then
		arch_why="${ARCH:+ARCH=}$arch_wanted: unknown processor: set ARCH to one of $ARCHES"
		return 1
	fi
	arch_directory=''
	[ "$arch_name" = "$arch_own" ] || arch_directory=/$arch_kernel
}

# arch_is_image FILE: succeeds if it is a kernel for that processor.
arch_is_image()
{
	arch_mark=${arch_magic#*:}
	[ "$(tail -c "+$((${arch_magic%%:*} + 1))" "$1" 2>/dev/null | head -c ${#arch_mark} |
		tr -d '\0')" = "$arch_mark" ]
}

# Succeeds if the chosen processor is this machine's.
arch_is_own() { [ -z "$arch_directory" ]; }
