#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The newest kernel's types: vmlinux.h from Debian's linux-bpf-dev.
set -eu

LC_ALL=C; export LC_ALL
lib=$(cd "$(dirname "$0")/../../lib" && pwd)
# shellcheck source=lib/say.sh
. "$lib/say.sh"
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=vm/packages/fetch.sh
. "$here/fetch.sh"

usage()
{
	cat <<'EOT'
usage: vmlinux-h.sh [BUILD]
Fetches vmlinux.h of the newest released Debian kernel into BUILD/vmlinux (default of BUILD: $BUILD, else
build/ in the checkout). "origin" there names the kernel. An existing file is kept. Remove BUILD/vmlinux to
fetch a newer one.
EOT
}

# Use a release candidate only if there is no release.
find_newest()
{
	"$here/archive.sh" --build "$build" list linux-bpf-dev >"$tmp/list" || exit 1
	awk '{ any = $2 } $2 !~ /~rc/ { released = $2 } END { print released ? released : any }' \
		"$tmp/list" >"$tmp/newest"
	read -r version <"$tmp/newest" || :
	[ -n "$version" ] || die "linux-bpf-dev: in none of the suites: is the mirror complete?"
}

take_options "$@"
enter_build "${1:-${BUILD:-$here/../../build}}" '' vmlinux
if [ -f "$build/vmlinux/origin" ]; then
	say "$(cat "$build/vmlinux/origin"): already there"
	exit 0
fi
need_apt vmlinux.h "set VMLINUX_BTF=/sys/kernel/btf/vmlinux (of Linux 6.19 or newer), or VMLINUX_H= to such a file"
make_part vmlinux
find_newest
deb=$("$here/archive.sh" --build "$build" deb linux-bpf-dev "$version") || exit 1
unpack_package "$deb" "$tmp/root"
file=$(find "$tmp/root" -name vmlinux.h | head -n 1)
[ -s "$file" ] || die "linux-bpf-dev $version: no vmlinux.h in it: take a kernel's, see kernel.sh"
mkdir "$tmp/vmlinux"
mv "$file" "$tmp/vmlinux/"
echo "linux-bpf-dev $version" >"$tmp/vmlinux/origin"
keep_part vmlinux
say "linux-bpf-dev $version: there now"
