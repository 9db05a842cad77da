#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A bpftool that takes BPF programs of both byte orders: the system's, or one from a newer Debian
# suite, unpacked into the build directory with its libraries.
set -eu

LC_ALL=C; export LC_ALL
lib=$(cd "$(dirname "$0")/../../lib" && pwd)
# shellcheck source=lib/say.sh
. "$lib/say.sh"
PATH=$PATH:/usr/sbin:/sbin # bpftool, for an ordinary user
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=vm/packages/fetch.sh
. "$here/fetch.sh"
WANTED=7.6 # with libbpf 1.6
# The newest kernel's packages include the newest bpftool. Its libraries come from the release.
RELEASE=trixie
LIBRARIES='libc6 libcap2 libelf1t64 libssl3t64 zlib1g libzstd1'

usage()
{
	cat <<EOT
usage: bpftool.sh [BUILD]
Makes BUILD/bpftool/bpftool (default of BUILD: \$BUILD, else build/ in the checkout), a bpftool of at
least version $WANTED. It links the system's, or downloads one. An existing file is kept.
EOT
}

will_do()
{
	version=$("$1" version 2>/dev/null | sed -n '1s/.* v\([0-9.]*\).*/\1/p')
	dpkg --compare-versions "${version:-0}" ge "$WANTED"
}

# unpack PACKAGE SUITE…: the newest version among these suites.
unpack()
{
	package=$1
	shift
	version=$("$here/archive.sh" --build "$build" list "$package" |
		awk -v suites=" $* " 'index(suites, " " $3 " ") { version = $2 } END { print version }')
	[ -n "$version" ] || die "$package: not in $*: is the mirror complete?"
	deb=$("$here/archive.sh" --build "$build" deb "$package" "$version") || exit 1
	unpack_package "$deb" "$tmp/bpftool/root"
}

# Start it with the loader of its own libc.
write_wrapper()
{
	loader=$(cd "$tmp/bpftool/root" && find usr/lib -name 'ld-linux*' -type f | head -n 1)
	[ -n "$loader" ] || die "libc6: holds no program loader: report it"
	cat >"$tmp/bpftool/bpftool" <<-EOT
	#!/bin/sh
	root=\$(dirname "\$0")/root
	exec "\$root/$loader" --library-path "\$root/${loader%/*}" "\$root/usr/sbin/bpftool" "\$@"
	EOT
	chmod 755 "$tmp/bpftool/bpftool"
	will_do "$tmp/bpftool/bpftool" ||
		die "bpftool: does not start here: $("$tmp/bpftool/bpftool" version 2>&1 | tail -n 1)"
}

take_options "$@"
enter_build "${1:-${BUILD:-$here/../../build}}" '' bpftool
if will_do "$build/bpftool/bpftool"; then
	say "$version: already there"
	exit 0
fi
make_part bpftool
mkdir -p "$tmp/bpftool/root"
if will_do bpftool; then
	ln -s "$(command -v bpftool)" "$tmp/bpftool/bpftool"
else
	unpack bpftool "$RELEASE" "$RELEASE-backports"
	for package in $LIBRARIES; do
		unpack "$package" "$RELEASE"
	done
	write_wrapper
fi
keep_part bpftool
say "$version: there now"
