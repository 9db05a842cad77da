#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# ALLOWLIST and DENYLIST: which lists apply, messages about entries, and lint-lists.

bats_require_minimum_version 1.5.0

setup()
{
	top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	export BUILD="${BUILD:-$top/build}"
	export LISTS="$BATS_TEST_TMPDIR/some lists"
	mkdir "$LISTS"
	machine=$(uname -m)
	unset KERNEL ARGS RUN RESULTS HOST ALLOWLIST DENYLIST
}

# fake FLAVOUR [OUTCOME [STATUS]]: make a build whose test_progs prints its lists and runs no tests.
fake()
{
	mkdir -p "$BATS_TEST_TMPDIR/$1"
	cat >"$BATS_TEST_TMPDIR/$1/test_progs" <<-EOT
	#!/bin/sh
	case " \$* " in
	*' -c '*|' -l ') exec '$BUILD/plain/test_progs' "\$@" ;;
	esac
	echo "\$*" | sed 's/-J [^ ]* *//; s|@[^@]*/||g'
	while [ "\$1" != -J ]; do shift; done
	printf '{\n  "status": "${2-passed}",\n  "tests":[]\n}\n' >"\$2"
	exit ${3-0}
	EOT
	chmod +x "$BATS_TEST_TMPDIR/$1/test_progs"
}

# here: call run_tests.sh as in the machine, with fake builds.
here()
{
	fake plain
	fake asan
	run -"$1" "$top/vm/run_tests.sh" --here "$BATS_TEST_TMPDIR/out" \
		"$BATS_TEST_TMPDIR/plain" "$BATS_TEST_TMPDIR/asan"
	echo "$output"
}

