#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Fetches packages of another processor into the build directory: libraries to build programs with,
# and to run them in its machine. Needs no root, and this machine's dpkg does not know of them.
set -eu

LC_ALL=C; export LC_ALL
lib=$(cd "$(dirname "$0")/../../lib" && pwd)
# shellcheck source=lib/say.sh
. "$lib/say.sh"
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=vm/arch.sh
. "$here/../arch.sh"

# Static libraries with their headers, and busybox: from this machine's Debian release, as the cross
# compiler is.
OWN='libdw-dev libelf-dev zlib1g-dev libzstd-dev liblzma-dev libbz2-dev busybox-static'
# Libraries that programs load at run time, unless the cross compiler's are new enough. A newer
# sanitizer needs a newer libc too.
LOADED='libc6 libgcc-s1 libasan8 libubsan1'

usage()
{
	cat <<'EOT'
usage: sysroot.sh [BUILD]
Makes BUILD/$ARCH/sysroot for the programs of $ARCH, a processor that is not this machine's, and prints
its path (default of BUILD: $BUILD, else build/ in the checkout):
  build/    usr/include and usr/lib/TRIPLET, to compile and to link with
  machine/  busybox, and usr/lib/TRIPLET with shared libraries if the cross compiler's are too old
For this machine's own processor it has only shared libraries, if vm/arch.sh asks for newer ones.
An existing directory with the same packages is kept. Remove it to fetch newer ones.
EOT
}

# newest PACKAGE SUITE…: print the newest version in these suites.
newest()
{
	wanted=$1
	shift
	awk -v package="$wanted" -v suites=" $* " '
		$1 == package && index(suites, " " $3 " ") { version = $2 }
		END { print version }' "$tmp/list"
}

# unpack DIRECTORY PACKAGE SUITE…
unpack()
{
	directory=$1 package=$2
	shift 2
	version=$(newest "$package" "$@")
	[ -n "$version" ] || die "$package:$arch_debian: not in $*: is the mirror complete?"
	deb=$("$here/archive.sh" --build "$build" --arch "$arch_debian" deb "$package" "$version") || exit 1
	dpkg-deb -x "$deb" "$tmp/sysroot/$directory" && return 0
	rm -rf "${deb%/*}"
	die "$deb: cannot be unpacked, removed: check the space there and run again"
}

bring()
{
	# shellcheck disable=SC1091 # the machine's
	codename=$(. /etc/os-release && echo "${VERSION_CODENAME-sid}")
	# shellcheck disable=SC2086 # words
	"$here/archive.sh" --build "$build" --arch "$arch_debian" list \
		"$(echo $OWN $LOADED | tr ' ' '|')" >"$tmp/list" || exit 1
	mkdir -p "$tmp/sysroot/build" "$tmp/sysroot/machine"
	for package in $OWN; do
		case $package in
		busybox-static) unpack machine "$package" "$codename" ;;
		*) unpack build "$package" "$codename" ;;
		esac
	done
	for package in ${arch_loaded:+$LOADED}; do
		unpack machine "$package" "$codename" "$arch_loaded"
	done
	# If it finds shared libraries, the linker prefers them to static ones.
	find "$tmp/sysroot/build" -name 'lib*.so*' -exec rm {} +
	# Newer packages have it in /usr/bin.
	find "$tmp/sysroot/machine" -path '*bin/busybox' -exec mv {} "$tmp/sysroot/machine/" \;
	rm -rf "$tmp"/sysroot/*/usr/share
	echo "$OWN $LOADED" >"$tmp/sysroot/packages"
}

# there: succeeds if the directory was made from the packages that are wanted now.
there() { [ "$(cat "$sysroot/packages" 2>/dev/null)" = "$OWN $LOADED" ]; }

case ${1-} in
--help|-h) usage; exit 0 ;;
-*) die "$1: unknown option: see --help" ;;
esac
arch_choose || die "$arch_why"
! arch_is_own || [ -n "$arch_loaded" ] ||
	die "$arch_kernel: this machine's own processor: set ARCH to another one"
build=${1:-${BUILD:-$here/../../build}}
mkdir -p "$build$arch_directory" 2>/dev/null || die "$build: cannot be made: choose another"
build=$(cd "$build" && pwd)
sysroot=$build$arch_directory/sysroot
! arch_is_own || OWN=''
if there; then
	echo "$sysroot"
	exit 0
fi
lock=$build$arch_directory/.sysroot.lock
(: >>"$lock") 2>/dev/null || die "$lock: cannot be written: is it another user's?"
exec 8>"$lock"
flock 8
if ! there; then
	rm -rf "$build$arch_directory"/.sysroot.part.* # left by killed runs
	tmp=$(mktemp -d "$build$arch_directory/.sysroot.part.XXXXXX") ||
		die "$build: cannot be written: is it full?"
	trap 'rm -rf "$tmp"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	bring
	rm -rf "$sysroot"
	mv -T "$tmp/sysroot" "$sysroot"
	say "$arch_debian: there now"
fi
echo "$sysroot"
