#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# Kernels that lie, in VMs: the subtest that asks must find each lie.

bats_require_minimum_version 1.5.0

load machine

@test "tests find every lie of the kernel that has a name" {
	run "$top/tests/liar/lies.py" --cpus 4
	echo "$output"
	[ "$status" = 0 ]
	# Fails if a test no longer asks a question.
	[ "$(sed -n 's/^\([0-9]*\) lies told$/\1/p' <<<"$output")" -ge 302 ]
}

@test "tests find lies with unprivileged BPF on" {
	# libbpf gets further there before it is refused.
	expect 0 vmtest --file "$BUILD/plain/liar.so" --file "$top/tests/liar/interrogate.sh" -- sh -c '
		echo 0 >/proc/sys/kernel/unprivileged_bpf_disabled
		for name in obj_priv_map obj_priv_prog obj_priv_implicit_token \
			obj_priv_implicit_token_envvar; do
			echo "token/$name token/$name grant flip-from-token"
		done | ./interrogate.sh plain/test_progs ./liar.so'
	[ "$(grep -c '^token/[a-z_]* grant found$' <<<"$output")" = 4 ]
	[ "$(grep -cE '^token/[a-z_]* flip-from-token ([1-9][0-9]*)/\1$' <<<"$output")" = 4 ]
}
