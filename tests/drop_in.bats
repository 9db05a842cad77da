#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# make check-drop-in takes too long for make check. These tests check how it reads results.

bats_require_minimum_version 1.5.0

setup() { top=$(cd "$BATS_TEST_DIRNAME/.." && pwd); }

# ask PYTHON: run it with drop_in imported.
ask() { PYTHONPATH="$top/tests" PYTHONDONTWRITEBYTECODE=1 python3 -c "from drop_in import *; $1"; }

@test "verdicts() reads result lines of both runners, also of partly skipped tests" {
	[ "$(ask 'print(verdicts("#1/1     a/b c:OK\n#1       a:OK (SKIP: 1/2)\n#2 c:SKIP\n#3 d:FAIL\nx:FAIL:y\n"))')" = \
		"{'a/b c': 'OK', 'a': 'OK', 'c': 'SKIP', 'd': 'FAIL'}" ]
}

@test "no_warning() reports warnings in our files only" {
	ask 'no_warning("log", "prog_tests/token.c: fine\nlib/foo.c:1: warning: theirs\n")'
	for line in '/a/prog_tests/token.c:3:1: warning: unused' 'progs/token_lsm.c:1:2: warning: x'; do
		run ! ask "no_warning('log', '$line')"
		[[ $output == *"Differs: log: $line" ]]
	done
}

@test "exiting() reads the tests and subtests whose child called exit()" {
	said='test_progs: t: a child of the test called exit(0) (process 9): use _exit()'
	printf '%s\n' "$said" '#1/1 t/a:FAIL' '#1/2 t/b:FAIL' "$said" 'child:PASS:wait 0 nsec' '#1/3 t/c:FAIL' \
		't:FAIL:a child called exit(), use _exit()' '#1 t:FAIL' '#2 u:FAIL' >"$BATS_TEST_TMPDIR/log"
	[ "$(ask "print(sorted(exiting(open('$BATS_TEST_TMPDIR/log').read())))")" = "['t', 't/a', 't/c']" ]
}

# verdict WHOLE THEIRS OURS [STRICT]: the arguments are sets and dictionaries of Python.
verdict() { ask "print(verdict_of('t', $1, $2, $3, ${4-set()}))"; }

@test "verdict_of() reports different and missing lines" {
	[ "$(verdict '{"OK"}' '{"t": "OK"}' '{"t": "OK"}')" = 'same: passes' ]
	[ "$(verdict '{"SKIP"}' '{"t": "SKIP"}' '{"t": "SKIP"}')" = 'same: skips' ]
	[ "$(verdict '{"FAIL"}' '{"t": "FAIL"}' '{"t": "FAIL"}')" = 'same: fails, which says nothing' ]
	[ "$(verdict '{"OK"}' '{"t": "OK"}' '{"t": "FAIL"}')" = \
		"DIFFERS: t: t: OK in the tree's runner, FAIL in ours" ]
	[ "$(verdict '{"OK"}' '{"t": "OK"}' '{"t": "OK", "t/a": "OK"}')" = \
		"DIFFERS: t: t/a: no line in the tree's runner, OK in ours" ]
	[ "$(verdict '{None}' '{}' '{}')" = 'DIFFERS: t: a test without a line in either runner' ]
	[ "$(verdict '{"OK"}' '{}' '{}' '{"t"}')" = \
		'same but for t: ours reports exit() in a forked child' ]
}

@test "tests, skeletons and included programs are found in the sources" {
	[ "$(ask 'print(FUNCTION.findall("""void test_a(void)\nvoid serial_test_b(void)
static void test_c(void)\nvoid test_d(int x)\nvoid test_e()\n"""))')" = "['a', 'b', 'e']" ]
	[ "$(ask 'print(sorted(skeletons("#include \"one.skel.h\" open(\"./two.bpf.o\");")))')" = \
		"['one', 'two']" ]
	echo '#include "other.c"' >"$BATS_TEST_TMPDIR/one.c"
	[ "$(ask "print(sorted(with_included(pathlib.Path('$BATS_TEST_TMPDIR'), {'one'})))")" = "['one', 'other']" ]
}

@test "times are noted beside the same tests, and beside the tree's own" {
	ask 'times = Times(pathlib.Path("'"$BATS_TEST_TMPDIR"'/times.json"))
times.add("7.3\nall asan tree 1 7\nall asan own 7 12\nall asan ours 12 14.5\n", {"all": "three"})
times.add("7.3\nout plain tree 1 2\nout plain ours 2 4\n", {"out": "others"})
assert times.rows == {"three: asan": {"tree": [6], "ours": [2.5]},
    "the tree'"'s"' own three: asan": {"tree": [5], "ours": [2.5]},
    "others: plain": {"tree": [1], "ours": [2]}}, times.rows'
}
