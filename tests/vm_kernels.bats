#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# Kernels in vmtest.sh: their configuration, their disk, and messages about kernels that cannot boot.

bats_require_minimum_version 1.5.0

setup_file()
{
	top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	export top BUILD="${BUILD:-$top/build}"
	debian=$("$top/vm/packages/kernel.sh" 6.12)
	export debian
}

setup()
{
	# A user's own kernel: Debian's in another place and with another configuration.
	own=$BATS_TEST_TMPDIR/own
	mkdir "$own"
	ln -s "$debian/bzImage" "$own/vmlinuz-x"
	cp "$debian/bzImage" "$own/bzImage"
}

vmtest() { "$top/vmtest.sh" "$@"; }

# without OPTION…: print the configuration without those.
without()
{
	local option
	cp "$debian/config" "$own/config"
	for option; do
		sed -i "s/^CONFIG_$option=y$/# CONFIG_$option is not set/" "$own/config"
	done
}

@test "vmtest.sh refuses a kernel that cannot boot, and names all missing options" {
	without EXT4_FS SERIAL_8250_CONSOLE
	run -2 --separate-stderr vmtest --kernel "$own/bzImage" -- true
	[ "$(wc -l <<<"$stderr")" = 1 ]
	[[ $stderr == "vmtest: 6.12."*": this kernel cannot boot here: enable (=y) in $own/config: CONFIG_EXT4_FS, CONFIG_SERIAL_8250_CONSOLE" ]]
	without BLK_DEV_NVME
	run -2 --separate-stderr vmtest --kernel "$own/bzImage" -- true
	[[ $stderr == *'a disk: CONFIG_BLK_DEV_NVME and CONFIG_PCI, or CONFIG_VIRTIO_BLK and CONFIG_VIRTIO_PCI, or '* ]]
	# If the first option is missing, the message names all missing ones.
	without BPF_SYSCALL BPF_LSM
	run -2 --separate-stderr vmtest --kernel "$own/bzImage" --require BPF_SYSCALL,BPF_LSM,DEBUG_INFO_BTF -- true
	[[ $stderr == "vmtest: 6.12."*": this kernel cannot run the command: enable (=y) in $own/config: CONFIG_BPF_SYSCALL, CONFIG_BPF_LSM" ]]
	KERNEL=$own/bzImage run -2 "$top/vm/run_tests.sh"
	[[ $output == *"this kernel cannot run the command: "*": CONFIG_BPF_SYSCALL, CONFIG_BPF_LSM"* ]]
	without VIRTIO_CONSOLE
	run -2 --separate-stderr script -qec "'$top/vmtest.sh' --kernel '$own/bzImage' --shell" /dev/null
	[[ $output == *'no terminal: enable CONFIG_VIRTIO_CONSOLE and CONFIG_VIRTIO_PCI'* ]]
	without
	run -2 --separate-stderr vmtest --kernel "$own/bzImage" --share "$own" -- true
	[[ $stderr == *'no 9p: enable CONFIG_9P_FS, CONFIG_NET_9P_VIRTIO and CONFIG_VIRTIO_PCI' ]]
}

@test "vmtest.sh finds the configuration in a built tree, beside the image, by its name and in the kernel" {
	mkdir -p "$own/tree/arch/x86/boot" "$own/other" "$own/boot" "$own/in"
	for place in tree/.config:tree:tree/arch/x86/boot/bzImage other/.config:other/bzImage:other/bzImage \
			boot/config-1.2:boot/vmlinuz-1.2:boot/vmlinuz-1.2; do
		IFS=: read -r config given image <<<"$place"
		cp "$debian/bzImage" "$own/$image"
		echo CONFIG_NOTHING=y >"$own/$config"
		run -2 vmtest --kernel "$own/$given" -- true
		[[ $output == *"enable (=y) in $own/$config: CONFIG_EXT4_FS, "* ]]
	done
	# CONFIG_IKCONFIG stores the configuration like this.
	{
		printf '\177ELF some code IKCFG_ST'
		echo CONFIG_EXT4_FS=y | gzip
		printf 'IKCFG_ED more code'
	} >"$own/in/vmlinux"
	run -2 vmtest --kernel "$own/in/vmlinux" -- true
	[[ $output == *'enable (=y) in its configuration: CONFIG_DEVTMPFS, '* ]]
}

