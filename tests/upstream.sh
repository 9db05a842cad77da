#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs exitcheck and makes the patch series on Linux itself: Debian's source packages of three
# versions. Not part of make check, as it downloads 450 MB and unpacks 5 GB.
set -eu
lib=$(cd "$(dirname "$0")/../lib" && pwd)
# shellcheck source=lib/say.sh
. "$lib/say.sh"
export LC_ALL=C

top=$(cd "$(dirname "$0")/.." && pwd)
BUILD=$(cd "${BUILD:-$top/build}" && pwd)
export BUILD EXITCHECK="$BUILD/exitcheck/exitcheck"
sources=${SOURCES:-/var/tmp/linux-source}
selftests=tools/testing/selftests/bpf

# Places in children that the first report named; found by hand.
SEED='bpf_iter cgroup_hierarchical_stats cgrp_kfunc send_signal task_under_cgroup
task_local_storage test_task_work timer uprobe_multi_test token test_bpffs'

# The report must name the file, unless the tree lacks the test or the test has no exit().
check_seed()
{
	local name file
	for name in $SEED; do
		file=prog_tests/$name.c
		grep -qs '\<exit(' "$tree/$selftests/$file" || continue
		grep -q "^\./$file:[0-9:]*: .*\[child\]\$" report || die "$1: $file: not found"
	done
}

check_version()
{
	local version=$1 tree=$sources/$1 status=0 began=$SECONDS
	(cd "$tree/$selftests" && "$EXITCHECK" .) >report 2>said || status=$?
	say "$version: $((SECONDS - began)) s: $(tail -n 1 said)"
	[ $status = 1 ] || die "$version: exitcheck: status $status"
	check_seed "$version"
	"$top/series/series.py" --output "$version.series" "$tree" >said ||
		die "$version: $(cat said)"
	sed "s/^/  /" said | grep -v '@'
	# Hard links are enough, as patch replaces the files that it changes.
	cp -al "$tree/." "$version"
	find "$version.series" -name '*.patch' ! -name '*-0000-*' | sort | xargs cat |
		patch -s -p1 -d "$version"
	"$top/series/series.py" --output none "$version" >said || die "$version: $(cat said)"
	grep -qx 'series: the tree has all of it: nothing to do' said ||
		die "$version: the patched tree still has something to patch"
	[ ! -e none ] || die "$version: a second series"
}

mkdir -p "$sources"
scratch=$(mktemp -d "$sources/scratch.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
for version in ${VERSIONS:-6.12 7.2 7.3}; do
	"$top/vm/packages/linux-source.sh" "$version" "$sources/$version"
	check_version "$version"
done
say "passed"
