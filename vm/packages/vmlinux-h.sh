#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The newest kernel's types: vmlinux.h out of Debian's linux-bpf-dev.
set -eu

LC_ALL=C; export LC_ALL
lib=$(cd "$(dirname "$0")/../../lib" && pwd)
# shellcheck source=lib/say.sh
. "$lib/say.sh"
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=vm/packages/need-apt.sh
. "$here/need-apt.sh"

usage()
{
	cat <<'EOT'
usage: vmlinux-h.sh [BUILD]
Fetches vmlinux.h of the newest released Debian kernel into BUILD/vmlinux (default of BUILD: $BUILD, else
build/ in the checkout). "origin" there names the kernel. An existing file is kept. Remove BUILD/vmlinux to
fetch a newer one.
EOT
}

# A release candidate only if there is nothing else.
find_newest()
{
	"$here/archive.sh" --build "$build" list linux-bpf-dev >"$tmp/list" || exit 1
	awk '{ any = $2 } $2 !~ /~rc/ { released = $2 } END { print released ? released : any }' \
		"$tmp/list" >"$tmp/newest"
	read -r version <"$tmp/newest" || :
	[ -n "$version" ] || die "linux-bpf-dev: in none of the suites: is the mirror complete?"
}

case ${1-} in
--help|-h) usage; exit 0 ;;
-*) die "$1: unknown option: see --help" ;;
esac
build=${1:-${BUILD:-$here/../../build}}
mkdir -p "$build" 2>/dev/null || die "$build: cannot be made: choose another"
build=$(cd "$build" && pwd)
(: >>"$build/.vmlinux.lock") 2>/dev/null || die "$build/.vmlinux.lock: cannot be written: is it another user's?"
exec 8>"$build/.vmlinux.lock"
flock 8
if [ -f "$build/vmlinux/origin" ]; then
	say "$(cat "$build/vmlinux/origin"): already there"
	exit 0
fi
need_apt vmlinux.h "set VMLINUX_BTF=/sys/kernel/btf/vmlinux (of Linux 6.19 or newer), or VMLINUX_H= to such a file"
rm -rf "$build"/.vmlinux.part.* # of runs that were killed
tmp=$(mktemp -d "$build/.vmlinux.part.XXXXXX") || die "$build: cannot be written: is it full?"
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
find_newest
deb=$("$here/archive.sh" --build "$build" deb linux-bpf-dev "$version") || exit 1
dpkg-deb -x "$deb" "$tmp/root" || {
	rm -rf "${deb%/*}"
	die "$deb: cannot be unpacked, removed: check the space there and run again"
}
file=$(find "$tmp/root" -name vmlinux.h | head -n 1)
[ -s "$file" ] || die "linux-bpf-dev $version: no vmlinux.h in it: take a kernel's, see kernel.sh"
mkdir "$tmp/vmlinux"
mv "$file" "$tmp/vmlinux/"
echo "linux-bpf-dev $version" >"$tmp/vmlinux/origin"
rm -rf "$build/vmlinux"
mv -T "$tmp/vmlinux" "$build/vmlinux"
say "linux-bpf-dev $version: there now"
