#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Boot a kernel in a virtual machine on an image made for the occasion and run one command there.
# No root, no daemon, no initrd: an ext4 disk made by mke2fs, busybox, and qemu.
#
# Three ways out of the machine, none of them the console: the command's output goes through a
# virtio port as it is written; its status and its files are read from the disk afterwards.
set -eu
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
Boots a kernel in a virtual machine and runs COMMAND in it, as root, in /root. Its standard output
and standard error come out on standard output, byte for byte.

  --kernel FILE|VERSION  a bzImage, a built kernel tree, or what vm/packages/kernel.sh takes (default:
                         newest)
  --cpus N               processors (default: 2)
  --memory MIB           memory (default: 1024)
  --timeout SECONDS      limit for the whole machine, boot included (default: 300)
  --append ARGUMENTS     more arguments for the kernel; may be given again
  --file SRC[:DEST]      carry a file or directory in; DEST is an absolute path in the machine,
                         ending in / to keep the name (default: /root/). With a program go its
                         shared libraries. May be given again
  --output DIR           what COMMAND writes into /output lands here, and console.log; splat.log if
                         the kernel complained
  --chdir DIR            where COMMAND runs (default: /root)
  --free MIB             room on the machine's disk beside what is carried in (default: 256)
  --accel auto|kvm|tcg   hardware or emulation (default: auto: KVM if a kernel boots with it)
  --help

The machine has busybox's commands, /output, /tmp on disk, and the usual file systems mounted.
Exit status: COMMAND's own, or
    2  bad use, bad input, a missing tool, no space: nothing was run, or its output was lost
  120  COMMAND ended, but the kernel complained (BUG, WARNING, Oops, KASAN, lockdep, hung task, …)
  121  the machine panicked or stopped, and COMMAND's status is not known
  122  the time limit was reached
A COMMAND that itself ends with one of these is told apart by the line "vmtest: command exited
with N" on standard error. If anything fails the console is kept, as console.log in --output's DIR,
else as vmtest-console.log in $BUILD, where kernels are kept too (default: build/ beside this
script; installed: test_progs in $XDG_CACHE_HOME or ~/.cache).
EOT
}

# ---- options

number_or_die()
{
	[[ $2 =~ ^[1-9][0-9]{0,6}$ ]] || die "$1 $2: not a number from 1 to 9999999: see --help"
}

parse_options()
{
	kernel=newest cpus=2 memory=1024 limit=300 append='' files=() output='' chdir=/root free=256
	accel=auto
	while [ $# -gt 0 ]; do
		case $1 in
		--help|-h) usage; exit 0 ;;
		--) shift; break ;;
		--kernel|--cpus|--memory|--timeout|--append|--file|--output|--chdir|--free|--accel)
			[ $# -ge 2 ] || die "$1: needs an argument: see --help" ;;&
		--kernel) kernel=$2 ;;
		--cpus) number_or_die "$1" "$2"; cpus=$2 ;;
		--memory) number_or_die "$1" "$2"; memory=$2 ;;
		--timeout) number_or_die "$1" "$2"; limit=$2 ;;
		--append) append="$append $2" ;;
		--file) files+=("$2") ;;
		--output) output=$2 ;;
		--chdir) chdir=$2 ;;
		--free) number_or_die "$1" "$2"; free=$2 ;;
		--accel) accel=$2 ;;
		*) die "$1: unknown option: see --help; the command goes behind --" ;;
		esac
		shift 2
	done
	[ $# -gt 0 ] || die "command: none given: vmtest.sh [OPTION…] -- COMMAND [ARGUMENT…]"
	[[ $accel =~ ^(auto|kvm|tcg)$ ]] || die "--accel $accel: not auto, kvm or tcg: see --help"
	command=("$@")
}

need()
{
	command -v "$1" >/dev/null || die "$1: not found: run make deps, or install $2"
}

need_tools()
{
	need qemu-system-x86_64 qemu-system-x86
	find_qemu
	need mke2fs e2fsprogs
	need debugfs e2fsprogs
	need busybox busybox-static
	need setpriv util-linux
	busybox=$(realpath "$(command -v busybox)")
	if ldd "$busybox" 2>/dev/null | grep -q '=>'; then
		die "$busybox: needs shared libraries: install busybox-static"
	fi
}

