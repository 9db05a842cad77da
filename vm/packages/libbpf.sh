#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# libbpf for distributions whose own is too old: builds the source package of a newer Debian suite
# as a static library in the build directory.
set -eu

LC_ALL=C; export LC_ALL
lib=$(cd "$(dirname "$0")/../../lib" && pwd)
# shellcheck source=lib/say.sh
. "$lib/say.sh"
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=vm/packages/fetch.sh
. "$here/fetch.sh"
# shellcheck source=vm/arch.sh
. "$here/../arch.sh"
WANTED=1.6 # bpf_object__prepare()

usage()
{
	cat <<EOT
usage: libbpf.sh [BUILD]
Provides a libbpf of at least version $WANTED: the system's by pkg-config, else one that it builds in
BUILD/libbpf (default of BUILD: \$BUILD, else build/ in the checkout):
  include/bpf/*.h  include/uapi/linux/*.h  lib/libbpf.a  lib/pkgconfig/libbpf.pc  origin
The headers under uapi are the <linux/bpf.h> of this libbpf.
With \$ARCH of another processor it always builds one in BUILD/\$ARCH/libbpf, with the cross compiler
\${CROSS_COMPILE}gcc.
EOT
}

# A system's libbpf may be newer than the headers of its kernel.
check_headers()
{
	# shellcheck disable=SC2046 # words
	echo '#include <linux/bpf.h>
		struct bpf_token_info info; int command = BPF_TOKEN_CREATE;' |
		gcc $(pkg-config --cflags libbpf) -fsyntax-only -x c - 2>/dev/null ||
		die "linux/bpf.h: older than Linux 6.17, without struct bpf_token_info: install newer kernel" \
		    "headers (kernel-headers, linux-api-headers, linux-glibc-devel, linux-libc-dev), or set CPATH=" \
		    "to a directory that has newer ones"
}

# The suite with the newest released libbpf; if several have it, the first by name.
find_suite()
{
	"$here/archive.sh" --build "$build" list libbpf-dev >"$tmp/list" || exit 1
	awk '$2 !~ /~rc/ { if ($2 != version) suite = $3; version = $2 } END { print version, suite }' \
		"$tmp/list" >"$tmp/newest"
	read -r version suite <"$tmp/newest" || :
	[ -n "$suite" ] || die "libbpf-dev: in none of the suites: is the mirror complete?"
	dpkg --compare-versions "${version#*:}" ge "$WANTED" ||
		die "libbpf: the newest in the archive is $version, $WANTED is needed: build it by hand"
}

unpack()
{
	mkdir "$tmp/source"
	for file in "$1"/*.orig.tar.* "$1"/*.debian.tar.*; do
		case $file in
		*.asc) continue ;;
		*.orig.tar.*) levels=1 ;;
		*) levels=0 ;;
		esac
		tar -C "$tmp/source" --strip-components="$levels" -xf "$file" ||
			die "$file: cannot be unpacked: check the space in $build, then remove $1"
	done
	[ -f "$tmp/source/src/Makefile" ] || die "$1: not libbpf's sources: remove it and run again"
	[ -f "$tmp/source/debian/patches/series" ] || return 0
	sed 's/[[:space:]]*#.*//; /^$/d' "$tmp/source/debian/patches/series" >"$tmp/series"
	while read -r name; do
		patch -s -d "$tmp/source" -p1 <"$tmp/source/debian/patches/$name" >&2 ||
			die "$name: Debian's patch to libbpf did not apply: apt-get install patch?"
	done <"$tmp/series"
}

# Sets cc and include for the processor.
choose_compiler()
{
	cc=gcc include=''
	if ! arch_is_own; then
		sysroot=$("$here/sysroot.sh" "$build") || exit 1
		cc=${CROSS_COMPILE:-$arch_triplet-}gcc include="-isystem $sysroot/build/usr/include"
		command -v "$cc" >/dev/null ||
			die "$cc: not found: run make deps ARCH=$arch_kernel, or set CROSS_COMPILE"
	fi
}

# Ignore variables of a make that may have called us.
compile()
{
	say "building libbpf ${version#*:}$(arch_is_own || echo " for $arch_kernel")"
	env -u MAKEFLAGS -u MFLAGS -u MAKEOVERRIDES -u LDFLAGS -u CPPFLAGS -u EXTRA_CFLAGS \
		-u ARCH -u CROSS_COMPILE \
		make -C "$tmp/source/src" -j"$(nproc)" CC="$cc" BUILD_STATIC_ONLY=1 OBJDIR=objects \
		CFLAGS="-g -O2 -fPIC -fno-omit-frame-pointer $include" DESTDIR="$tmp/" PREFIX=libbpf \
		LIBDIR=libbpf/lib install >"$tmp/log" 2>&1 || {
			cp "$tmp/log" "$into/libbpf.log"
			die "libbpf: does not build: see $into/libbpf.log"
		}
	mkdir -p "$tmp/libbpf/include/uapi"
	cp -R "$tmp/source/include/uapi/linux" "$tmp/libbpf/include/uapi/"
	pc=$tmp/libbpf/lib/pkgconfig/libbpf.pc
	number=$(sed -n 's/^Version: //p' "$pc")
	# Relative to the file itself, so that the build directory can be moved. pkg-config quotes
	# it.
	cat >"$pc" <<-EOT
	prefix=\${pcfiledir}/../..

	Name: libbpf
	Description: BPF library
	Version: $number
	Libs: -L\${prefix}/lib -lbpf
	Cflags: -I\${prefix}/include
	Requires: libelf zlib
	EOT
	echo "libbpf ${version#*:} $suite" >"$tmp/libbpf/origin"
}

take_options "$@"
arch_choose || die "$arch_why"
if arch_is_own && pkg-config --atleast-version=$WANTED libbpf 2>/dev/null; then
	check_headers
	say "the system's libbpf $(pkg-config --modversion libbpf) will do"
	exit 0
fi
enter_build "${1:-${BUILD:-$here/../../build}}" "$arch_directory" libbpf
if [ -f "$into/libbpf/origin" ]; then
	say "$(cat "$into/libbpf/origin"): already built"
	exit 0
fi
need_apt "libbpf $WANTED or newer" \
	"install it (libbpf-devel, libbpf-dev, libbpf) so that pkg-config finds it, or set PKG_CONFIG_PATH"
for tool in make gcc tar pkg-config; do
	command -v $tool >/dev/null || die "$tool: not found: run make deps"
done
make_part libbpf
find_suite
directory=$("$here/archive.sh" --build "$build" source libbpf "$suite") || exit 1
unpack "$directory"
choose_compiler
compile
keep_part libbpf
say "$(cat "$into/libbpf/origin"): built"
