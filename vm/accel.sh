#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# KVM or emulation. Sourced by vmtest.sh.
# shellcheck disable=SC2034,SC2154 # variables of the other parts

# Uses a newer qemu than the system's if the system's is too old. See choose_accel().
find_qemu()
{
	qemu_program=$(command -v "qemu-system-$arch_qemu")
	if [ "$accel" != kvm ]; then
		qemu_program=$("$here/vm/packages/qemu.sh" "$build" || echo "$qemu_program")
	fi
	qemu_version=$("$qemu_program" --version | head -n 1)
}

# Even with /dev/kvm guests may hang, or qemu may stop at an instruction that it cannot emulate. So
# boot a kernel: without a disk it panics, which proves that it ran.
probe_kvm()
{
	local tries=0 qemu_input=/dev/null
	qemu_run -accel kvm -cpu host -m 512 -smp "$cpus" -kernel "$image" \
		-append "console=$arch_console panic=-1" -serial file:probe >probe.error 2>&1
	while ((tries++ < 100)) && kill -0 "$qemu" 2>/dev/null; do
		if grep -q 'Kernel panic - not syncing: VFS' probe 2>/dev/null; then
			break
		fi
		! grep -q 'internal error' probe.error || break
		sleep 0.1
	done
	qemu_kill
	grep -q 'Kernel panic - not syncing: VFS' probe 2>/dev/null
}

# Fails, and sets why, if no kernel boots with KVM. The verdict holds for this host kernel and this
# qemu.
kvm_works()
{
	local key verdict=no cache=$build/kvm-verdict
	if [ ! -e /dev/kvm ]; then
		why='there is no /dev/kvm'
		return 1
	fi
	if [ ! -r /dev/kvm ] || [ ! -w /dev/kvm ]; then
		why='no permission for /dev/kvm'
		return 1
	fi
	key="$(uname -rv) $(uname -m), $qemu_version"
	if [ "$(sed -n 1p "$cache" 2>/dev/null)" = "$key" ]; then
		verdict=$(sed -n 2p "$cache")
	else
		say "testing if a kernel boots with KVM (once; the result is kept in $cache)"
		if probe_kvm; then
			verdict=yes
		fi
		printf '%s\n%s\n' "$key" "$verdict" >"$cache.$$" && mv "$cache.$$" "$cache"
	fi
	why='no kernel boots with KVM here'
	[ "$verdict" = yes ]
}

# Sets accel_args and how. One host thread emulates all processors in turn. In parallel they race
# with the kernel patching its own code (x86: "Oops: int3", or the boot hangs), more often on a busy
# host, and the tests are not faster. Before qemu 10, cmpxchg16b leaves garbage in the flags if an
# interrupt comes next ("exc_debug_kernel"). A CPU without this instruction is no solution: without
# it the kernel's file dynptrs and task work get -ENOMEM.
choose_accel()
{
	local why='asked for' cpu=$arch_cpu
	if ! arch_is_own; then
		[ "$accel" != kvm ] ||
			die "--accel kvm: $arch_kernel is not this machine's processor: leave it out"
		accel=tcg why="$arch_kernel on $arch_own"
	fi
	if [ "$accel" = kvm ] || { [ "$accel" = auto ] && kvm_works; }; then
		accel_args=(-accel kvm -cpu host) how=KVM
		return
	fi
	if [[ $arch_kernel = x86 && $qemu_version =~ version\ [0-9]\. ]]; then
		say "this qemu is older than 10: one boot in about 20 ends in a splat that is its own fault"
	elif [ "$arch_kernel" = x86 ]; then
		cpu+=,-fzrm,-fsrs,-fsrc # string features that an older qemu does not know
	fi
	accel_args=(-accel "tcg,thread=single" -cpu "$cpu") how="emulated: $why"
}
