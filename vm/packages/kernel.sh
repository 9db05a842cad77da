#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Fetches a Debian kernel into the build directory. Needs no root, and does not change the system.
# Prints the kernel's directory.
set -eu

LC_ALL=C; export LC_ALL
lib=$(cd "$(dirname "$0")/../../lib" && pwd)
# shellcheck source=lib/say.sh
. "$lib/say.sh"
PATH=$PATH:/usr/sbin:/sbin # bpftool, for an ordinary user
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=vm/packages/fetch.sh
. "$here/fetch.sh"
# shellcheck source=vm/arch.sh
. "$here/../arch.sh"
# shellcheck source=vm/bzimage.sh
. "$here/../bzimage.sh"

usage()
{
	cat <<'EOT'
usage: kernel.sh [--build DIR] [--list] [VERSION|SUITE|newest]
  VERSION   6.12 (the newest 6.12 there is), 7.3.4, or a full release (uname -r)
  SUITE     trixie, trixie-backports, forky, sid or experimental: its newest kernel
  newest    the default: the newest kernel that is no release candidate
  --list    list the available kernels: release, package version, suite
VERSION may end in another of Debian's flavours: 7.3-arm64-16k has pages of 16 KiB.
Makes DIR/kernels/RELEASE (default of DIR: $BUILD, else build/ in the checkout), or
DIR/$ARCH/kernels/RELEASE for a processor that is not this machine's:
  bzImage    the kernel (arm64: Image)
  vmlinux    x86: the same, unpacked, which boots faster if qemu can start it (CONFIG_PVH)
  vmlinux.h  x86: the kernel's types, from its BTF
  config     the kernel's configuration, if the archive still has it
  version    package, version and suite
The path is the only line on standard output. A kernel that was fetched before needs no network.
EOT
}

from_archive() { "$here/archive.sh" --build "$build" --arch "$arch_debian" "$@"; }

# available: print "release version suite package" of all kernels, oldest first. A kernel's image is
# in linux-binary-RELEASE (the same bits, signed or not). Before 6.19 it was in linux-image-RELEASE,
# which later only depends on the other package.
available()
{
	from_archive list "linux-(image|binary|binary-unsigned)-[0-9.]+(\\+[^-]*)?-$flavour" \
		>"$tmp/list" || return 1
	awk '{
		release = $1
		kind = 0
		if (sub(/^linux-image-/, "", release)) kind = 1
		else if (sub(/^linux-binary-unsigned-/, "", release)) kind = 2
		else if (sub(/^linux-binary-/, "", release)) kind = 3
		if (kind > best[release]) {
			best[release] = kind
			line[release] = release " " $2 " " $3 " " $1
		}
	} END { for (release in line) print line[release] }' "$tmp/list" | sort -V -k 2,2
}

# Set flavour and series to the two parts of $want. Without a flavour at its end, $want means the
# usual one.
choose_flavour()
{
	flavour=$arch_flavour
	series=${want%-"$arch_flavour"}
	[ "$series" = "$want" ] || return 0
	for other in $arch_flavours; do
		case $want in
		*-"$other") flavour=$other series=${want%-"$other"} ;;
		esac
	done
}

# matching: print the kernel on standard input whose release is $want, else those that match
# $series.
matching()
{
	awk -v release="$want" -v want="$series" '
		$1 == release { exact = $0 }
		want == "newest" || want == $3 ||
		(index($1, want) == 1 && substr($1, length(want) + 1, 1) ~ /[.+-]/) {
			all = all $0 "\n"
		}
		END { printf "%s", exact ? exact "\n" : all }'
}

# newest: print the last of the kernels on standard input, preferring releases to candidates.
newest()
{
	awk '{ any = $0 } $2 !~ /~rc/ { released = $0 } END { print released ? released : any }'
}

# choose: set release, version, suite and package to the kernel that $want means.
choose()
{
	available >"$tmp/available" || return 1
	matching <"$tmp/available" | newest >"$tmp/chosen"
	read -r release version suite package <"$tmp/chosen" || :
	[ -n "$release" ] || die "$want: no such kernel: there is" \
		"$(sed 's/^\([0-9]*\.[0-9]*\).*/\1/' "$tmp/available" | uniq | paste -sd' ')," \
		"or a suite's name; kernel.sh --list has them all"
}

# Succeeds if a kernel was chosen for this name in the last day. Then the lists are not read again.
chosen_before()
{
	[ -f "$named" ] && [ -d "$kernels/$(cat "$named")" ] &&
		{ [ "${1-}" = old ] || [ -n "$(find "$named" -mmin -1440)" ]; }
}

