#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The rows of 'make repro', one a line, fields separated by tabs: what must come of it, what it is
# about, how it is done there, and the command of machine.sh for one run. What must come of it:
#   fails   at least once
#   passes  each time
#   either  is measured only
#   skips   says that it cannot be run there
set -eu

# row EXPECTED WHAT HOW COMMAND
row() { printf '%s\t%s\t%s\t%s\n' "$@"; }

# A child that calls exit() fails, whatever holds the memory; each of the two cures cures it.
for kind in pointer thread library; do
	for build in gcc-shared gcc-static clang-shared clang-static; do
		what="leaked child, $kind, $build"
		row fails "$what" 'exit()' "leaked_child $build/leaked_child $kind exit"
		row passes "$what" '_exit()' "leaked_child $build/leaked_child $kind _exit"
		row passes "$what" 'exit(), guarded' "leaked_child $build/guarded $kind exit"
	done
done

# Alone on a disk MADV_PAGEOUT does drop the pages, but nobody promises it. On tmpfs it cannot. The
# file that an overlay maps is the one below it, which behaves like any file there; the opened file is
# the overlay's own, which never has pages: the shipped test skips.
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
