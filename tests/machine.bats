#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# The tests themselves, in VMs. A lost or newly skipped subtest fails.

bats_require_minimum_version 1.5.0

load machine

# tests/matrix.json says which subtests pass and which skip, and why.
@test "make run_tests has the expected verdicts on the newest kernel, in four runs" {
	out="$BUILD/run_tests"
	rm -rf "$out"
	run --separate-stderr "$top/vm/run_tests.sh"
	echo "$output"
	[ "$status" = 0 ]
	grep -q '^TAP version 13$' <<<"$output"
	grep -q '^1..4$' <<<"$output"
	[ "$(grep -c '^ok [1-4] selftests: bpf: test_progs ' <<<"$output")" = 4 ]
	grep -q '^# Totals: pass:4 fail:0 xfail:0 xpass:0 skip:0 error:0$' <<<"$output"
	# A TAP parser accepts the output.
	echo "$output" >"$BATS_TEST_TMPDIR/tap"
	prove -e cat "$BATS_TEST_TMPDIR/tap"
	kernel=$("$top/vm/packages/kernel.sh" newest)
	"$top/tests/expected.py" "$(basename "$kernel" | grep -oE '^[0-9]+\.[0-9]+')" \
		"$out"/{plain,asan}-{serial,j4}.json
	# Text and JSON have the same verdicts.
	for run in {plain,asan}-{serial,j4}; do
		diff -u <("$top/tests/expected.py" --lines "$out/$run.json") \
			<(grep '^#' "$out/$run.log" | LC_ALL=C sort)
	done
	[ -s "$out/console.log" ]
}

@test "two make run_tests at once do not disturb each other" {
	for name in one other; do
		make -C "$top" BUILD="$BUILD" run_tests ONLY=plain ARGS='-a test_bpffs' \
			>"$BATS_TEST_TMPDIR/$name" 2>&1 3>&- &
	done
	wait
	cat "$BATS_TEST_TMPDIR/one" "$BATS_TEST_TMPDIR/other"
	for name in one other; do
		grep -q '^# Totals: pass:2 fail:0 ' "$BATS_TEST_TMPDIR/$name"
	done
	[ "$(cat "$BATS_TEST_TMPDIR/one" "$BATS_TEST_TMPDIR/other" | grep -c 'waiting for another run')" = 1 ]
	for result in "$BUILD"/run_tests/plain-{serial,j4}.json; do
		python3 -m json.tool "$result" >/dev/null
	done
}

@test "token under every value of kernel.unprivileged_bpf_disabled" {
	expect 0 vmtest -- sh -c '
		sysctl=/proc/sys/kernel/unprivileged_bpf_disabled
		for value in 2 0 1; do
			echo $value >$sysctl
			echo "value $(cat $sysctl)"
			for flavour in plain asan; do
				$flavour/test_progs -a token || exit
			done
		done'
	for value in 0 1 2; do
		grep -qx "value $value" <<<"$output"
	done
	[ "$(grep -c '^Summary: 1/[0-9]* PASSED, 0 SKIPPED, 0/0 FAILED$' <<<"$output")" = 6 ]
}

@test "file_reader 20 times of 20, alone and beside four busy processes of the same binary" {
	expect 0 vmtest -- sh -c '
		many()
		{
			passed=0
			for i in $(seq 20); do
				plain/test_progs -a "file_reader/on_open*" >log 2>&1 && grep -q "^Summary: 1/[0-9]* PASSED, 0 SKIP" log &&
					passed=$((passed + 1)) || cat log
			done
			echo "$1: $passed of 20"
		}
		many alone
		for i in 1 2 3 4; do
			while :; do plain/test_progs -l; done >/dev/null &
		done
		many busy'
	grep -qx 'alone: 20 of 20' <<<"$output"
	grep -qx 'busy: 20 of 20' <<<"$output"
}

@test "runs leave and change nothing, also when interrupted and in parallel" {
	expect 0 vmtest -- sh -c '
		state()
		{
			cat /proc/mounts
			ls -A /tmp /var/tmp /root /root/plain
			for name in perf_event_paranoid kptr_restrict unprivileged_bpf_disabled; do
				cat /proc/sys/kernel/$name
			done
			ps -o comm | grep -c test_progs
		}
		echo 3 >/proc/sys/kernel/perf_event_paranoid
		echo 2 >/proc/sys/kernel/kptr_restrict
		mkdir -p /tmp/test_bpffs_testdir/left/over
		state >/run/before
		plain/test_progs || exit
		state >/run/after; diff /run/before /run/after || exit
		for seconds in 0.5 1 1.5 2 2.5; do
			plain/test_progs >/dev/null & pid=$!
			sleep $seconds; kill -TERM $pid; wait $pid
		done
		state >/run/after; diff /run/before /run/after || exit
		for i in 1 2 3; do
			plain/test_progs -a test_bpffs,token >/run/a & a=$!
			plain/test_progs -a test_bpffs,token >/run/b & b=$!
			wait $a && wait $b || { cat /run/a /run/b; exit 1; }
		done
		state >/run/after; diff /run/before /run/after || exit
		echo undisturbed'
	grep -qx undisturbed <<<"$output"
}