# unpack_deb PACKAGE: fetch it and unpack it into $tmp/root. Fails if it does not exist.
unpack_deb()
{
	deb=$(from_archive deb "$1" "$version") || return 1
	unpack_package "$deb" "$tmp/root"
}

# take FILE NAME: move the file FILE of the unpacked packages to NAME.
take()
{
	file=$(find "$tmp/root" -type f \( -path "*/boot/$1-*" -o -path "*/modules/*/$1" \
		-o -path "*/modules/*/$1.unsigned" \) | head -n 1)
	[ -n "$file" ] && mv "$file" "$tmp/kernel/$2"
}

# The configuration is in the image's package or in a separate one. For some kernels the archive has
# dropped the separate one and kept the image.
take_config()
{
	take config config && return 0
	pattern=linux-base-$(echo "$release" | sed 's/[+.]/\\&/g')
	if from_archive list "$pattern" | grep -q . &&
	   unpack_deb "linux-base-$release" && take config config; then
		return 0
	fi
	say "$release: the archive has no config of it any more: left out"
}

bring_vmlinux()
{
	why=$(bzimage_unpack "$image" "$tmp/kernel/vmlinux") || die "$package: $why"
	bpftool btf dump file "$tmp/kernel/vmlinux" format c >"$tmp/kernel/vmlinux.h" ||
		die "$package: no types (BTF) to be read from the kernel: out of space?"
	grep -qsx CONFIG_PVH=y "$tmp/kernel/config" || rm "$tmp/kernel/vmlinux"
}

bring()
{
	mkdir -p "$tmp/kernel" "$tmp/root"
	unpack_deb "$package" || exit 1
	image=$tmp/kernel/${arch_image##*/}
	take vmlinuz "${arch_image##*/}" || die "$package: holds no kernel image: try another version"
	arch_is_image "$image" || die "$package: its kernel has no boot signature (${arch_magic#*:})"
	take_config
	[ "$arch_kernel" != x86 ] || bring_vmlinux
	echo "$package $version $suite" >"$tmp/kernel/version"
	mv -T "$tmp/kernel" "$kernels/$release" || die "$kernels/$release: cannot be put in place"
}

build=${BUILD:-$here/../../build}
want='' list=''
while [ $# -gt 0 ]; do
	case $1 in
	--build) [ $# -ge 2 ] || die "--build: needs a directory: see --help"; build=$2; shift ;;
	--list) list=1 ;;
	--help|-h) usage; exit 0 ;;
	-*) die "$1: unknown option: see --help" ;;
	*) [ -z "$want" ] || die "$1: one kernel at a time: see --help"; want=$1 ;;
	esac
	shift
done
want=${want:-newest}
arch_choose || die "$arch_why"
case $want in
*/*|*' '*|.*) die "$want: not a version or suite: see --help" ;;
esac
mkdir -p "$build$arch_directory/kernels" 2>/dev/null ||
	die "$build$arch_directory/kernels: cannot be made: choose another with --build"
build=$(cd "$build" && pwd)
kernels=$build$arch_directory/kernels
named=$kernels/.$want.chosen
choose_flavour

# If all files exist: no lock, no lists, no network.
if [ -z "$list" ]; then
	if [ -d "$kernels/$want" ]; then
		echo "$kernels/$want"; exit 0
	elif chosen_before; then
		echo "$kernels/$(cat "$named")"; exit 0
	fi
	need_apt "kernel $want" "give a kernel of your own, KERNEL=bzImage (vmtest.sh: --kernel bzImage)"
	command -v bpftool >/dev/null || die "bpftool: not found: run make deps"
	(: >>"$kernels/.lock") 2>/dev/null || die "$kernels/.lock: cannot be written: is it another user's?"
	exec 9>"$kernels/.lock"
	flock -n 9 || { say "waiting for another run that fetches a kernel"; flock 9; }
	rm -rf "$kernels"/.part.* # left by killed runs
fi
tmp=$(mktemp -d "$kernels/.part.XXXXXX") || die "$kernels: cannot be written: is it full?"
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

if [ -n "$list" ]; then
	available | awk '{ printf "%-28s %-20s %s\n", $1, $2, $3 }'
	exit 0
fi
if ! choose; then
	chosen_before old || exit 1
	say "$want: taking $(cat "$named"), fetched before"
	echo "$kernels/$(cat "$named")"
	exit 0
fi
[ -d "$kernels/$release" ] || bring
echo "$release" >"$tmp/chosen"
mv "$tmp/chosen" "$named"
echo "$kernels/$release"
