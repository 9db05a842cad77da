#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Builds a kernel as BPF CI does, outside of the tree: 'make kernel'.
set -eu
LC_ALL=C; export LC_ALL
PATH=$PATH:/usr/sbin:/sbin # bpftool, for an ordinary user
here=$(cd "$(dirname "$0")" && pwd)
lib=$here/../lib
# shellcheck source=lib/say.sh
. "$lib/say.sh"
die_status=$STATUS_NOT_DONE
# shellcheck source=vm/arch.sh
. "$here/arch.sh"

# Number of lines that a build of Linux 7.3 printed: for the progress of the first build.
STEPS=3600

# Command or header, and its Debian package.
TOOLS='
gcc             gcc
make            make
ld              binutils
flex            flex
bison           bison
bc              bc
perl            perl
python3         python3
pahole          dwarves
gelf.h          libelf-dev
openssl/ssl.h   libssl-dev
'

usage()
{
	cat <<'EOT'
usage: kernel-build.sh LINUX [FRAGMENT…]
Builds LINUX, a kernel tree, with the configuration of its own BPF selftests (config, config.vm and
config.ARCH) and with FRAGMENTs, files of CONFIG_ lines. It writes nothing into the tree. The result is
$BUILD/kernel/bpf-ci, with +NAME for each FRAGMENT. Its path is the only line on standard output.
A second call builds only what has changed.
  JOBS=  parallel processes (default: the number of processors)
  ARCH=  processor (default: this machine's); CROSS_COMPILE= prefix of its compiler
Exit status: 0, 1 if the build failed, or 2 for bad use or a missing tool.
EOT
}

is_there()
{
	case $1 in
	*.h) echo "#include <$1>" | gcc -E -x c - >/dev/null 2>&1 ;;
	*) command -v "$1" >/dev/null ;;
	esac
}

check_tools()
{
	local tool package things='' packages=''
	while read -r tool package; do
		if [ -n "$tool" ] && ! is_there "$tool"; then
			things+=" $tool" packages+=" $package"
		fi
	done <<<"$TOOLS"
	[ -z "$things" ] || die "not found:$things: install, in Debian's names:$packages"
	pahole_version=$(pahole --version | tr -dc '0-9.')
	[ -n "$arch_directory" ] || return 0
	is_there "${CROSS_COMPILE}gcc" || die "${CROSS_COMPILE}gcc: not found: install gcc-$arch_triplet"
}

check_tree()
{
	local file
	for file in Makefile Kbuild tools/testing/selftests/bpf/config; do
		[ -f "$linux/$file" ] || die "$linux: no kernel tree: it has no $file"
	done
	if [ -f "$linux/.config" ] || [ -d "$linux/include/config" ]; then
		die "$linux: was built in place, so that nothing can be built elsewhere: make -C $linux mrproper"
	fi
}

# The wanted configuration: later lines override earlier ones.
write_fragments()
{
	local fragment selftests=$linux/tools/testing/selftests/bpf
	for fragment in "$selftests/config" "$selftests/config.vm" "$selftests/config.$arch_name" \
			"${fragments[@]}"; do
		case $fragment in
		"$selftests/config.vm") [ -f "$fragment" ] || continue ;;
		esac
		[ -f "$fragment" ] || die "$fragment: no such file: name a file of CONFIG_ lines"
		cat "$fragment"
		echo
	done >"$out/wanted.new"
}

kbuild() { make --no-print-directory -C "$linux" O="$out" ARCH="$arch_kernel" CROSS_COMPILE="${CROSS_COMPILE-}" "$@"; }

# Does not touch an unchanged configuration, as make would build everything again.
configure()
{
	write_fragments
	if ! cmp -s "$out/wanted.new" "$out/wanted" || [ ! -f "$out/.config" ]; then
		cp "$out/wanted.new" "$out/.config"
		kbuild olddefconfig >"$out/build.log" 2>&1 ||
			fail "$linux: cannot be configured: $(tail -n 1 "$out/build.log"): see $out/build.log"
		mv "$out/wanted.new" "$out/wanted"
	fi
	check_options
}

fail() { die_status=$STATUS_FAILED; die "$@"; }