@test "a missing feature skips, and the reason names the setting or the cure" {
	# shellcheck disable=SC2016 # for the shell in the machine
	expect 0 vmtest -- sh -c '
		cd plain
		echo "no user namespaces"
		limit=$(cat /proc/sys/user/max_user_namespaces)
		echo 0 >/proc/sys/user/max_user_namespaces
		./test_progs -a token || exit
		echo "$limit" >/proc/sys/user/max_user_namespaces
		echo "no JIT"
		echo 0 >/proc/sys/net/core/bpf_jit_enable
		./test_progs || exit
		echo 1 >/proc/sys/net/core/bpf_jit_enable
		echo "iterators"
		for options in PRELOAD=y "PRELOAD=y PRELOAD_UMD=m" "PRELOAD=y PRELOAD_UMD=y" \
			       "PRELOAD=y PRELOAD_UMD=y JIT=y JIT_DEFAULT_ON=y"; do
			printf "CONFIG_BPF_%s\n" $options >/boot/config-$(uname -r)
			./test_progs -a test_bpffs/preloaded_iterators
		done
		rm /boot/config-*
		echo "chroot"
		for dir in bin lib lib64 usr proc sys dev etc; do
			[ ! -e /$dir ] || { mkdir -p root/$dir && mount --bind /$dir root/$dir || exit; }
		done
		mkdir -p root/tmp root/var/tmp; cp test_progs root
		chroot root ./test_progs || exit
		echo "full disk"
		mkdir ram && mount -t tmpfs tmpfs ram && cp test_progs ram
		cat /dev/zero >zero 2>/dev/null
		ram/test_progs -a file_reader/on_open_expect_fault'
	[ "$(grep -c '^token/[a-z_]*:SKIP:no user namespace is left: raise user.max_user_namespaces$' <<<"$output")" = 16 ]
	grep -q '^file_reader/negative:SKIP:the BPF JIT is off: set net.core.bpf_jit_enable to 1$' <<<"$output"
	grep -q '^token/obj_priv_freplace_prog:SKIP:the BPF JIT is off: ' <<<"$output"
	for reason in 'no preloaded .* (CONFIG_BPF_PRELOAD_UMD)' 'the .* module is not loaded: run modprobe .*' \
		      'no preloaded .* a JIT at boot (CONFIG_BPF_JIT_DEFAULT_ON)'; do
		grep -q "^test_bpffs/preloaded_iterators:SKIP:$reason\$" <<<"$output"
	done
	[ "$(grep -c '^#.* test_bpffs/preloaded_iterators:FAIL$' <<<"$output")" = 2 ] # the summary of failures repeats it
	[ "$(grep -c '^test_bpffs/[a-z_]*:SKIP:the root directory is no mount point, .*: run mount --bind DIR DIR before chroot DIR$' <<<"$output")" = 5 ]
	[ "$(grep -c '^token/[a-z_]*:SKIP:user namespaces are refused (chroot, ' <<<"$output")" = 16 ]
	grep -q '^file_reader/.*:SKIP:no directory .* /var/tmp: No space left on device; set TMPDIR to a directory on a disk with free space$' <<<"$output"
}

@test "tests pass in a pid namespace, and with a token path in the environment" {
	expect 0 vmtest -- sh -c '
		unshare -p -f -m --mount-proc=/proc plain/test_progs || exit
		LIBBPF_BPF_TOKEN_PATH=/nonexistent plain/test_progs'
	[ "$(grep -c '^Summary: [1-9].* 0/0 FAILED$' <<<"$output")" = 2 ]
	[ "$(grep -c '^#3 .*token:OK$' <<<"$output")" = 2 ]
}

@test "pages that stay in the page cache make on_open_expect_fault fail" {
	expect 1 vmtest --file "$BUILD/plain/liar.so" -- \
		env LD_PRELOAD=/root/liar.so LIAR=keep plain/test_progs -a file_reader/on_open_expect_fault
	grep -q '^check_reads:FAIL:read whole file unexpected .*: actual 0 != expected -14$' <<<"$output"
}

@test "file_reader finds a directory whose pages can be dropped, or skips" {
	expect 0 vmtest -- sh -c '
		mkdir ram && mount -t tmpfs tmpfs ram && cp plain/test_progs ram
		TMPDIR=/root/ram ram/test_progs -a file_reader/on_open_expect_fault
		mount --bind ram /var/tmp
		TMPDIR=/dev/shm ram/test_progs -a file_reader/on_open_expect_fault'
	grep -q '^#1/1     file_reader/on_open_expect_fault:OK$' <<<"$output"
	grep -q '^file_reader/on_open_expect_fault:SKIP:no directory .* /dev/shm: is in memory; /root/ram: is in memory; /var/tmp: is in memory; set TMPDIR' <<<"$output"
}
