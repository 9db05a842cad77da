#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# exitcheck and the patch series on Linux itself: Debian's source packages of three versions. The
# newest, patched, is then built, with and without AddressSanitizer, and run in a virtual machine.
# Not part of make check: it downloads 450 MB and unpacks 5 GB.
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

# What the report that started this found by hand, and where it is a child's.
SEED='bpf_iter cgroup_hierarchical_stats cgrp_kfunc send_signal task_under_cgroup
task_local_storage test_task_work timer uprobe_multi_test token test_bpffs'

# A seed's file has to be in the report, unless the tree has no such test or it has no exit().
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
	"$top/series/series.sh" --output "$version.series" "$tree" >said ||
		die "$version: $(cat said)"
	sed "s/^/  /" said | grep -v '@'
	# Links: patch replaces what it changes.
	cp -al "$tree/." "$version"
	for patch in "$version".series/*-000[1-9]-*; do
		patch -s -p1 -d "$version" <"$patch"
	done
	"$top/series/series.sh" --output none "$version" | grep -qx 'series: the tree has all of it: nothing to do' ||
		die "$version: the patched tree still has something to patch"
	[ ! -e none ] || die "$version: a second series"
}

# build VERSION FLAVOUR: the tree's own test_progs, cut down to what is patched, in VERSION-FLAVOUR.
# test_bpffs wants CONFIG_BPF_PRELOAD of the kernel, which Debian's do not have.
build()
{
	local tree=$1-$2 file name
	"$top/series/selftests.sh" copy "$1" "$tree"
	for file in "$tree/$selftests"/prog_tests/*.c; do
		name=$(basename "$file" .c)
		case $name in token|file_reader) ;; *) rm "$file" ;; esac
	done
	# Programs whose skeletons those two include.
	for file in "$tree/$selftests"/progs/*.c; do
		name=$(basename "$file" .c)
		grep -q "\"$name\.skel\.h\"" "$tree/$selftests"/prog_tests/{token,file_reader}.c || rm "$file"
	done
	say "building test_progs of $1, $2"
	"$top/series/selftests.sh" build "$tree" "$2" \
		>"$tree.log" 2>&1 || { tail -n 20 "$tree.log" >&2; die "$1, $2: does not build"; }
}

# run VERSION FLAVOUR: $RUNS times, serially and with -j4.
run()
{
	local runs=${RUNS:-50}
	say "running it $runs times, serially and with -j4"
	# Unprivileged BPF on, as kernel CI has it.
	# shellcheck disable=SC2016 # for the shell in the machine
	"$top/vmtest.sh" --kernel "$kernel/bzImage" --cpus 4 --memory 2048 --timeout 3000 --free 1024 \
		--file "$1-$2/$selftests/test_progs:/root/" -- sh -c '
		echo 0 >/proc/sys/kernel/unprivileged_bpf_disabled
		for jobs in "" -j4; do
			passed=0
			for i in $(seq '"$runs"'); do
				# What was read or written lately is the hardest to evict.
				cat test_progs >/dev/null
				./test_progs $jobs -t token,file_reader >log 2>&1 &&
					grep -q "^Summary: 2/.* PASSED, 0 SKIPPED, 0/0 FAILED" log &&
					passed=$((passed + 1)) || cat log
			done
			echo "passed${jobs:- serially}: $passed of '"$runs"'"
		done' >ran || die "$1, $2: $(cat ran)"
	sed 's/^/  /' ran | tail -n 2
	[ "$(grep -c "^passed.*: $runs of $runs\$" ran)" = 2 ] || die "$1, $2: $(cat ran)"
}

build_and_run()
{
	local flavour kernel
	kernel=$("$top/vm/packages/kernel.sh" newest | tail -n 1)
	for flavour in plain asan; do
		build "$1" $flavour
		run "$1" $flavour
	done
}

mkdir -p "$sources"
scratch=$(mktemp -d "$sources/scratch.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
for version in ${VERSIONS:-6.12 7.2 7.3}; do
	"$top/vm/packages/linux-source.sh" "$version" "$sources/$version"
	check_version "$version"
done
build_and_run "$version"
say "passed"
