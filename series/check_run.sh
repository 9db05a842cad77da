#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Runs in the machine of check-series: check_run.sh RUNS BINARY... Prints "result BINARY TEST HOW
# RUNS FAILURES" for each test of each BINARY, run serially, under -j4, and beside processes that
# map and execute the same binary; for tests that have to fail, too.
set -u

runs=$1
shift

# passes BINARY TEST [ARGUMENT]...: the JSON says so. What is printed may be lost, and the status
# another one, where LeakSanitizer ends test_progs itself for the leak.
passes()
{
	binary=$1 name=$2
	shift 2
	rm -f json
	"./$binary" "$@" -J json -t "$name,check_leak" >log 2>&1
	if grep -q '"failed": *0[,}]' json && grep -q '"skipped": *0[,}]' json; then
		return 0
	fi
	grep -m 5 -E 'FAIL|ERROR:' log
	return 1
}

# repeat BINARY TEST HOW [ARGUMENT]...
repeat()
{
	binary=$1 name=$2 how=$3 failures=0 run=0
	shift 3
	while [ $run -lt "$runs" ]; do
		passes "$binary" "$name" "$@" || failures=$((failures + 1))
		run=$((run + 1))
	done
	echo "result $binary $name $how $runs $failures"
}

# The settings of BPF CI.
echo 0 >/proc/sys/kernel/unprivileged_bpf_disabled
mkdir -p bpffs
mount -t bpf none bpffs
[ -e bpffs/maps.debug ] && preload=yes || preload=''
umount bpffs
[ "$preload" ] || echo "no BPF_PRELOAD: test_bpffs cannot pass on this kernel"
for binary; do
	case $binary in
	*_strict) tests=file_reader ;;
	*) tests="token ${preload:+test_bpffs} file_reader" ;;
	esac
	for name in $tests; do
		repeat "$binary" "$name" serially
		repeat "$binary" "$name" -j4 -j4
	done
	case $binary in
	*_strict) ;;
	*)
		repeat "$binary" check_crash worker-dies -j2
		repeat "$binary" check_child child-fails ;;
	esac
	while :; do "./$binary" -l; done >/dev/null 2>&1 &
	neighbour=$!
	repeat "$binary" file_reader beside-others
	kill $neighbour
	wait $neighbour 2>/dev/null
	case $binary in
	*_strict|*asan*) ;;
	*)
		export LD_PRELOAD=./resident.so
		repeat "$binary" file_reader reads-succeed
		unset LD_PRELOAD ;;
	esac
done
