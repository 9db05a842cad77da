#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Boots a kernel in a virtual machine on a new image, and runs commands there. Needs no root and no
# daemon: mke2fs makes the ext4 disk, and the commands are busybox's.
#
# Nothing depends on the console: a command's output goes through a virtio port while it is written,
# and its status and its files are read from the disk afterwards.
set -eu
unset CDPATH # CDPATH makes cd print
LC_ALL=C; export LC_ALL
PATH=$PATH:/usr/sbin:/sbin # mke2fs and debugfs, for an ordinary user

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
lib=$here/lib
# shellcheck source=lib/say.sh
. "$lib/say.sh"
die_status=$STATUS_NOT_DONE

usage()
{
	cat <<'EOT'
usage: vmtest.sh [OPTION…] -- COMMAND [ARGUMENT…]
       vmtest.sh [OPTION…] --run LINE… | --shell
Boots a kernel in a virtual machine and runs COMMAND there, as root, in /root. Prints COMMAND's standard
output and standard error on standard output, byte for byte. COMMAND reads standard input, unless that
is a terminal.

  --kernel FILE|VERSION  a kernel image, a built kernel tree, or a version or suite of Debian
                         (default: newest)
  --require OPTIONS      if the configuration lacks the first of OPTIONS, refuse the kernel and name
                         all that it lacks; with commas: BPF_SYSCALL,BPF_LSM
  --cpus N               processors (default: 2)
  --memory MIB           memory (default: 1024, at least 128)
  --timeout SECONDS      time limit for the machine, boot included (default: 1800)
  --stall SECONDS        time limit without progress: no output, no console line, idle processor
                         (default: 180)
  --append ARGUMENTS     more arguments for the kernel; may be given again
  --file SRC[:DEST]      copy a file or directory into the machine, a program with its shared
                         libraries; DEST is an absolute path there, ending in / to keep the name
                         (default: /root/); may be given again
  --share DIR[:DEST]     mount a directory of the host read-only, with 9p, at DEST (default: /mnt);
                         may be given again
  --run LINE             run a line of shell before COMMAND; may be given again
  --shell                open a shell in the machine, on this terminal, after COMMAND if there is one
  --shell-on-failure     the same, but only if a command failed
  --gdb                  stop before the first instruction and print the gdb command. With --gdb or a
                         shell there is no time limit unless you give one
  --output DIR           copy the files in /output to DIR, and console.log; after splats also
                         splat.log: each splat, with the tests that were running
  --chdir DIR            working directory of COMMAND (default: /root)
  --free MIB             free space on the machine's disk (default: 256)
  --disk BUS             bus of the machine's disk: nvme, virtio, ahci, scsi or ide (default: auto, the
                         first with a driver in the kernel)
  --accel auto|kvm|tcg   KVM or emulation (default: auto, which is KVM if a kernel boots with it)
  --splat-denylist FILE   add a list of splats: extended regular expressions, one on each line;
                         "#" starts a comment; the default list is vm/SPLAT_DENYLIST; may be given again
  --splat-allowlist FILE  add a list of exceptions, in the same format; the default list is
                         vm/SPLAT_ALLOWLIST
  --help                 print this text

$ARCH is the machine's processor, as the kernel names it: x86, arm64 or s390 (default: this machine's
own). Another processor is emulated, with busybox and libraries fetched from Debian.
The machine has busybox's commands, /output, /tmp on disk, and the usual file systems mounted.
Exit status: the status of COMMAND (of several commands the first that is not 0), or
    2  bad use, bad input, a missing tool, no space: nothing was run, or its output was lost
  120  COMMAND ended, but the kernel printed a splat (BUG, WARNING, Oops, KASAN, lockdep, …)
  121  the machine panicked or stopped, and COMMAND's status is not known
  122  the machine reached a time limit
If COMMAND itself ends with one of these, standard error has "vmtest: command exited with N" ("command K
exited with N" for several). After a failure the console is in DIR/console.log (--output DIR) or in
$BUILD/vmtest-console.log. $BUILD also has the kernels. It is build/ beside this script by default; an
installed vmtest.sh uses test_progs in $XDG_CACHE_HOME or ~/.cache.
EOT
}

# shellcheck source=vm/arch.sh
. "$here/vm/arch.sh"
# shellcheck source=vm/kernel-image.sh
. "$here/vm/kernel-image.sh"
# shellcheck source=vm/bzimage.sh
. "$here/vm/bzimage.sh"
# shellcheck source=vm/kconfig.sh
. "$here/vm/kconfig.sh"
# shellcheck source=vm/modules.sh
. "$here/vm/modules.sh"
# shellcheck source=vm/bus.sh
. "$here/vm/bus.sh"
# shellcheck source=vm/carry.sh
. "$here/vm/carry.sh"
# shellcheck source=vm/foreign.sh
. "$here/vm/foreign.sh"
# shellcheck source=vm/disk.sh
. "$here/vm/disk.sh"
# shellcheck source=vm/initramfs.sh
. "$here/vm/initramfs.sh"
# shellcheck source=vm/accel.sh
. "$here/vm/accel.sh"
# shellcheck source=vm/share.sh
. "$here/vm/share.sh"
# shellcheck source=vm/channels.sh
. "$here/vm/channels.sh"
# shellcheck source=vm/watch.sh
. "$here/vm/watch.sh"
# shellcheck source=vm/machine.sh
. "$here/vm/machine.sh"
# shellcheck source=vm/splats.sh
. "$here/vm/splats.sh"
# shellcheck source=vm/verdict.sh
. "$here/vm/verdict.sh"
# shellcheck source=vm/scratch.sh
. "$here/vm/scratch.sh"

