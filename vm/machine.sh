#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs qemu, until it ends or its time is up. Sourced by vmtest.sh.
# shellcheck disable=SC2034,SC2154 # variables of the other parts

# Start qemu so that it dies with this script, however that dies. No descriptor of ours goes along.
qemu_run()
{
	setpriv --pdeathsig KILL "$qemu_program" -machine "$arch_machine" -nodefaults \
		-no-user-config -display none \
		-no-reboot "$@" </dev/null 9>&- &
	qemu=$!
}

qemu_kill()
{
	[ -n "${qemu-}" ] || return 0
	kill -KILL "$qemu" 2>/dev/null || :
	wait "$qemu" 2>/dev/null || :
	qemu=''
}

# Wait for qemu's end, or for the limit's: says whether qemu came to its own. Sets qemu_status.
wait_machine()
{
	local timer
	qemu_status=0
	setpriv --pdeathsig KILL sleep "$limit" </dev/null >/dev/null 2>&1 9>&- &
	timer=$!
	wait -n "$qemu" "$timer" || qemu_status=$?
	kill -KILL "$timer" 2>/dev/null || :
	wait "$timer" 2>/dev/null || :
	! kill -0 "$qemu" 2>/dev/null
}

# A kernel whose own list has bpf keeps it. Debian's has AppArmor too, which restricts user
# namespaces.
security_modules()
{
	case ,$(kconfig_string LSM),$fetched in
	*,bpf,*,no) ;;
	*) echo lsm=lockdown,capability,landlock,bpf ;;
	esac
}

run_machine()
{
	local args reader
	# root= and what follows is for kernels without initramfs.
	args="root=$root rootfstype=ext4 rw init=/init console=$arch_console panic=-1"
	# Self-tests of ciphers are half a second of boot under emulation.
	args="$args $(security_modules) cryptomgr.notests $arch_append$append"
	mkfifo out
	cat out 9>&- &
	reader=$!
	started=$(date +%s%N)
	qemu_run "${accel_args[@]}" -m "$memory" -smp "$cpus" -kernel "$image" -append "$args" \
		-chardev file,id=console,path=console.log -serial chardev:console \
		-initrd initrd "${disk_args[@]}" \
		-add-fd fd=3,set=1 -chardev file,id=out,path=/dev/fdset/1,append=on \
		-device virtio-serial -device virtserialport,chardev=out,name=vmtest \
		3>out >qemu.error 2>&1
	in_time=yes
	wait_machine || in_time=no
	qemu_kill
	ended=$(date +%s%N)
	# All that was written is in the pipe: let it come out before anything is said.
	wait "$reader" || :
	if [ $in_time = yes ] && [ $qemu_status != 0 ] && [ ! -s console.log ]; then
		die "qemu: $(tail -n 1 qemu.error): check the options"
	fi
}
