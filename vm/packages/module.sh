#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Bring a module of a Debian kernel into the build directory, unpacked: no root.
set -eu

LC_ALL=C; export LC_ALL
lib=$(cd "$(dirname "$0")/../../lib" && pwd)
# shellcheck source=lib/say.sh
. "$lib/say.sh"
here=$(cd "$(dirname "$0")" && pwd)

usage()
{
	cat <<'EOT'
usage: module.sh [--build DIR] NAME [VERSION|SUITE|newest]
Prints the path of NAME.ko of a kernel that kernel.sh brings (see there), for insmod in the machine
of vmtest.sh. It lies beside the kernel, and is found there without a network.
DIR: default $BUILD, else build/ in the checkout.
EOT
}

# The package that has the modules: one of its own since the kernel itself left linux-image.
find_package()
{
	"$here/archive.sh" --build "$build" list \
		"linux-(modules|image)-$(echo "$release" | sed 's/[+.]/\\&/g')" >"$tmp/list" || exit 1
	package=$(awk -v version="$version" '$2 == version { print $1 }' "$tmp/list" |
		sort | tail -n 1)
	[ -n "$package" ] || die "$release $version: the archive has no modules of it any more"
}

unpack()
{
	deb=$("$here/archive.sh" --build "$build" deb "$package" "$version") || exit 1
	dpkg-deb -x "$deb" "$tmp/root" || die "$deb: cannot be unpacked: check the space there"
	file=$(find "$tmp/root" -name "$name.ko*" | head -n 1)
	case $file in
	*.ko) cat "$file" ;;
	*.ko.xz) xz -dc "$file" ;;
	*.ko.zst) zstd -dcq "$file" ;;
	*) die "$package: holds no module $name" ;;
	esac >"$tmp/$name.ko"
}

build=${BUILD:-$here/../../build}
while [ $# -gt 0 ]; do
	case $1 in
	--build) [ $# -ge 2 ] || die "--build: needs a directory: see --help"; build=$2; shift 2 ;;
	--help|-h) usage; exit 0 ;;
	-*) die "$1: unknown option: see --help" ;;
	*) break ;;
	esac
done
[ $# = 1 ] || [ $# = 2 ] || die "one module, one kernel: see --help"
name=$1
case $name in
*[!a-z0-9_-]*|'') die "$name: not a module's name: see --help" ;;
esac
kernel=$("$here/kernel.sh" --build "$build" "${2:-newest}") || exit 1
module=$kernel/modules/$name.ko
if [ ! -f "$module" ]; then
	release=${kernel##*/}
	read -r _ version _ <"$kernel/version"
	mkdir -p "$kernel/modules" || die "$kernel/modules: cannot be made: is it another user's?"
	tmp=$(mktemp -d "$kernel/modules/.part.XXXXXX") || die "$kernel/modules: cannot be written"
	trap 'rm -rf "$tmp"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	find_package
	unpack
	mv "$tmp/$name.ko" "$module"
fi
echo "$module"
