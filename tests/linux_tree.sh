#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# linux_tree.sh VERSION: unpack the parts of Linux VERSION that series and overlay need into $BUILD,
# and print the directory. Tests that change the tree copy it first.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
BUILD=${BUILD:-$top/build}
export BUILD
"$top/vm/packages/linux-source.sh" "$1" "$BUILD/linux-selftests-$1" COPYING CREDITS Kbuild Kconfig \
	MAINTAINERS Makefile README Documentation/Makefile arch/Kconfig drivers/Makefile fs/Makefile \
	include/uapi init ipc/Makefile kernel/bpf lib/Makefile scripts tools/arch tools/bpf/bpftool \
	tools/include tools/lib tools/testing/selftests/bpf
printf '%s\n' "$BUILD/linux-selftests-$1"