# A newer qemu than the system's, where there has to be one. See choose_accel().
find_qemu()
{
	qemu_program=$(command -v qemu-system-x86_64)
	if [ "$accel" != kvm ]; then
		qemu_program=$("$here/vm/packages/qemu.sh" "$build" || echo "$qemu_program")
	fi
	qemu_version=$("$qemu_program" --version | head -n 1)
}

# ---- the kernel

is_bzimage() { [ "$(dd if="$1" bs=1 skip=514 count=4 2>/dev/null | tr -d '\0')" = HdrS ]; }
is_elf() { [ "$(dd if="$1" bs=1 count=4 2>/dev/null | tr -d '\0')" = $'\177ELF' ]; }

# The release a bzImage carries: the boot header points to the string.
bzimage_release()
{
	local at
	at=$(od -An -t u2 -j 526 -N 2 "$1" | tr -d ' ')
	dd if="$1" bs=1 skip=$((at + 512)) count=128 2>/dev/null | tr '\0' '\n' |
		sed -n '1s/ .*//p'
}

# Sets image (what qemu gets) and release (what it is called). Of a kernel that kernel.sh brought
# the unpacked form is taken where there is one: it need not be unpacked under emulation.
find_kernel()
{
	if [[ $kernel != */* && ! -f $kernel ]]; then
		image=$("$here/vm/packages/kernel.sh" --build "$build" "$kernel") ||
			die "--kernel $kernel: no such kernel could be brought: see above"
	else
		image=$(realpath -e -- "$kernel" 2>/dev/null) ||
			die "--kernel $kernel: no such file: give a bzImage or a version"
	fi
	if [ -d "$image" ]; then
		[ ! -f "$image/arch/x86/boot/bzImage" ] || image=$image/arch/x86/boot
		image=$image/bzImage
	fi
	if [ ! -f "$image" ] || [ ! -r "$image" ]; then
		die "$image: not a readable file: give a bzImage"
	fi
	if is_bzimage "$image"; then
		release=$(bzimage_release "$image")
		if [ -f "${image%/*}/version" ] && [ -f "${image%/*}/vmlinux" ]; then
			image=${image%/*}/vmlinux
		fi
	elif is_elf "$image"; then
		release=${image##*/}
	else
		die "$image: not a kernel image (no HdrS signature): give arch/x86/boot/bzImage"
	fi
}

# ---- the image

# carry SOURCE DESTINATION: copy into the image's tree, as far as possible without doubling it.
carry()
{
	mkdir -p "$tmp/root/${2%/*}"
	if [ -d "$1" ] && [ -d "$tmp/root/$2" ]; then
		cp -R --preserve=mode,timestamps,links -- "$1/." "$tmp/root/$2"
	else
		cp -RH --preserve=mode,timestamps,links -- "$1" "$tmp/root/$2"
	fi
}

# carry_libraries PROGRAM: what ldd finds goes to its own path; a static program needs nothing.
carry_libraries()
{
	local lines library
	lines=$(ldd "$1" 2>/dev/null) || return 0
	if [[ $lines == *'=> not found'* ]]; then
		die "$1: $(sed -n 's/^\t*\(.*\) => not found.*/\1/p' <<<"$lines" | paste -sd' ')" \
		    "not found: install it, or set LD_LIBRARY_PATH"
	fi
	sed -n 's/^\t.* => \(\/.*\) (0x[0-9a-f]*)$/\1/p; s/^\t\(\/.*\) (0x[0-9a-f]*)$/\1/p' \
		<<<"$lines" | while IFS= read -r library; do
		if [ ! -e "$tmp/root/$library" ]; then
			mkdir -p "$tmp/root/${library%/*}"
			cp -L --preserve=mode,timestamps -- "$library" "$tmp/root/$library"
		fi
	done
}

carry_file()
{
	local source=$1 target=/root/ program
	if [[ $source == ?*:/* ]]; then
		target=/${source##*:/}
		source=${source%:/*}
	fi
	[ -e "$source" ] || die "--file $1: $source: no such file: give SRC or SRC:/DEST"
	[ -r "$source" ] || die "--file $1: $source: not readable: check its permissions"
	source=$(realpath -s -- "$source")
	[[ $target != */ ]] || target=$target${source##*/}
	carry "$source" "$target"
	while IFS= read -r -d '' program; do
		if is_elf_quick "$program"; then
			carry_libraries "$program"
		fi
	done < <(find -H "$source" -type f -perm /111 -print0)
}

# Without a process for each file: there may be many.
is_elf_quick()
{
	local magic=''
	IFS= read -r -N 4 magic <"$1" 2>/dev/null || :
	[ "$magic" = $'\177ELF' ]
}

# The command line as a script, quoted for the machine's shell.
write_command()
{
	local word quote="'\\''"
	printf 'cd '
	printf "'%s'" "${chdir//\'/$quote}"
	printf ' || exit 127\nexec'
	for word in "${command[@]}"; do
		printf " '%s'" "${word//\'/$quote}"
	done
	printf '\n'
}

make_tree()
{
	local root=$tmp/root file
	mkdir -p "$root"/{usr/{bin,sbin,lib,lib64},root,output,proc,sys,dev,run,var/{tmp,log},mnt,etc,opt,.vmtest}
	mkdir "$root/tmp"
	chmod 1777 "$root/tmp"
	chmod 700 "$root/root"
	for file in bin sbin lib lib64; do
		ln -s "usr/$file" "$root/$file"
	done
	ln -s ../run "$root/var/run"
	# Its links name the path it has here: that is where it goes there.
	carry "$busybox" "$busybox"
	"$busybox" --install -s "$root/usr/bin" 2>/dev/null || :
	if [ -f "${image%/*}/config" ]; then
		mkdir "$root/boot"
		cp "${image%/*}/config" "$root/boot/config-$release"
	fi
	cp "$here/vm/init" "$root/init"
	chmod 755 "$root/init"
	echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
	echo 'nobody:x:65534:65534:nobody:/:/bin/false' >>"$root/etc/passwd"
	printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
	echo '127.0.0.1 localhost vmtest' >"$root/etc/hosts"
	write_command >"$root/.vmtest/command"
	# Room for the answer is there from the start: a full disk does not swallow it.
	echo '                ' >"$root/.vmtest/status"
	for file in "${files[@]}"; do
		carry_file "$file"
	done
	mkdir -p "$root$chdir"
}

# mke2fs takes the files' owners over: in the machine they are to be root's.
own_image()
{
	local inode last=$((11 + $1))
	[ "$(id -u)" != 0 ] || return 0
	for ((inode = 11; inode <= last; inode++)); do
		printf 'sif <%d> uid 0\nsif <%d> gid 0\n' $inode $inode
	done | debugfs -w -f - "$tmp/disk" >/dev/null 2>&1
}

make_disk()
{
	local inodes kib
	make_tree
	inodes=$(($(find "$tmp/root" | wc -l) + 16384))
	kib=$(du -sk "$tmp/root" | cut -f 1)
	# A quarter KiB for each inode, some for the file system itself.
	mke2fs -q -t ext4 -d "$tmp/root" -O ^has_journal -m 0 -b 4096 -N $inodes \
		-E lazy_itable_init=0,root_owner=0:0 -L vmtest \
		"$tmp/disk" $((kib + inodes / 4 + 4096 + free * 1024))k >/dev/null
	own_image $((inodes - 16384))
	rm -rf "$tmp/root"
}

# In a subshell that ends at the first error, and not in a condition, where it would not. What is
# said there is kept in memory: the disk may be what is full.
make_image()
{
	local said status
	set +e
	said=$(set -e; make_disk 2>&1)
	status=$?
	set -e
	[ $status != 0 ] || return 0
	said=$(grep -v '^mke2fs [0-9]' <<<"$said" | tail -n 1)
	case $said in
	vmtest:*) printf '%s\n' "$said" >&2; exit "$STATUS_NOT_DONE" ;;
	*'o space'*) die "$tmp: ${said##*: }: the image does not fit: free space, or set TMPDIR" ;;
	*) die "image: ${said:-could not be made}: check $tmp" ;;
	esac
}