# ---- options

number_or_die()
{
	[[ $2 =~ ^[1-9][0-9]{0,6}$ ]] || die "$1 $2: not a number from 1 to 9999999: see --help"
}

parse_options()
{
	kernel=newest cpus=2 memory=1024 limit='' stall='' append='' chdir=/root free=256 accel=auto
	disk_bus=auto required=''
	files=() shares=() lines=() shell='' gdb='' output='' splat_denylists=() splat_allowlists=()
	while [ $# -gt 0 ]; do
		case $1 in
		--help|-h) usage; exit 0 ;;
		--) shift; break ;;
		--shell) shell=always; shift; continue ;;
		--shell-on-failure) [ -n "$shell" ] || shell=failure; shift; continue ;;
		--gdb) gdb=yes; shift; continue ;;
		--kernel|--require|--cpus|--memory|--timeout|--stall|--append|--file|--share|--run|--output|\
		--chdir|--free|--disk|--accel|--splat-denylist|--splat-allowlist)
			[ $# -ge 2 ] || die "$1: needs an argument: see --help" ;;&
		--kernel) kernel=$2 ;;
		--require) required=$2 ;;
		--cpus) number_or_die "$1" "$2"; cpus=$2 ;;
		--memory) number_or_die "$1" "$2"; memory=$2
			[ "$2" -ge 128 ] || die "--memory $2: a kernel does not start in that: give 128 or more" ;;
		--timeout) number_or_die "$1" "$2"; limit=$2 ;;
		--stall) number_or_die "$1" "$2"; stall=$2 ;;
		--append) append="$append $2" ;;
		--file) files+=("$2") ;;
		--share) shares+=("$2") ;;
		--run) lines+=("$2") ;;
		--output) output=$2 ;;
		--chdir) chdir=$2
			[[ $2 = /* ]] || die "--chdir $2: not a path from the root: see --help" ;;
		--free) number_or_die "$1" "$2"; free=$2 ;;
		--disk) disk_bus=$2 ;;
		--accel) accel=$2 ;;
		--splat-denylist) splat_denylists+=("$2") ;;
		--splat-allowlist) splat_allowlists+=("$2") ;;
		*) die "$1: unknown option: see --help; the command goes behind --" ;;
		esac
		shift 2
	done
	[ $# -gt 0 ] || [ ${#lines[@]} -gt 0 ] || [ "$shell" = always ] ||
		die "command: none given: vmtest.sh [OPTION…] -- COMMAND [ARGUMENT…]"
	[[ $accel =~ ^(auto|kvm|tcg)$ ]] || die "--accel $accel: not auto, kvm or tcg: see --help"
	command=("$@")
	if [ -z "$shell$gdb" ]; then
		limit=${limit:-1800} stall=${stall:-180}
	fi
}

need()
{
	command -v "$1" >/dev/null || die "$1: not found: run make deps, or install $2"
}

need_tools()
{
	need "qemu-system-$arch_qemu" "$arch_package"
	find_qemu
	need mke2fs e2fsprogs
	need debugfs e2fsprogs
	need busybox busybox-static
	need setpriv util-linux
	busybox=$(realpath "$(command -v busybox)")
	if ldd "$busybox" 2>/dev/null | grep -q '=>'; then
		die "$busybox: needs shared libraries: install busybox-static"
	fi
	machine_busybox=$busybox
	arch_is_own || find_sysroot
}

main()
{
	local status=0
	arch_choose || die "$arch_why"
	parse_options "$@"
	build=${BUILD:-$here/build}
	mkdir -p "$build" 2>/dev/null || die "$build: cannot be made: set BUILD"
	build=$(cd "$build" && pwd)
	if [ -n "$output" ]; then
		mkdir -p "$output" 2>/dev/null || die "--output $output: cannot be made: choose another"
		output=$(cd "$output" && pwd)
		[ -w "$output" ] || die "--output $output: cannot be written: choose another"
		rm -f "$output/console.log" "$output/splat.log"
	fi
	need_tools
	make_scratch
	read_splat_lists
	find_kernel
	choose_bus
	check_kconfig
	disk_options
	kernel_arguments
	choose_input
	share_directories
	make_image
	make_initramfs
	cd "$tmp"
	choose_accel
	say "booting $release (processors: $cpus, $how)…"
	run_machine
	verdict || status=$?
	bring_output || [ $status != 0 ] || status=$STATUS_NOT_DONE
	keep_console "$status"
	exit "$status"
}

main "$@"
