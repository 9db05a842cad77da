#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Builds a kernel tree's own BPF selftests in a minute or two, without the parts that need LLVM's
# libraries, kernel modules and documentation.
set -eu
LC_ALL=C; export LC_ALL
lib=$(cd "$(dirname "$0")/../lib" && pwd)
# shellcheck source=lib/say.sh
. "$lib/say.sh"

here=$(cd "$(dirname "$0")" && pwd)
selftests=tools/testing/selftests/bpf

usage()
{
	cat <<'EOF'
usage: selftests.sh copy TREE DIR            copy the sources of TREE's BPF selftests to DIR, a new one
       selftests.sh build DIR FLAVOUR [ARG…] build test_progs in such a copy; ARGs go to make
FLAVOUR is plain or asan. To build fewer tests, first remove tests from prog_tests/ and programs from
progs/ of the copy. Types (vmlinux.h) are those of the newest Debian kernel.
Exit status: 0, or 1 with the reason on standard error, or make's own.
EOF
}

# Sets llvm to the suffix of the newest complete LLVM. Debian installs several versions.
find_llvm()
{
	for llvm in -22 -19 ''; do
		missing=''
		for name in clang llvm-config llvm-strip llvm-objcopy; do
			command -v "$name$llvm" >/dev/null || missing=yes
		done
		[ "$missing" ] || return 0
	done
	die "clang, llvm-config: not found in one version: install clang-19 and llvm-19"
}

copy()
{
	[ -e "$1/$selftests" ] || die "$1: no kernel tree: there is no $selftests"
	[ ! -e "$2" ] || [ -z "$(ls -A "$2")" ] || die "$2: is there: give a new directory"
	mkdir -p "$2/kernel"
	cp -a "$1/tools" "$1/scripts" "$1/include" "$1/Makefile" "$2"
	cp -a "$1/kernel/bpf" "$2/kernel"
}

build()
{
	dir=$1 sanitizer=''
	case $2 in
	plain) ;;
	asan) sanitizer='-fsanitize=address -fno-omit-frame-pointer' ;;
	*) die "$2: not plain or asan" ;;
	esac
	shift 2
	for name in rsync openssl; do
		command -v $name >/dev/null || die "$name: not found: install rsync libcap-dev libssl-dev"
	done
	find_llvm
	kernel=$("$here/../vm/packages/kernel.sh" newest)
	# Called from another make, that Makefile takes / for its output directory. bpftool is built
	# with the sanitizer too, and leaks.
	env -u MAKELEVEL -u MAKEFLAGS -u MFLAGS ASAN_OPTIONS=detect_leaks=0 \
		make -s -C "$dir/$selftests" -j"$(nproc)" test_progs \
		CLANG="clang$llvm" LLVM_CONFIG="llvm-config$llvm" LLVM_STRIP="llvm-strip$llvm" \
		LLVM_OBJCOPY="llvm-objcopy$llvm" \
		VMLINUX_BTF="$kernel/vmlinux" SKIP_DOCS=1 SKIP_LLVM=1 SKIP_LIBBFD=1 SKIP_CRYPTO=1 \
		BPF_GCC= SAN_CFLAGS="$sanitizer" SAN_LDFLAGS="$sanitizer" TEST_KMODS= \
		TRUNNER_EXTRA_FILES= LIBARENA_SKEL= LIBARENA_ASAN_SKEL= LINKED_SKELS= LSKELS= \
		LSKELS_SIGNED= LSKELS_EXTRA= "$@"
}

case "${1-} $#" in
'copy 3') copy "$2" "$3" ;;
'build '[3-9]*) shift; build "$@" ;;
--help*|-h*) usage ;;
*) usage >&2; exit "$STATUS_FAILED" ;;
esac