@test "vmtest.sh unpacks a compressed kernel, and refuses one that is damaged or not built" {
	echo CONFIG_NOTHING=y >"$own/config"
	for command in gzip xz zstd lz4; do
		command -v $command >/dev/null || continue
		$command -cq1 <"$own/bzImage" >"$own/Image"
		run -2 vmtest --kernel "$own/Image" -- true
		[[ $output == "vmtest: 6.12."*"enable (=y) in $own/config: CONFIG_EXT4_FS, "* ]]
	done
	gzip -1 <"$own/bzImage" | head -c 100000 >"$own/Image"
	run -2 vmtest --kernel "$own/Image" -- true
	[[ $output == "vmtest: $own/Image: does not unpack: "*"unexpected end of file: build or copy it again" ]]
	truncate -s -100000 "$own/bzImage"
	run -2 vmtest --kernel "$own/bzImage" -- true
	[ "$output" = "vmtest: $own/bzImage: cut short: build or copy it again" ]
	mkdir "$own/linux"
	run -2 vmtest --kernel "$own/linux" -- true
	[ "$output" = "vmtest: --kernel $own/linux: no kernel in that directory: build it there (make bzImage), or give an image" ]
}

# Prints the root's device, the number of PCI devices, the kernel's arguments, 1 if there was an
# initramfs, and the bits of address space.
look='grep -o "^/dev/[a-z0-9]* / ext4" /proc/mounts; ls /sys/bus/pci/devices | wc -l; cat /proc/cmdline
	dmesg | grep -c "unpack rootfs image"; cat /proc/sys/vm/mmap_rnd_bits'

@test "a kernel with unknown configuration gets an initramfs and a disk on every bus" {
	rm -f "$own/config"
	run -0 --separate-stderr vmtest --kernel "$own/bzImage" -- sh -c "$look"
	unknown=("${lines[@]}")
	# A kernel with known configuration needs one disk and no initramfs.
	run -0 --separate-stderr vmtest --kernel "$debian" -- sh -c "$look"
	[[ ${unknown[0]} == '/dev/'*' / ext4' && ${lines[0]} == '/dev/root / ext4' ]]
	[ "${unknown[1]}" -gt "${lines[1]}" ]
	# Debian's own list has AppArmor.
	[[ ${unknown[2]} == *' lsm=lockdown,capability,landlock,bpf '* ]]
	[[ ${lines[2]} == *' lsm=lockdown,capability,landlock,bpf '* ]]
	[ "${unknown[3]} ${lines[3]}" = '1 0' ]
	# More bits would break gcc 12's AddressSanitizer.
	[ "${lines[4]}" -le 28 ]
}

@test "vmtest.sh reports a kernel that finds no disk" {
	rm -f "$own/config"
	without_disk='initcall_blacklist=nvme_init rootwait=3'
	run -121 vmtest --kernel "$own/bzImage" --append "$without_disk" -- true
	[[ $output == *'vmtest: the machine says: no disk found in 3 s: the kernel has no driver for one'* ]]
	run -121 vmtest --kernel "$debian" --append "$without_disk" -- true
	[[ $output == *'Kernel panic - not syncing: VFS: Unable to mount root fs'* ]]
}

@test "your own kernel keeps its security modules if bpf is among them" {
	cp "$debian/config" "$own/config"
	sed -i 's/^CONFIG_LSM=.*/CONFIG_LSM="landlock,bpf"/' "$own/config"
	run -0 --separate-stderr vmtest --kernel "$own/bzImage" -- cat /proc/cmdline
	[[ $output != *' lsm='* ]]
}

# tests/buses.sh tries each bus on each kernel.
@test "--disk takes another bus, and loads the modules of a Debian kernel" {
	run -0 --separate-stderr vmtest --disk scsi -- sh -c "$look"
	[ "${lines[0]}" = '/dev/sda / ext4' ]
	run -2 --separate-stderr vmtest --disk floppy -- true
	[ "$stderr" = 'vmtest: --disk floppy: not auto, nvme, virtio, ahci, scsi or ide: see --help' ]
	cp "$debian/config" "$own/config"
	run -2 --separate-stderr vmtest --kernel "$own/bzImage" --disk scsi -- true
	[[ $stderr == 'vmtest: --disk scsi: 6.12.'*' has no driver for it: enable CONFIG_SCSI_VIRTIO and CONFIG_BLK_DEV_SD and CONFIG_VIRTIO_PCI' ]]
}

@test "the emulator has the devices of every bus, of --share and of --shell" {
	qemu=$("$top/vm/packages/qemu.sh" "$BUILD")
	while read -r device; do
		"$qemu" -device "$device,help" >"$BATS_TEST_TMPDIR/help"
		grep -qF "$device" "$BATS_TEST_TMPDIR/help"
	done < <(bash -c ". '$top/vm/bus.sh'; printf '%s' \"\$BUSES\"" |
		awk 'NF { for (i = 4; i <= NF; i++) { sub(/,.*/, "", $i); print $i } }'
		printf '%s\n' virtio-9p-pci virtio-serial-pci virtserialport virtconsole)
}
