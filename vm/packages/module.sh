#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Fetches a module of a Debian kernel into the build directory and unpacks it. Needs no root.
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

usage()
{
	cat <<'EOT'
usage: module.sh [--build DIR] [--with-dependencies] NAME [VERSION|SUITE|newest]
Fetches NAME.ko of a kernel that kernel.sh fetches (see there), for insmod in the machine of vmtest.sh,
and prints its path beside the kernel. A module that was fetched before needs no network.
  --with-dependencies  print the modules that it depends on too, each before it is needed
Default of DIR: $BUILD, else build/ in the checkout.
EOT
}

# The package with the modules. Newer kernels have a separate one, older ones linux-image.
find_package()
{
	"$here/archive.sh" --build "$build" --arch "$arch_debian" list \
		"linux-(modules|image)-$(echo "$release" | sed 's/[+.]/\\&/g')" >"$tmp/list" || exit 1
	package=$(awk -v version="$version" '$2 == version { print $1 }' "$tmp/list" |
		sort | tail -n 1)
	[ -n "$package" ] || die "$release $version: the archive has no modules of it any more"
}

unpack()
{
	deb=$("$here/archive.sh" --build "$build" --arch "$arch_debian" deb "$package" "$version") || exit 1
	unpack_package "$deb" "$tmp/root"
}

# take NAME: take it from the unpacked package. A module's file may have "-" for "_" in its name.
take()
{
	file=$(find "$tmp/root" -name "$(echo "$1" | sed 's/[-_]/[-_]/g').ko*" | head -n 1)
	case $file in
	*.ko) cat "$file" ;;
	*.ko.xz) xz -dc "$file" ;;
	*.ko.zst) zstd -dcq "$file" ;;
	*) die "$package: holds no module $1" ;;
	esac >"$tmp/$1.ko"
	mv "$tmp/$1.ko" "$modules/$1.ko"
}

# bring NAME: fetch it and print its path. With dependencies, print their paths first.
bring()
{
	if [ ! -f "$modules/$1.ko" ]; then
		[ -d "$tmp/root" ] || { find_package; unpack; }
		take "$1"
	fi
	if [ -n "$dependencies" ]; then
		for needed in $(tr '\0' '\n' <"$modules/$1.ko" | sed -n 's/^depends=//p' | tr ',' ' '); do
			(bring "$needed") || exit 1
		done
	fi
	echo "$modules/$1.ko"
}

build=${BUILD:-$here/../../build}
dependencies=''
while [ $# -gt 0 ]; do
	case $1 in
	--build) [ $# -ge 2 ] || die "--build: needs a directory: see --help"; build=$2; shift 2 ;;
	--with-dependencies) dependencies=1; shift ;;
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
arch_choose || die "$arch_why"
kernel=$("$here/kernel.sh" --build "$build" "${2:-newest}") || exit 1
modules=$kernel/modules
release=${kernel##*/}
read -r _ version _ <"$kernel/version"
mkdir -p "$modules" || die "$modules: cannot be made: is it another user's?"
tmp=$(mktemp -d "$modules/.part.XXXXXX") || die "$modules: cannot be written"
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
bring "$name"