@test "lists add up: plain, the processor's, and AddressSanitizer's" {
	for name in ALLOWLIST DENYLIST; do
		for suffix in '' ".$machine" .asan .s390x; do
			echo 'no_such_test # why' >"$LISTS/$name$suffix"
		done
	done
	echo '*' >"$LISTS/ALLOWLIST"
	here 0
	plain="-a ALLOWLIST -a ALLOWLIST.$machine -d DENYLIST -d DENYLIST.$machine"
	asan="-a ALLOWLIST -a ALLOWLIST.$machine -a ALLOWLIST.asan \
-d DENYLIST -d DENYLIST.$machine -d DENYLIST.asan"
	[ "$(grep -cxF "# $plain" <<<"$output")" = 1 ]
	[ "$(grep -cxF "# -j4 $plain" <<<"$output")" = 1 ]
	[ "$(grep -cxF "# $asan" <<<"$output")" = 1 ]
	[ "$(grep -cxF "# -j4 $asan" <<<"$output")" = 1 ]
}

@test "without LISTS= the checkout's lists apply, and without lists every test runs" {
	top_of_copy="$BATS_TEST_TMPDIR/copy"
	mkdir -p "$top_of_copy/vm"
	cp -R "$top/lib" "$top_of_copy"
	cp "$top"/vm/{run_tests,arch}.sh "$top_of_copy/vm"
	unset LISTS
	top=$top_of_copy here 0
	[ -z "$(grep -- '-[ad] ' <<<"$output")" ]
	echo 'token # why' >"$top_of_copy/DENYLIST"
	top=$top_of_copy here 0
	[ "$(grep -c -- '^# .*-d DENYLIST$' <<<"$output")" = 4 ]
}

@test "run_tests copies the lists of this processor only into the VM" {
	mkdir -p "$BATS_TEST_TMPDIR/copy/vm"
	cp -R "$top/lib" "$BATS_TEST_TMPDIR/copy"
	cp "$top"/vm/{run_tests.sh,arch.sh,show.py} "$BATS_TEST_TMPDIR/copy/vm"
	printf '#!/bin/sh\nprintf "%%s\\n" "$@"\n' >"$BATS_TEST_TMPDIR/copy/vmtest.sh"
	chmod +x "$BATS_TEST_TMPDIR/copy/vmtest.sh"
	touch "$LISTS/ALLOWLIST" "$LISTS/DENYLIST.asan" "$LISTS/DENYLIST.s390x"
	RESULTS="$BATS_TEST_TMPDIR/res" run -0 "$BATS_TEST_TMPDIR/copy/vm/run_tests.sh"
	[ "$(grep -F "$LISTS" <<<"$output")" = "$LISTS/ALLOWLIST:/root/
$LISTS/DENYLIST.asan:/root/" ]
	grep -qxF "$BATS_TEST_TMPDIR/res" <<<"$output"
}

@test "a comment names an entry without a test, and the run continues" {
	printf 'token/map_token # why\nxdp_foo\t# why\r\n  two words/at all\nt*n\n# none\n\ntok?n' >"$LISTS/DENYLIST"
	here 0
	[ "${lines[0]}" = 'TAP version 13' ]
	[ "$(grep 'no such test' <<<"$output")" = '# DENYLIST: no such test here: xdp_foo, two words/at all, tok?n' ]
	[ ! -e "$BATS_TEST_TMPDIR/out/unknown" ]
	echo 'token' >"$LISTS/DENYLIST"
	here 0
	[ -z "$(grep 'no such test' <<<"$output")" ]
}

@test "a run without allowed tests is skipped, but not if ARGS name a test" {
	echo '* # why' >"$LISTS/DENYLIST.asan"
	here 0
	[ "$(grep '^ok' <<<"$output")" = 'ok 1 selftests: bpf: test_progs plain-serial
ok 2 selftests: bpf: test_progs plain-j4
ok 3 selftests: bpf: test_progs asan-serial # SKIP the lists leave no test
ok 4 selftests: bpf: test_progs asan-j4 # SKIP the lists leave no test' ]
	echo 'xdp_foo' >"$LISTS/ALLOWLIST"
	here 4
	rm "$LISTS"/*
	echo 'token # why' >"$LISTS/DENYLIST"
	ARGS='-t token' run -1 "$top/vm/run_tests.sh" --here "$BATS_TEST_TMPDIR/out" "$BUILD/plain"
	[[ $output == *'all that is selected is denied'*'not ok 1 '*' # exit status 2'* ]]
}

# Only the JSON decides: the runner's text differs here.
@test "the runner's outcome alone is the result of a run" {
	for expected in '0 passed 0 ok 1 X' '1 failed 1 not ok 1 X # exit status 1' \
			'4 skipped 0 ok 1 X # SKIP nothing could be run here' \
			'4 nothing 0 ok 1 X # SKIP all subtests are denied' \
			'1 passed 3 not ok 1 X # exit status 3' '1 bogus 0 not ok 1 X # no results'; do
		read -r status outcome code line <<<"$expected"
		fake plain "$outcome" "$code"
		ONLY=plain-serial LISTS='' run "-$status" "$top/vm/run_tests.sh" --here \
			"$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/plain"
		echo "$output"
		grep -qxF "${line/X/selftests: bpf: test_progs plain-serial}" <<<"$output"
	done
}

@test "ONLY selects runs, and a wrong name is an error" {
	fake plain
	fake asan
	for only in 'plain' 'asan-j4' 'plain-serial asan'; do
		LISTS='' ONLY=$only run -0 "$top/vm/run_tests.sh" --here "$BATS_TEST_TMPDIR/out" \
			"$BATS_TEST_TMPDIR/plain" "$BATS_TEST_TMPDIR/asan"
		grep -o 'ok [0-9] .*' <<<"$output" | sed 's/.* //' | paste -sd' '
	done >"$BATS_TEST_TMPDIR/runs"
	diff -u - "$BATS_TEST_TMPDIR/runs" <<-'EOT'
	plain-serial plain-j4
	asan-j4
	plain-serial asan-serial asan-j4
	EOT
	unset LISTS
	ONLY='plain asan-j2' run -2 --separate-stderr "$top/vm/run_tests.sh"
	[[ $stderr == 'run_tests: ONLY=asan-j2: no such run: '* ]]
}

@test "a wrong name in ARGS is an error before a VM boots" {
	unset LISTS
	ARGS='-t nosuch' run -2 --separate-stderr "$top/vm/run_tests.sh"
	[ "$stderr" = "$("$BUILD/plain/test_progs" -c -t nosuch 2>&1)" ]
	ARGS='--nosuch' run -64 --separate-stderr "$top/vm/run_tests.sh"
}

# Each line is printed when it is written, not when the next one is.
@test "show.py prints lines when they are written" {
	mkdir "$BATS_TEST_TMPDIR/plain"
	mkfifo "$BATS_TEST_TMPDIR/go"
	cat >"$BATS_TEST_TMPDIR/plain/test_progs" <<-EOT
	#!/bin/sh
	case " \$* " in
	*' -l ') exec '$BUILD/plain/test_progs' -l ;;
	esac
	echo first
	read -r _ <'$BATS_TEST_TMPDIR/go'
	EOT
	chmod +x "$BATS_TEST_TMPDIR/plain/test_progs"
	for shell in sh 'busybox sh'; do
		rm -f "$BATS_TEST_TMPDIR/said"
		# shellcheck disable=SC2086 # words
		ONLY=plain-serial LISTS='' "$top/vm/show.py" "$BATS_TEST_TMPDIR/out" $shell \
			"$top/vm/run_tests.sh" --here "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/plain" \
			>"$BATS_TEST_TMPDIR/said" 3>&- &
		until grep -qx '# first' "$BATS_TEST_TMPDIR/said"; do
			kill -0 $!
			sleep 0.1
		done
		echo >"$BATS_TEST_TMPDIR/go"
		wait $! || :
	done
}

@test "the end lists each failed test once, with reason, runs and logs" {
	mkdir "$BATS_TEST_TMPDIR/out"
	for run in plain-serial asan-j4; do
		cat >"$BATS_TEST_TMPDIR/out/$run.json" <<-'EOT'
		{"tests": [
		 {"name": "t", "status": "FAIL", "reason": "in t", "subtests": [
		  {"name": "a", "status": "FAIL", "reason": "why\nmore"}, {"name": "b", "status": "OK", "reason": null}]},
		 {"name": "u", "status": "FAIL", "reason": null, "subtests": []},
		 {"name": "v", "status": "SKIP", "reason": "x", "subtests": []}]}
		EOT
	done
	echo '{' >"$BATS_TEST_TMPDIR/out/asan-serial.json"
	run -3 "$top/vm/show.py" "$BATS_TEST_TMPDIR/out" sh -c 'echo ok 1; printf "no newline"; exit 3'
	[ "$output" = "ok 1
no newline
# failed: t/a: why (asan-j4, plain-serial)
# failed: u (asan-j4, plain-serial)
# failed: no results (asan-serial)
# logs and results: $BATS_TEST_TMPDIR/out" ] || { echo "$output"; false; }
}

@test "colour and the progress line appear on a terminal only" {
	run -0 script -qec "'$top/vm/show.py' '$BATS_TEST_TMPDIR' printf '%s\n' 1..2 \
		'# selftests: bpf: test_progs plain-serial' '# #1/1 x/y:OK' 'not ok 1 x'" /dev/null
	[[ $output == *$'\033[32m# #1/1 x/y:OK\033[0m'*$'\033[31mnot ok 1 x\033[0m'* ]]
	[[ $output == *$'\r\033[K'* ]]
	[[ $output == *'plain-serial (1 of 2): 1 subtests, '* ]]
	run -0 "$top/vm/show.py" "$BATS_TEST_TMPDIR" printf '%s\n' 'not ok 1 x'
	[[ $output != *$'\033'* ]]
}

@test "a directory without lists is bad use" {
	run -2 --separate-stderr "$top/vm/run_tests.sh"
	[ "$stderr" = "run_tests: LISTS=$LISTS: no ALLOWLIST or DENYLIST there: name a directory with one" ]
	LISTS="$BATS_TEST_TMPDIR/none" run -2 "$top/vm/lists.sh" lint
	run -2 "$top/vm/lists.sh"
}

@test "lint-lists names entries without a reason, and entries without a test" {
	run -0 "$top/vm/lists.sh" lint
	[[ $output == *'nothing to look at' ]]
	printf '# all of it\ntoken # slow\n' >"$LISTS/DENYLIST"
	run -0 "$top/vm/lists.sh" lint
	[ -z "$output" ]
	printf 'token#\r\nxdp_foo/a b: # c\n' >"$LISTS/ALLOWLIST.s390x"
	printf '\n tok* # #\nt?ken # x' >"$LISTS/DENYLIST.asan"
	run -2 make -s -C "$top" BUILD="$BUILD" lint-lists
	[ "$(grep '^[AD]' <<<"$output")" = 'ALLOWLIST.s390x:1: token: no reason: add one behind it, as a comment
ALLOWLIST.s390x:2: xdp_foo/a b: no such test: remove it
DENYLIST.asan:2: tok*: no reason: add one behind it, as a comment
DENYLIST.asan:3: t?ken: no such test: remove it' ]
}

@test "lint-lists knows the subtests of tests/matrix.json" {
	mkdir -p "$BATS_TEST_TMPDIR"/copy/{tests,vm}
	cp -R "$top/lib" "$BATS_TEST_TMPDIR/copy"
	cp "$top"/vm/{lists.sh,run_tests.sh} "$BATS_TEST_TMPDIR/copy/vm"
	printf '{\n "7.3": {\n  "token": "ok",\n  "token/map_token": "ok: a/b",\n  "token/x": "skip"\n }\n}\n' \
		>"$BATS_TEST_TMPDIR/copy/tests/matrix.json"
	printf 'token/map_* # x\ntoken/gone # x\ntest_bpffs/new # x\n*/x # x\n' >"$LISTS/DENYLIST"
	run -1 "$BATS_TEST_TMPDIR/copy/vm/lists.sh" lint
	[ "$output" = 'DENYLIST:2: token/gone: no such test: remove it' ]
}

@test "lint-lists runs denied tests, and names those that pass" {
	printf '%s # why\n' token/map_token token/nosuch 'test_bpffs/*' xdp_foo >"$LISTS/DENYLIST"
	echo 'file_reader/*fault # slow' >"$LISTS/DENYLIST.asan"
	echo 'token # other' >"$LISTS/DENYLIST.s390x"
	echo 'token # not denied' >"$LISTS/ALLOWLIST"
	RUN=1 run -1 --separate-stderr "$top/vm/lists.sh" lint
	echo "$output"
	echo "$stderr"
	# One of test_bpffs' subtests is skipped.
	[ "$output" = 'DENYLIST:2: token/nosuch: no such test: remove it
DENYLIST:4: xdp_foo: no such test: remove it
DENYLIST:1: token/map_token: passes now: remove it (why)
DENYLIST.asan:1: file_reader/*fault: passes now: remove it (slow)' ]
	# Only denied tests were run, each only in the flavour that denies it.
	[ "$(grep -c 'token/' <<<"$stderr")" = 2 ]
	[ "$(grep 'file_reader/' <<<"$stderr")" = '#1/1     file_reader/on_open_expect_fault:OK' ]
}

# judged ENTRY [LIST]: print RUN=1's message about it. Standard input is the machine's log.
judged()
{
	mkdir -p "$BATS_TEST_TMPDIR"/copy/{tests,vm}
	cp -R "$top/lib" "$BATS_TEST_TMPDIR/copy"
	cp "$top"/vm/{lists.sh,run_tests.sh} "$BATS_TEST_TMPDIR/copy/vm"
	echo '{}' >"$BATS_TEST_TMPDIR/copy/tests/matrix.json"
	cat >"$BATS_TEST_TMPDIR/log"
	cat >"$BATS_TEST_TMPDIR/copy/vmtest.sh" <<-EOT
	#!/bin/sh
	as_json()
	{
		python3 -c '
	import json, re, sys
	tests = {}
	for line in sys.stdin:
	    name, sub, status = re.match(r"#[\d/]+ +([^/:]*)/?([^:]*):(\w+)", line).groups()
	    test = tests.setdefault(name, {"name": name, "status": "OK", "subtests": []})
	    if sub:
	        test["subtests"].append({"name": sub, "status": status})
	    else:
	        test["status"] = status
	json.dump({"tests": list(tests.values())}, sys.stdout)'
	}
	while [ "\$1" != --output ]; do shift; done
	mkdir -p "\$2"
	as_json <'$BATS_TEST_TMPDIR/log' >"\$2/plain.json"
	sed "\${ASAN-}" '$BATS_TEST_TMPDIR/log' | as_json >"\$2/asan.json"
	exit \${STATUS-0}
	EOT
	chmod +x "$BATS_TEST_TMPDIR/copy/vmtest.sh"
	rm -f "$LISTS"/*
	echo "$1 # why" >"$LISTS/${2-DENYLIST}"
	RUN=1 BUILD="$BATS_TEST_TMPDIR/build" "$BATS_TEST_TMPDIR/copy/vm/lists.sh" lint 2>&1
}

@test "lint-lists keeps an entry that fails or skips in one flavour" {
	mkdir -p "$BATS_TEST_TMPDIR/build/plain"
	ln -s "$BUILD/plain/test_progs" "$BATS_TEST_TMPDIR/build/plain/"
	log=$'#3/1     token/a:OK\n#3/2     token/b:FAIL\n#3/3     token/c:SKIP\n#3       token:FAIL'
	[ -z "$(judged token <<<"$log")" ]
	[ -z "$(judged 'token/*' <<<"$log")" ]
	[ -z "$(judged token/b <<<"$log")" ]
	[ -z "$(judged token/c <<<"$log")" ]
	# The machine failed before it reached that test.
	[ -z "$(judged token/d <<<"$log")" ]
	run judged token/a <<<"$log"
	[ "$output" = 'DENYLIST:1: token/a: passes now: remove it (why)' ]
	[ -z "$(ASAN='s/a:OK/a:FAIL/' judged token/a <<<"$log")" ]
	run judged token/b DENYLIST.asan <<<"${log/b:FAIL/b:OK}"
	[ "$output" = 'DENYLIST.asan:1: token/b: passes now: remove it (why)' ]
	ASAN='s/b:FAIL/b:OK/' run judged token/b DENYLIST.asan <<<"$log"
	[ "$output" = 'DENYLIST.asan:1: token/b: passes now: remove it (why)' ]
	run judged token <<<'#3       token:OK (SKIP: 1/5)'
	[ "$output" = 'DENYLIST:1: token: passes now: remove it (why)' ]
	STATUS=121 run judged token/a <<<"$log"
	[ "$status" = 2 ]
	[[ $output == 'lists: the machine failed with what is denied (status 121): see '* ]]
}

@test "lists.sh adds entries from the environment" {
	echo 'token # ours' >"$LISTS/DENYLIST"
	DENYLIST=$'xdp_foo # a\ntest_bpffs # b' ALLOWLIST='' run -0 "$top/vm/lists.sh" add
	[ "$(cat "$LISTS/DENYLIST")" = $'token # ours\nxdp_foo # a\ntest_bpffs # b' ]
	[ ! -e "$LISTS/ALLOWLIST" ]
}
