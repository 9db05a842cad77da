#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs in the virtual machine: has the kernel lie to each named subtest about each of its questions in
# turn (see liar.c), and prints those lies that it believed.
set -eu

usage='usage: interrogate.sh TEST_PROGS LIAR.SO TEST/SUBTEST…'
[ $# -ge 3 ] || { echo "$usage" >&2; exit 2; }
test_progs=$1 liar=$2
shift 2
counted=$(mktemp)
log=$(mktemp)
believed=0 lies=0

# Tell subtest $1 the lie that the environment assignment $2 makes; it must fail, and not just break.
tell()
{
	lies=$((lies + 1))
	status=0
	env "LD_PRELOAD=$liar" "$2" "$test_progs" -a "$1" >"$log" 2>&1 || status=$?
	if [ "$status" != 1 ] || ! grep -q "^#[0-9/]* *$1:FAIL$" "$log"; then
		believed=$((believed + 1))
		echo "$1 believed $2"
	fi
}

for subtest; do
	# The truth first.
	if ! env "LD_PRELOAD=$liar" "LIAR_COUNT=$counted" "$test_progs" -a "$subtest" >/dev/null; then
		echo "$subtest fails when told the truth"
		believed=$((believed + 1))
		continue
	fi
	questions=$(cat "$counted")
	number=1
	while [ "$number" -le "$questions" ]; do
		tell "$subtest" "LIAR_FLIP=$number"
		number=$((number + 1))
	done
	case $subtest in
	token/obj_priv_freplace_prog|token/obj_priv_btf_success|token/obj_priv_prog_kallsyms)
		;; # asks for nothing that is to be refused
	token/bpf_token_info) tell "$subtest" LIAR_INFO=1 ;;
	token/*) tell "$subtest" LIAR_GRANT=1 ;;
	file_reader/on_open_*) tell "$subtest" LIAR_RESIDENT=1 ;;
	esac
	echo "$subtest: $questions questions"
done
echo "$lies lies told, $believed believed"
[ "$believed" = 0 ]
