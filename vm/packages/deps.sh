#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Installs what building and running needs: packages of the machine's own Debian. Then fetches
# libbpf, vmlinux.h and qemu of a newer one into the build directory.
set -eu

LC_ALL=C; export LC_ALL
lib=$(cd "$(dirname "$0")/../../lib" && pwd)
# shellcheck source=lib/say.sh
. "$lib/say.sh"
# shellcheck source=vm/arch.sh
. "$lib/../vm/arch.sh"
PATH=$PATH:/usr/sbin:/sbin # bpftool and mke2fs, for an ordinary user
here=$(cd "$(dirname "$0")" && pwd)

# Packages for another processor than this machine's, which $ARCH names.
cross_packages()
{
	! arch_is_own || return 0
	cat <<-EOT
	gcc-$arch_triplet  $arch_triplet-gcc  the tests for $arch_kernel, and libbpf
	libc6-dev-$arch_debian-cross  /usr/$arch_triplet/include/stdio.h  the tests for $arch_kernel, and libbpf
	EOT
}

# Package; how to find it without dpkg (a command, a file, or KIND:NAME); purpose.
arch_choose || die "$arch_why"
NEEDED="
gcc                gcc              the tests, and libbpf
libc6-dev          header:stdio.h   the tests, and libbpf
make               make             the tests, and libbpf
pkgconf            pkg-config       finds libraries
clang              clang            the BPF programs, and the tests if wanted
libclang-rt-dev    clang:asan       AddressSanitizer for tests built by clang
llvm               llvm-strip       strips BPF objects; names in the reports of sanitizers
libelf-dev         pkg:libelf       libbpf reads and writes ELF
zlib1g-dev         pkg:zlib         libbpf reads and writes ELF
libdw-dev          pkg:libdw        stack traces with functions and lines
libjson-c-dev      pkg:json-c       exitcheck
libclang-19-dev    header:clang-c/Index.h  exitcheck parses C
bpftool            bpftool          skeletons, and the types of a kernel
$arch_package    qemu-system-$arch_qemu  the virtual machine
busybox-static     busybox          its user land
e2fsprogs          mke2fs           its disk
zstd               zstd             unpacks kernels
xz-utils           xz               unpacks kernels
patch              patch            applies what Debian has changed in libbpf
perl               prove            make check
bats               bats             make check
libcmocka-dev      pkg:cmocka       make check
python3            python3          make check
python3-yaml       python:yaml      make check
git-email          /usr/lib/git-core/git-send-email  make check
patatt             patatt           make check
procps             pgrep            make check
groff-base         groff            make check
shellcheck         shellcheck       make check
clang-format-19    clang-format-19  make check
cppcheck           cppcheck         make check
$(cross_packages)
"

usage()
{
	cat <<'EOT'
usage: deps.sh [--list] [BUILD]
Installs missing packages with apt-get. Then fetches libbpf and vmlinux.h into BUILD, and qemu if the
system's is too old (default of BUILD: $BUILD, else build/ in the checkout). Only the installation needs
root. On a system without Debian's apt it lists what is missing and stops.
  --list  list the packages and their purposes
With $ARCH (x86, arm64, s390) it also installs the cross compiler and the emulator of that processor.
$OS_RELEASE names the file that identifies the system (default: /etc/os-release).
EOT
}

packages() { printf '%s' "$NEEDED" | awk 'NF { print $1 }'; }

is_debian()
{
	command -v apt-get >/dev/null && command -v dpkg-query >/dev/null || return 1
	# Ubuntu is like Debian, but its mirrors do not have Debian's packages.
	# shellcheck disable=SC1090 # the machine's
	(. "${OS_RELEASE:-/etc/os-release}"
		case " ${ID-} ${ID_LIKE-} " in *' ubuntu '*) exit 1 ;; *' debian '*) ;; *) exit 1 ;; esac)
}

missing_packages()
{
	# Another package may provide the name.
	dpkg-query -W -f '${db:Status-Status} ${Package}, ${Provides}\n' 2>/dev/null |
		sed -n 's/^installed //p' | tr ',' '\n' | awk '{ print $1 }' | sort -u >"$tmp/installed"
	packages | sort -u | comm -23 - "$tmp/installed"
}

