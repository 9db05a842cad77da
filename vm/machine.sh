#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs qemu with the disk, the channels and the kernel's arguments. Sourced by vmtest.sh.
# shellcheck disable=SC2034,SC2154 # variables of the other parts

# Linux takes this many bytes on x86 and arm64, and more on other processors.
ARGUMENTS_MAX=2047

qemu='' # ignore the environment

# Start qemu so that it dies with this script, even if that is killed. It inherits no descriptor of
# ours except its input. That is opened here, as the shell gives commands in the background
# /dev/null.
qemu_run()
{
	setpriv --pdeathsig KILL "$qemu_program" -machine "$arch_machine" -nodefaults -no-user-config \
		-display none -no-reboot "$@" <"$qemu_input" 8<&- 9>&- &
	qemu=$!
}

qemu_kill()
{
	[ -n "$qemu" ] || return 0
	kill -KILL "$qemu" 2>/dev/null || :
	wait "$qemu" 2>/dev/null || :
	qemu=''
}

# Keeps the list of LSMs of a user's kernel if it has bpf. Debian's list also has AppArmor, which
# restricts user namespaces.
security_modules()
{
	case $fetched:,$(kconfig_string LSM), in
	no:*,bpf,*) ;;
	*) echo lsm=lockdown,capability,landlock,bpf ;;
	esac
}

# Set arguments, the kernel's command line. A boot without initramfs needs the part up to init=; the
# initramfs reads rootwait= too. Under emulation, self-tests of ciphers take half a second of the
# boot, and ordinary grace periods take a tenth of a run of BPF tests.
kernel_arguments()
{
	arguments="root=$root rootfstype=ext4 rw rootwait=60 init=/init console=$arch_console panic=-1"
	arguments+=" $(security_modules) cryptomgr.notests rcupdate.rcu_expedited=1 $arch_append"
	arguments+="${gdb:+ nokaslr}$append"
	[ ${#arguments} -le $ARGUMENTS_MAX ] ||
		die "--append: the kernel's command line has ${#arguments} bytes, and Linux takes $ARGUMENTS_MAX:" \
		    "shorten it"
}

# qemu stops before the first instruction until a debugger continues it.
gdb_options()
{
	gdb_args=()
	[ -n "$gdb" ] || return 0
	gdb_args=(-S -chardev "socket,id=gdb,server=on,wait=off,path=gdb" -gdb chardev:gdb)
	[ -f "$symbols" ] || symbols=VMLINUX
	say "waiting for a debugger: gdb -ex 'target remote $tmp/gdb' '$symbols'"
}

run_machine()
{
	gdb_options
	open_channels
	started=$(date +%s%N)
	qemu_run "${accel_args[@]}" -m "$memory" -smp "$cpus" -kernel "$image" -append "$arguments" \
		-chardev file,id=console,path=console.log -serial chardev:console \
		"${initrd_args[@]}" "${disk_args[@]}" "${share_args[@]}" "${gdb_args[@]}" \
		-device virtio-serial "${channel_args[@]}" \
		-add-fd fd=3,set=1 -chardev file,id=out,path=/dev/fdset/1,append=on \
		-device virtserialport,chardev=out,name=vmtest \
		>"$qemu_output" 3>out 2>qemu.error
	watch_machine
	qemu_kill
	ended=$(date +%s%N)
	close_channels
	if [ "$outcome" = ended ] && [ "$qemu_status" != 0 ] && [ ! -s console.log ]; then
		! grep -q 'without PVH' qemu.error || die "$image: built without CONFIG_PVH: give $arch_image"
		die "qemu: $(tail -n 1 qemu.error): check the options"
	fi
}
