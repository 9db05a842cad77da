#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Unpacks Linux from Debian's source package, or some of its files. Needs no root.
set -eu

LC_ALL=C; export LC_ALL
lib=$(cd "$(dirname "$0")/../../lib" && pwd)
# shellcheck source=lib/say.sh
. "$lib/say.sh"
here=$(cd "$(dirname "$0")" && pwd)

usage()
{
	cat <<'EOT'
usage: linux-source.sh VERSION|newest TREE [FILE]...
Unpacks Linux VERSION, such as 6.12, or the newest in the archive, into the directory TREE: the whole
tree (1.6 GB), or only FILEs, named as in the tree. An existing TREE is kept.
The package (160 MB) is kept in $BUILD (default: build/ in the checkout).
EOT
}

find_package()
{
	case $1 in
	newest) regex='linux-source-[0-9]+\.[0-9]+' ;;
	*[!0-9.]*|'') die "$1: not a version such as 6.12, nor newest: see --help" ;;
	*) regex=linux-source-$(echo "$1" | sed 's/\./\\./g') ;;
	esac
	"$here/archive.sh" --build "$build" list "$regex" >"$tree.new/packages" || exit 1
	read -r package version _ <<-EOT
	$(tail -n 1 "$tree.new/packages")
	EOT
	[ "$package" ] || die "Linux $1: in none of the archive's suites"
}

# A pipe has the status of its last command. tar also fails if a FILE was missing.
unpack()
{
	deb=$("$here/archive.sh" --build "$build" deb "$package" "$version") || exit 1
	say "unpacking $package $version"
	mkdir "$tree.new/tree"
	dpkg-deb --fsys-tarfile "$deb" | tar -xO --wildcards '*/linux-source-*.tar.xz' | xz -dcT0 |
		tar -x -C "$tree.new/tree" --strip-components=1 "$@" ||
		die "$deb: cannot be unpacked: see above; is there room?"
}

build=${BUILD:-$here/../../build}
case ${1-} in
--help|-h) usage; exit 0 ;;
-*) die "$1: unknown option: see --help" ;;
esac
[ $# -ge 2 ] || die "a version, and a directory to make: see --help"
wanted=$1 tree=${2%/}
shift 2
[ ! -e "$tree" ] || exit 0
mkdir -p "$build" 2>/dev/null || die "$build: cannot be made: choose another"
lock=$build/.linux-source.lock
(: >>"$lock") 2>/dev/null || die "$lock: cannot be written: is it another user's?"
exec 8>"$lock"
flock -n 8 || { say "waiting for another run that unpacks Linux"; flock 8; }
[ ! -e "$tree" ] || exit 0
rm -rf "$tree.new" # left by a killed run
mkdir -p "$tree.new" 2>/dev/null || die "$tree.new: cannot be made: choose another directory"
trap 'rm -rf "$tree.new"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
find_package "$wanted"
for file; do
	shift
	set -- "$@" "${package}/$file"
done
unpack "$@"
mv "$tree.new/tree" "$tree"
