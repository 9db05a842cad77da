#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Runs in the machine of check-series: check_run.sh BINARY:HOW:RUNS... For each of these it prints
# "result BINARY TEST HOW RUNS FAILURES", a line for each test, and before that the first failure.
set -u

tests='token file_reader'

# run HOW: run the binary once. Its JSON is in json, its output in log.
run()
{
	rm -f json
	case $1 in
	alone) set -- -t "$list,check_leak" ;;
	-j4) set -- -j4 -t "$list,check_leak" ;;
	beside-others|reads-succeed) set -- -t file_reader ;;
	worker-dies) set -- -j2 -t check_crash ;;
	child-fails) set -- -t check_child ;;
	esac
	"./$binary" "$@" -J json >log 2>&1
}

# failed TEST: succeeds unless the JSON says that the test passed. The exit status is no evidence:
# with a leak, LeakSanitizer may change it.
failed()
{
	[ -s json ] || return 0
	grep -q '"skipped": *0[,}]' json || return 0
	grep -q "\"name\": *\"$1\", *\"number\"" json
}

# repeat HOW TEST...
repeat()
{
	how=$1
	shift
	for name; do eval "failures_$name=0"; done
	run=0
	while [ $run -lt "$runs" ]; do
		run "$how"
		for name; do
			failed "$name" || continue
			eval "[ \$failures_$name -gt 0 ]" || grep -m 5 -E 'FAIL|ERROR:' log
			eval "failures_$name=\$((failures_$name + 1))"
		done
		run=$((run + 1))
	done
	for name; do
		eval "echo \"result $binary $name $how $runs \$failures_$name\""
	done
}

echo "kernel $(uname -r)"
# The settings of BPF CI.
echo 0 >/proc/sys/kernel/unprivileged_bpf_disabled
mkdir -p bpffs
mount -t bpf none bpffs
if [ -e bpffs/maps.debug ]; then
	tests="token test_bpffs file_reader"
else
	echo "no BPF_PRELOAD: test_bpffs cannot pass on this kernel"
fi
umount bpffs
for row; do
	binary=${row%%:*} how=${row#*:}
	runs=${how#*:} how=${how%:*}
	# Reports of LeakSanitizer are only counted.
	export ASAN_OPTIONS=symbolize=0
	case $binary in *_strict) all=file_reader ;; *) all=$tests ;; esac
	list=$(echo "$all" | tr ' ' ,)
	case $how in
	beside-others)
		while :; do "./$binary" -l; done >/dev/null 2>&1 &
		neighbour=$!
		repeat "$how" file_reader
		kill $neighbour
		wait $neighbour 2>/dev/null ;;
	reads-succeed)
		export LD_PRELOAD=./resident.so
		repeat "$how" file_reader
		unset LD_PRELOAD ;;
	worker-dies) repeat "$how" check_crash ;;
	child-fails) repeat "$how" check_child ;;
	*)
		# shellcheck disable=SC2086 # a list of tests
		repeat "$how" $all ;;
	esac
done