# ---- KVM or emulation

# A device that is there may still not work (guests hang, or qemu stops at an instruction it
# cannot emulate): only a kernel that boots tells. One without a disk panics, which is the proof.
probe_kvm()
{
	local tries=0
	qemu_run -accel kvm -cpu host -m 512 -smp "$cpus" -kernel "$image" \
		-append "console=ttyS0 panic=-1" -serial file:probe >probe.error 2>&1
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

# Sets why if not. The verdict holds for this host kernel and this qemu.
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
		say "trying whether a kernel boots with KVM (once; the answer is kept in $cache)"
		if probe_kvm; then
			verdict=yes
		fi
		printf '%s\n%s\n' "$key" "$verdict" >"$cache.$$" && mv "$cache.$$" "$cache"
	fi
	why='no kernel boots with KVM here'
	[ "$verdict" = yes ]
}

# Sets accel_args and how. Emulated processors take turns: in parallel they race with the kernel
# patching its own code ("Oops: int3", or a boot that stands still), the more the busier the host is,
# and the tests take as long. Before qemu 10 cmpxchg16b leaves garbage in the flags, seen if an
# interrupt comes next ("exc_debug_kernel"). To do without that instruction is no way out: the
# kernel's file dynptrs and task work then find no memory.
choose_accel()
{
	local why='asked for'
	if [ "$accel" = kvm ] || { [ "$accel" = auto ] && kvm_works; }; then
		accel_args=(-accel kvm -cpu host) how=KVM
		return
	fi
	if [[ $qemu_version =~ version\ [0-9]\. ]]; then
		say "this qemu is older than 10: one boot in about 20 ends in a splat that is its own fault"
	fi
	accel_args=(-accel "tcg,thread=single" -cpu max) how="emulated: $why"
}