# there PROBE: succeeds if the thing that PROBE names is installed.
there()
{
	case $1 in
	pkg:libbpf) pkg-config --atleast-version=1.6 libbpf 2>/dev/null ;;
	pkg:*) pkg-config --exists "${1#pkg:}" 2>/dev/null ;;
	# Distributions keep several versions of it outside of the compiler's search path.
	header:clang-c/*)
		for include in /usr/include "${LIBCLANG:-/usr}/include" /usr/lib/llvm*/include /usr/lib*/llvm*/include; do
			[ ! -e "$include/${1#header:}" ] || return 0
		done
		return 1 ;;
	header:*) echo "#include <${1#header:}>" | gcc -E -x c - >/dev/null 2>&1 ;;
	python:*) python3 -c "import ${1#python:}" 2>/dev/null ;;
	clang:asan) echo 'int main(void) { return 0; }' |
		clang -fsanitize=address -x c -o "$tmp/asan" - >/dev/null 2>&1 ;;
	/*) [ -e "$1" ] ;;
	*) command -v "$1" >/dev/null ;;
	esac
}

# Set $column of the file names, $distribution and $install for this system. The default is Debian's
# names.
find_distribution()
{
	# shellcheck disable=SC1090 # the machine's
	like=$(. "${OS_RELEASE:-/etc/os-release}" && echo " ${ID-} ${ID_LIKE-} ")
	case $like in
	*' fedora '*|*' rhel '*) column=2 distribution=Fedora install='dnf install' ;;
	*' arch '*) column=3 distribution=Arch install='pacman -S' ;;
	*suse*) column=4 distribution=openSUSE install='zypper install' ;;
	*' ubuntu '*) column=5 distribution=Ubuntu install='apt install' ;;
	*) column='' distribution=Debian install='' ;;
	esac
}

# list_missing_things: print each missing thing, its purpose, and its package's name here.
list_missing_things()
{
	{
		printf '%s' "$NEEDED"
		echo 'libbpf-dev pkg:libbpf loads programs: version 1.6 or newer'
	} | while read -r package probe why; do
		if [ -n "$package" ] && ! there "$probe"; then
			[ -z "$column" ] || package=$(awk -v probe="$probe" -v column="$column" \
				'$1 == probe { print $column }' "$here/names")
			printf '%s|%s|%s\n' "$probe" "$why" "${package:-?}"
		fi
	done
}

# With these installed, the user can provide the rest.
other_distribution()
{
	find_distribution
	list_missing_things >"$tmp/missing"
	awk -F '|' -v name="$distribution" '{ printf "  %-24s %s (%s: %s)\n", $1, $2, name, $3 }' "$tmp/missing"
	if [ -s "$tmp/missing" ] && [ "$install" ]; then
		printf '  sudo %s %s\n' "$install" "$(cut -d'|' -f3 "$tmp/missing" | grep -v '^?$' | sort -u | paste -sd' ')"
	fi
	cat <<-'EOT'
	Give make what it fetches on Debian:
	  libbpf 1.6 or newer  by pkg-config: PKG_CONFIG_PATH=
	  types of a kernel    VMLINUX_BTF=/sys/kernel/btf/vmlinux (Linux 6.19 or newer), or VMLINUX_H=FILE;
	                       make remembers it
	  a kernel to boot     KERNEL=arch/x86/boot/bzImage
	  libclang 17 or newer LIBCLANG=/usr/lib/llvm-19, for exitcheck only
	EOT
	[ ! -s "$tmp/missing" ] || die "this is not Debian: what is listed above is missing: install it and run again"
	say "nothing to install"
}

install_packages()
{
	say "missing:" "$@"
	[ "$(id -u)" = 0 ] || die "$# packages are missing: run as root: sudo make deps$(arch_is_own || echo " ARCH=$arch_kernel")"
	say "installing them with apt-get"
	export DEBIAN_FRONTEND=noninteractive
	# A broken third-party source must not stop the installation.
	apt-get -q update </dev/null || say "apt-get update failed: trying with the old package lists"
	apt-get -q -y --no-install-recommends install "$@" </dev/null ||
		die "apt-get install failed: see above; is there a network?"
}

# Give root's files to the checkout's owner, so that everything else works without root.
give_back()
{
	[ "$(id -u)" = 0 ] && [ "$(stat -c %u "$here")" != 0 ] || return 0
	chown -Rh --reference="$here" "$build"
}

case ${1-} in
--help|-h) usage; exit 0 ;;
--list) printf '%s' "$NEEDED" | awk 'NF { printf "%-18s", $1; $1 = $2 = ""; print $0 }'; exit 0 ;;
-*) die "$1: unknown option: see --help" ;;
esac
build=${1:-${BUILD:-$here/../../build}}
tmp=$(mktemp -d) || die "${TMPDIR:-/tmp}: cannot be written: is it full?"
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
if ! is_debian; then
	other_distribution
	exit 0
fi
missing=$(missing_packages)
if [ -n "$missing" ]; then
	# shellcheck disable=SC2086 # names without spaces
	install_packages $missing
else
	say "packages: nothing to install"
fi
mkdir -p "$build" 2>/dev/null || die "$build: cannot be made: choose another"
status=0
"$here/libbpf.sh" "$build" && "$here/vmlinux-h.sh" "$build" &&
	"$here/qemu.sh" "$build" >/dev/null || status=1
give_back
exit $status
