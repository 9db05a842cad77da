#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# qemu for distributions whose own is too old: the version in the same distribution's backports,
# unpacked into the build directory. It needs no other libraries than the installed one.
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
WANTED=10 # older versions sometimes kill emulated x86 kernels: see choose_accel() in vm/accel.sh

usage()
{
	cat <<EOT
usage: qemu.sh [BUILD]
Prints the path of a qemu-system of at least version $WANTED, for \$ARCH or for this machine's processor.
It is the system's, or one from the distribution's backports, unpacked into BUILD/qemu or
BUILD/\$ARCH/qemu (default of BUILD: \$BUILD, else build/ in the checkout). Fails if there is none.
EOT
}

# Succeeds if the qemu-system at $1 exists and is new enough.
will_do()
{
	major=$("$1" --version 2>/dev/null | sed -n '1s/.* version \([0-9]*\)\..*/\1/p')
	[ "${major:-0}" -ge "$WANTED" ]
}

find_version()
{
	# shellcheck disable=SC1091 # the machine's
	suite=$(. /etc/os-release && echo "${VERSION_CODENAME-}")-backports
	version=$("$here/archive.sh" --build "$build" list "$arch_package" |
		awk -v suite="$suite" '$3 == suite { version = $2 } END { print version }')
	[ -n "$version" ] || die "$arch_package: none in $suite: install qemu $WANTED or newer"
}

# unpack PACKAGE VERSION: unpack it into $tmp/qemu/root.
unpack()
{
	deb=$("$here/archive.sh" --build "$build" deb "$1" "$2") || exit 1
	unpack_package "$deb" "$tmp/qemu/root"
}

# The firmware is a separate package with its own version.
unpack_firmware()
{
	[ -n "$arch_firmware" ] || return 0
	firmware=$("$here/archive.sh" --build "$build" list "$arch_firmware" |
		awk -v suite="$suite" '$3 == suite { version = $2 } END { print version }')
	if [ -n "$firmware" ]; then
		unpack "$arch_firmware" "$firmware"
	else
		mkdir -p "$tmp/qemu/root/usr/share"
		cp -R "/usr/share/$arch_firmware" "$tmp/qemu/root/usr/share/"
	fi
}

write_wrapper()
{
	firmware=''
	# shellcheck disable=SC2016 # expanded by that script
	[ -z "$arch_firmware" ] || firmware='-L "$root/usr/share/'$arch_firmware'"'
	cat >"$tmp/qemu/$program" <<-EOT
	#!/bin/sh
	root=\$(dirname "\$0")/root
	exec "\$root/usr/bin/$program" -L "\$root/usr/share/qemu" \\
		$firmware "\$@"
	EOT
	chmod 755 "$tmp/qemu/$program"
	will_do "$tmp/qemu/$program" ||
		die "qemu $version: does not start here: $("$tmp/qemu/$program" --version 2>&1 | tail -n 1)"
}

take_options "$@"
arch_choose || die "$arch_why"
program=qemu-system-$arch_qemu
if will_do "$program"; then
	command -v "$program"
	exit 0
fi
enter_build "${1:-${BUILD:-$here/../../build}}" "$arch_directory" qemu
qemu=$into/qemu/$program
if will_do "$qemu"; then
	echo "$qemu"
	exit 0
fi
need_apt "qemu $WANTED or newer" "install it ($(names_of "$program"))"
make_part qemu
find_version
mkdir -p "$tmp/qemu/root"
for package in "$arch_package" qemu-system-common qemu-system-data; do
	unpack "$package" "$version"
done
unpack_firmware
write_wrapper
keep_part qemu
say "qemu $version of $suite: there now"
echo "$qemu"