# ---- the machine

# Start qemu so that it dies with this script, however that dies. No descriptor of ours goes along.
qemu_run()
{
	setpriv --pdeathsig KILL "$qemu_program" -nodefaults -no-user-config -display none \
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

run_machine()
{
	local args reader
	args="root=/dev/nvme0n1 rootfstype=ext4 rw init=/init console=ttyS0 panic=-1"
	# Self-tests of ciphers are half a second of boot under emulation. That of the timer, which KVM's
	# guests leave out, panics when the host is busy.
	args="$args lsm=lockdown,capability,landlock,bpf cryptomgr.notests no_timer_check$append"
	mkfifo out
	cat out 9>&- &
	reader=$!
	started=$(date +%s%N)
	qemu_run "${accel_args[@]}" -m "$memory" -smp "$cpus" -kernel "$image" -append "$args" \
		-chardev file,id=console,path=console.log -serial chardev:console \
		-drive if=none,id=disk,file=disk,format=raw,cache=unsafe \
		-device nvme,drive=disk,serial=vmtest \
		-add-fd fd=3,set=1 -chardev file,id=out,path=/dev/fdset/1,append=on \
		-device virtio-serial-pci -device virtserialport,chardev=out,name=vmtest \
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

# ---- what came of it

# The status the machine left on its disk, empty if it did not.
answer() { debugfs -R 'cat /.vmtest/status' disk 2>/dev/null | tr -d ' \n'; }

# When the kernel started the first process, by its own clock.
userland()
{
	local at
	at=$(sed -n 's/^\[ *\([0-9]*\.[0-9]\).*Run \/init as init process.*/\1/p' console.log)
	echo "${at:-?}"
}

# A machine without a virtio port leaves the command's output on the disk.
print_stdout()
{
	debugfs -R 'stat /.vmtest/stdout' disk 2>/dev/null | grep -q Inode: || return 0
	say "the kernel has no virtio console: the command's output comes at the end"
	debugfs -R 'cat /.vmtest/stdout' disk 2>/dev/null
}

# What went wrong on the way out, other than that the files cannot be root's here.
bring_output()
{
	local why
	[ -n "$output" ] || return 0
	mkdir files
	debugfs -R 'rdump /output files' disk 2>&1 >/dev/null |
		grep -Ev '^debugfs [0-9]|hanging ownership' >error || :
	if [ ! -s error ] && [ -d files/output ]; then
		cp -R --preserve=mode,timestamps,links files/output/. "$output/" 2>error || :
	fi
	why=$(tail -n 1 error)
	[ -z "$why" ] || say "$output: the command's files did not come out whole: $why"
	[ -z "$why" ]
}

# The kernel's complaints, at the start of a message: a program that crashed is not meant (its
# "general protection fault ip:" follows the program's name), nor advice ("Spectre V2 : WARNING").
SPLATS='BUG: |WARNING: |Oops[: ]|kernel BUG at |general protection fault[,:]|UBSAN: |KASAN: |KFENCE: |'
SPLATS+='INFO: task .* blocked for more than |INFO: (rcu|possible|suspicious|trying to register)|'
SPLATS+='rcu: INFO: |rcu: .* stall|watchdog: BUG|NMI watchdog: .*(LOCKUP|lockup)|'
SPLATS+='(double fault|stack segment|invalid opcode|divide error|int3): |'
SPLATS+='Unable to handle kernel |list_(add|del) corruption|refcount_t: |irq [0-9]+: nobody cared|'
SPLATS+='workqueue: BUG|watchdog: .*LOCKUP|kmemleak: [0-9]+ new suspected '

# first_splat: its lines, at most 40, to the end of its trace.
first_splat()
{
	local line
	line=$(sed -E 's/^<[0-9]+>//; s/^(\[[^]]*\] ?)+//' console.log |
		grep -n -m 1 -E "^($SPLATS)" | cut -d: -f1) || :
	[ -n "$line" ] || return 1
	tail -n "+$line" console.log | awk '{ print } /end trace/ || NR == 40 { exit }'
}

last_lines() { tail -n 15 console.log | sed 's/^/vmtest: | /' >&2; }

verdict()
{
	local status
	sed -i 's/\r*$//' console.log
	status=$(answer)
	print_stdout
	say "machine ran $(seconds $(((ended - started) / 1000000))) s (userland after $(userland) s)"
	if [ "$in_time" = no ]; then
		say "time limit of $limit s reached; the last console lines:"
		last_lines
		return "$STATUS_TIME_UP"
	fi
	if first_splat >splat; then
		say "the kernel complained:"
		sed 's/^/vmtest: | /' splat >&2
	fi
	if [ -z "$status" ]; then
		report_death
		return "$STATUS_DIED"
	fi
	[ "$status" = 0 ] || say "command exited with $status"
	[ ! -s splat ] || return "$STATUS_SPLAT"
	return "$status"
}

# A panic's reason stands before its trace, where the last lines do not show it.
report_death()
{
	local panic
	panic=$(grep -m 1 'Kernel panic - ' console.log) || :
	say "the machine ended without the command's status${panic:+, by a panic}; last console lines:"
	[ -z "$panic" ] || say "| $panic"
	last_lines
	[ ! -s qemu.error ] || say "qemu: $(tail -n 1 qemu.error)"
}

seconds() { printf '%d.%d' $(($1 / 1000)) $(($1 % 1000 / 100)); }

# The console is kept in the output directory in any case, elsewhere when something failed.
keep_console()
{
	local target=$build/vmtest-console.log
	if [ -n "$output" ]; then
		target=$output/console.log
		[ ! -s splat ] || cp splat "$output/splat.log" || :
	elif [ "$1" = 0 ]; then
		return 0
	fi
	cp console.log "$target" || return 0
	[ "$1" = 0 ] || say "console: $target"
}

# ---- the scratch directory

# It goes with this script, however that ends: a process of its own holds the other end of a pipe
# and removes the directory when nobody holds this one any more.
make_scratch()
{
	tmp=$(mktemp -d "${TMPDIR:-/tmp}/vmtest.XXXXXX" 2>/dev/null) ||
		die "${TMPDIR:-/tmp}: no directory can be made there: free space, or set TMPDIR"
	mkfifo "$tmp/alive"
	# shellcheck disable=SC2016 # expanded by that shell
	setsid sh -c 'read -r _ <"$1/alive"; cd / && rm -rf "$1"' sh "$tmp" \
		</dev/null >/dev/null 2>&1 &
	exec 9>"$tmp/alive"
	trap 'qemu_kill; cd / && rm -rf "$tmp"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	trap 'exit 129' HUP
}

main()
{
	local status=0
	parse_options "$@"
	build=${BUILD:-$here/build}
	mkdir -p "$build" 2>/dev/null || die "$build: cannot be made: set BUILD"
	build=$(cd "$build" && pwd)
	if [ -n "$output" ]; then
		mkdir -p "$output" 2>/dev/null || die "--output $output: cannot be made: choose another"
		output=$(cd "$output" && pwd)
		[ -w "$output" ] || die "--output $output: cannot be written: choose another"
	fi
	need_tools
	make_scratch
	find_kernel
	make_image
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
