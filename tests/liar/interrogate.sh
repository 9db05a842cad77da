#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs in the virtual machine: tells each subtest lies (see liar.c) and prints a line for each lie,
# "SUBTEST LIE ANSWER". ANSWER is found if the subtest failed, as it should; believed; - if the lie
# was not told, since the subtest does not ask; skip if the subtest skips without a lie. Standard
# input has a line for each subtest: "SUBTEST SELECT LIE…"; SELECT is the test to run for it. The lie
# flip stands for all its questions, one after the other, flip-from-token for those after its first
# token; its ANSWER is "found/told".
set -eu

[ $# = 2 ] || { echo 'usage: interrogate.sh TEST_PROGS LIAR.SO <PLAN' >&2; exit 2; }
test_progs=$1 liar=$2
counted=$(mktemp)
log=$(mktemp)

# run SUBTEST ASSIGNMENT…: run the selected subtest with these variables in the environment. Returns
# the status of test_progs.
run()
{
	shift
	# The watchdog finds an endless lie.
	env "LD_PRELOAD=$liar" "LIAR_COUNT=$counted" "$@" "$test_progs" -w 20 -a "$selected" >"$log" 2>&1
}

has_verdict() { grep -q "^#[0-9/]* *$1:$2$" "$log"; }

# tell SUBTEST ASSIGNMENT…: print the answer. The subtest must fail, and not crash.
tell()
{
	status=0
	run "$@" || status=$?
	if [ "$status" = 1 ] && has_verdict "$1" FAIL; then
		echo found
	elif [ "$(cut -d' ' -f2 "$counted")" = 0 ]; then
		echo -
	else
		echo believed
	fi
}

flip()
{
	found=0 number=1
	run "$@" || :
	questions=$(cut -d' ' -f1 "$counted")
	while [ "$number" -le "$questions" ]; do
		[ "$(tell "$@" "LIAR_FLIP=$number")" != found ] || found=$((found + 1))
		number=$((number + 1))
	done
	echo "$found/$questions"
}

while read -r subtest selected lies; do
	status=0
	run "$subtest" LIAR_FLIP=0 || status=$?
	for lie in $lies; do
		if [ $status != 0 ]; then
			answer="fails-when-told-the-truth"
		elif has_verdict "$subtest" SKIP; then
			answer=skip
		else
			case $lie in
			flip) answer=$(flip "$subtest" LIAR_FLIP=0) ;;
			flip-from-token) answer=$(flip "$subtest" LIAR_FROM_TOKEN=1) ;;
			*) answer=$(tell "$subtest" "LIAR=$lie") ;;
			esac
		fi
		echo "$subtest $lie $answer"
	done
done
