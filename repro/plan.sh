#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The rows of 'make repro', one a line. The fields are separated by tabs: expected result, subject,
# method, and the command of machine.sh for one run. Expected results:
#   fails   at least once
#   passes  each time
#   either  any result
#   skips   the row cannot run there
set -eu

# row EXPECTED WHAT HOW COMMAND
row() { printf '%s\t%s\t%s\t%s\n' "$@"; }

# A child that calls exit() fails, whatever holds the memory. Both fixes work.
for kind in pointer thread library; do
	for build in gcc-shared gcc-static clang-shared clang-static; do
		what="leaked child, $kind, $build"
		row fails "$what" 'exit()' "leaked_child $build/leaked_child $kind exit"
		row passes "$what" '_exit()' "leaked_child $build/leaked_child $kind _exit"
		row passes "$what" 'exit(), guarded' "leaked_child $build/guarded $kind exit"
	done
done

# On a disk without other processes MADV_PAGEOUT drops the pages, but does not guarantee it. On
# tmpfs it cannot. On overlayfs a mapping maps the file of the lower layer, which behaves like any
# file there. The opened file is the overlay's own and never has pages, so our test skips.
for fs in ext4 tmpfs overlayfs; do
	for count in 0 1 3 7; do
		case $fs:$count in
		ext4:0|overlayfs:0) expected=either ;;
		*) expected=fails ;;
		esac
		what="evicted pages, $fs, beside $count"
		row $expected "$what" MADV_PAGEOUT "evict $fs $count touch"
		if [ $fs:$count = ext4:0 ]; then
			row fails "$what" 'MADV_PAGEOUT after read()' "evict $fs 0 read"
		fi
		case $fs in
		overlayfs) expected=skips ;;
		*) expected=passes ;;
		esac
		row $expected "$what" 'private file' "private_file $fs $count"
	done
done
