#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# qemu for distributions whose own is too old: that of the same distribution's backports, unpacked
# into the build directory. It needs no more libraries than the installed one.
set -eu

LC_ALL=C; export LC_ALL
lib=$(cd "$(dirname "$0")/../../lib" && pwd)
# shellcheck source=lib/say.sh
. "$lib/say.sh"
here=$(cd "$(dirname "$0")" && pwd)
WANTED=10 # before, emulated kernels die now and then: see choose_accel() in vmtest.sh

usage()
{
	cat <<EOT
usage: qemu.sh [BUILD]
Prints the path of a qemu-system-x86_64 of at least version $WANTED: the system's, else one from the
backports of this distribution, unpacked into BUILD/qemu (default: \$BUILD, else build/ beside this
script's directory). Without one it says so and fails.
EOT
}

# Whether the qemu-system-x86_64 at $1 is there and new enough.
will_do()
{
	major=$("$1" --version 2>/dev/null | sed -n '1s/.* version \([0-9]*\)\..*/\1/p')
	[ "${major:-0}" -ge "$WANTED" ]
}

find_version()
{
	# shellcheck disable=SC1091 # the machine's
	suite=$(. /etc/os-release && echo "${VERSION_CODENAME-}")-backports
	version=$("$here/archive.sh" --build "$build" list qemu-system-x86 |
		awk -v suite="$suite" '$3 == suite { version = $2 } END { print version }')
	[ -n "$version" ] || die "qemu-system-x86: none in $suite: install qemu $WANTED or newer"
}

# unpack PACKAGE VERSION: into $tmp/qemu/root.
unpack()
{
	deb=$("$here/archive.sh" --build "$build" deb "$1" "$2") || exit 1
	dpkg-deb -x "$deb" "$tmp/qemu/root" && return 0
	rm -rf "${deb%/*}"
	die "$deb: cannot be unpacked, removed: check the space there and run again"
}

# The firmware is a package with a version of its own.
unpack_firmware()
{
	firmware=$("$here/archive.sh" --build "$build" list seabios |
		awk -v suite="$suite" '$3 == suite { version = $2 } END { print version }')
	if [ -n "$firmware" ]; then
		unpack seabios "$firmware"
	else
		mkdir -p "$tmp/qemu/root/usr/share"
		cp -R /usr/share/seabios "$tmp/qemu/root/usr/share/"
	fi
}

write_wrapper()
{
	cat >"$tmp/qemu/qemu-system-x86_64" <<-'EOT'
	#!/bin/sh
	root=$(dirname "$0")/root
	exec "$root/usr/bin/qemu-system-x86_64" -L "$root/usr/share/qemu" \
		-L "$root/usr/share/seabios" "$@"
	EOT
	chmod 755 "$tmp/qemu/qemu-system-x86_64"
	will_do "$tmp/qemu/qemu-system-x86_64" ||
		die "qemu $version: does not start here: $("$tmp/qemu/qemu-system-x86_64" --version 2>&1 | tail -n 1)"
}

case ${1-} in
--help|-h) usage; exit 0 ;;
-*) die "$1: unknown option: see --help" ;;
esac
if will_do qemu-system-x86_64; then
	command -v qemu-system-x86_64
	exit 0
fi
build=${1:-${BUILD:-$here/../../build}}
mkdir -p "$build" 2>/dev/null || die "$build: cannot be made: choose another"
build=$(cd "$build" && pwd)
qemu=$build/qemu/qemu-system-x86_64
(: >>"$build/.qemu.lock") 2>/dev/null || die "$build/.qemu.lock: cannot be written: is it another user's?"
exec 8>"$build/.qemu.lock"
flock 8
if will_do "$qemu"; then
	echo "$qemu"
	exit 0
fi
rm -rf "$build"/.qemu.part.* # of runs that were killed
tmp=$(mktemp -d "$build/.qemu.part.XXXXXX") || die "$build: cannot be written: is it full?"
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
find_version
mkdir -p "$tmp/qemu/root"
for package in qemu-system-x86 qemu-system-common qemu-system-data; do
	unpack $package "$version"
done
unpack_firmware
write_wrapper
rm -rf "$build/qemu"
mv -T "$tmp/qemu" "$build/qemu"
say "qemu $version of $suite: there now"
echo "$qemu"