# Stops if olddefconfig dropped an option of a FRAGMENT, as this is not the wanted kernel. It always
# drops some of the tree's own options, depending on kernel and compiler.
check_options()
{
	local line dropped=''
	[ ${#fragments[@]} != 0 ] || return 0
	while IFS= read -r line; do
		case $line in
		CONFIG_*=n) ! grep -q "^${line%=n}=" "$out/.config" || dropped+=" $line" ;;
		CONFIG_*=*) grep -qxF "$line" "$out/.config" || dropped+=" $line" ;;
		'# CONFIG_'*' is not set') line=${line#\# }; line=${line% is not set}
			! grep -q "^$line=" "$out/.config" || dropped+=" $line=n" ;;
		esac
	done < <(cat "${fragments[@]}")
	[ -z "$dropped" ] || {
		rm -f "$out/wanted"
		die "${fragments[*]}: this kernel does not take$dropped: see what they depend on, in menuconfig"
	}
}

# show_progress: count each line of the build's output on standard input as a step.
show_progress()
{
	local steps=0 total percent last=-1
	total=$(cat "$out/steps" 2>/dev/null || echo $STEPS)
	while IFS= read -r line; do
		printf '%s\n' "$line" >&4
		[[ $line =~ ^'  '[A-Z] ]] || continue
		steps=$((steps + 1))
		percent=$((steps * 100 / total))
		[ $percent -le 99 ] || percent=99
		if [ -t 2 ]; then
			printf '\r%s: step %d of about %d (%d %%)' "$SAY_AS" $steps "$total" $percent >&2
		elif [ $((percent / 10)) != $last ]; then
			last=$((percent / 10))
			say "step $steps of about $total ($percent %)"
		fi
	done 4>"$out/build.log"
	[ ! -t 2 ] || echo >&2
	# Keep the number of a full build: a later call builds less.
	[ $steps -le $((total / 2)) ] || echo $steps >"$out/steps"
}

build()
{
	local status
	say "building $(basename "$out") with $jobs jobs; the log is $out/build.log"
	{ kbuild -j"$jobs" "${arch_image##*/}" 2>&1 || echo "$?" >"$out/failed"; } | show_progress
	if [ -f "$out/failed" ]; then
		status=$(cat "$out/failed")
		rm "$out/failed"
		grep -aE -m 5 '(error|Error|undefined reference)[: ]' "$out/build.log" >&2 || :
		fail "$linux: does not build (make's status $status): see $out/build.log"
	fi
}

# Without types no test can load a program: report that here, not in every test.
check_types()
{
	grep -qx CONFIG_DEBUG_INFO_BTF=y "$out/.config" ||
		fail "$out: has no CONFIG_DEBUG_INFO_BTF: install a newer pahole (dwarves) than $pahole_version"
	is_there bpftool || return 0
	bpftool btf dump file "$out/vmlinux" 2>/dev/null | grep -q "STRUCT 'task_struct'" ||
		fail "$out/vmlinux: no types (BTF) in it: install a newer pahole (dwarves) than $pahole_version"
}

case ${1-} in
--help|-h) usage; exit 0 ;;
-*|'') die "${1:-a kernel tree}: see --help" ;;
esac
arch_choose || die "$arch_why"
[ -z "$arch_directory" ] || : "${CROSS_COMPILE:=$arch_triplet-}"
linux=$(realpath -e -- "$1" 2>/dev/null) || die "$1: no such directory: give a kernel tree"
shift
fragments=()
name=bpf-ci
for fragment; do
	fragments+=("$(realpath -- "$fragment")")
	name+=+$(basename "$fragment" .config)
done
jobs=${JOBS:-$(nproc)}
check_tree
check_tools
out=$(realpath -m -- "${BUILD:-$here/../build}$arch_directory/kernel/$name")
mkdir -p "$out" 2>/dev/null || die "$out: cannot be made: set BUILD"
exec 9<"$out"
flock -n 9 || { say "waiting for another build in $out"; flock 9; }
rm -f "$out/failed"
configure
build
check_types
say "built: make run_tests KERNEL=$out"
echo "$out"
