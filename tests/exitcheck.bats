#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# exitcheck against sources whose comments, after "want:", have the expected findings.

bats_require_minimum_version 1.5.0

setup_file()
{
	top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	export top BUILD="${BUILD:-$top/build}"
	export exitcheck="$BUILD/exitcheck/exitcheck"
	export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
}

setup()
{
	cd "$BATS_TEST_TMPDIR" || exit
	cp -r "$BATS_TEST_DIRNAME/exitcheck" sources
}

# Prints lines "file:line verdict".
wanted()
{
	grep -rn --include='*.[ch]' 'want: ' "$1" |
		sed -E 's|^([^:]*:[0-9]+):.*want: (.*) \*/.*|\1 \2|' | sort
}

reported()
{
	grep -v ': note: ' | sed -E 's|^([^:]*:[0-9]+):[0-9]+: .*\[(.*)\]$|\1 \2|' | sort
}

# found STATUS ARGUMENT…: runs exitcheck, with stdout in out and stderr in err.
found()
{
	local wanted=$1 status=0
	shift
	"$exitcheck" "$@" >out 2>err || status=$?
	[ "$status" = "$wanted" ] && return
	echo "status $status"
	tail -n 40 out err
	false
}

in_git()
{
	git init -q "$1"
	git -C "$1" add .
	git -C "$1" -c user.name=x -c user.email=x commit -qm x
}

@test "exitcheck finds every wanted call, and no other" {
	found 1 sources
	wanted sources >want
	[ "$(wc -l <want)" -ge 55 ]
	diff -u want <(reported <out)
	# Every verdict has a source.
	[ "$(sed 's/^[^ ]* //' want | sort -u | wc -l)" = 8 ]
	grep -q "^exitcheck: $(find sources -name '*.c' | wc -l) files .*; 1 header was missing$" err
}

@test "a finding names the place of the fork and the macro of the call" {
	found 1 sources/headers
	line=$(grep -n 'FAIL_IN_CHILD(1)' sources/headers/macros.c | cut -d: -f1)
	grep -A2 "^sources/headers/macros.c:$line:" out >one
	sed -n 2p one | grep -qx 'sources/headers/child.h:[0-9:]*: note: in this macro'
	fork=$(awk -v end="$line" 'NR < end && /fork\(\)/ { at = NR } END { print at }' \
		sources/headers/macros.c)
	sed -n 3p one | grep -q "^sources/headers/macros.c:$fork:[0-9]*: note: forked here"
}

@test "no finding is status 0, also for a single file" {
	found 0 sources/no_child.c
	[ ! -s out ]
	grep -qx 'exitcheck: 1 file (0 without fork), 0 found' err
}

@test "--json has the findings of the text" {
	found 1 sources
	cp out text
	found 1 --json sources
	python3 - <<'PY' >from_json
import json
for f in json.load(open("out"))["findings"]:
    print("%s:%d %s" % (f["path"], f["line"], f["verdict"]))
    assert f["column"] > 0 and f["message"] and f["function"]
PY
	diff <(reported <text) <(sort from_json)
}

@test "--sarif is a log of version 2.1.0 with every result at a rule and a place" {
	printf 'void broken(void) { if (!fork()) LOOP { exit(1); \n' >'sources/a b%.c'
	found 2 --sarif sources
	python3 - <<'PY'
import json
log = json.load(open("out"))
assert log["version"] == "2.1.0" and log["$schema"].endswith("sarif-2.1.0.json")
run, = log["runs"]
rules = run["tool"]["driver"]["rules"]
assert run["tool"]["driver"]["name"] == "exitcheck"
assert len({rule["id"] for rule in rules}) == len(rules) == 8
assert len(run["results"]) >= 55
for result in run["results"]:
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert result["level"] == "warning" and result["message"]["text"]
    place, = result["locations"]
    for location in [place] + result["relatedLocations"]:
        physical = location["physicalLocation"]
        assert physical["artifactLocation"]["uri"].startswith("sources/")
        assert physical["region"]["startLine"] > 0 and physical["region"]["startColumn"] > 0
invocation, = run["invocations"]
assert invocation["executionSuccessful"] is False
note, = invocation["toolExecutionNotifications"]
uri = note["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
assert uri == "sources/a%20b%25.c", uri
PY
}

@test "--fix rewrites safe calls only, once" {
	in_git sources
	chmod 640 sources/exec.c
	# A second list, of safe places: calls that only children make, outside of headers, and the
	# macro all of whose uses are the child's.
	cp -r sources expected
	sed -i -E '/want: child( \(exec failed\))? \*\//s/\<exit\(/_exit(/' expected/*.c
	sed -i 's/LEAVE() exit(2)/LEAVE() _exit(2)/' expected/headers/macros.c
	found 1 --fix sources
	diff -r -x .git expected sources
	[ "$(stat -c %a sources/exec.c)" = 640 ]
	grep -q ', [1-9][0-9]* of them rewritten' err
	cp -r sources once
	found 1 --fix --allow-dirty sources
	diff -r -x .git once sources
	run ! grep -q '\[child\]$' <(grep -v -e child.h -e macros.c -e by_pointer_to_exit -e call_in_parentheses -e ends.c out)
}

@test "--fix keeps line ends, and includes <unistd.h> where it is missing" {
	mkdir new
	printf '#include <stdlib.h>\r\n\r\nint fork(void);\r\nvoid f(void)\r\n{\r\n\tif (!fork())\r\n\t\texit(0);\r\n}\r\n' >new/crlf.c
	printf '#include "own.h"\nint fork(void);\nvoid exit(int);\nvoid f(void) { if (!fork()) exit(0); }\n' >new/own.c
	: >new/own.h
	found 0 --fix new
	printf '#include <stdlib.h>\r\n#include <unistd.h>\r\n\r\nint fork(void);\r\nvoid f(void)\r\n{\r\n\tif (!fork())\r\n\t\t_exit(0);\r\n}\r\n' | cmp - new/crlf.c
	printf '#include <unistd.h>\n#include "own.h"\nint fork(void);\nvoid exit(int);\nvoid f(void) { if (!fork()) _exit(0); }\n' | cmp - new/own.c
	found 0 --fix new
}

@test "a file with several paths is one file, also to --fix" {
	mkdir new
	printf '#include <stdlib.h>\n#include <unistd.h>\nvoid f(void) { if (!fork()) exit(0); }\n' >new/f.c
	ln -s f.c new/a_link.c
	found 1 new new/f.c ./new/f.c
	grep -qx 'exitcheck: 1 file (0 without fork), 1 found' err
	found 0 --fix new new/f.c ./new/f.c
	grep -qx 'exitcheck: 1 file (0 without fork), 1 found, 1 of them rewritten' err
	[ "$(grep -c ' _exit(0)' new/f.c)" = 1 ]
	[ -h new/a_link.c ]
	# Nobody has named what is behind a link outside.
	mkdir tree
	sed 's/_exit/exit/' new/f.c >outside.c
	ln -s ../outside.c tree/link.c
	found 1 --fix tree
	found 0 --fix outside.c
}

@test "--fix refuses a work tree with changes unless told, and then touches nothing" {
	in_git sources
	echo '/* new */' >>sources/exec.c
	cp -r sources before
	found 2 --fix sources
	grep -qx 'exitcheck: sources: git has changes there that are not committed: commit them, or add --allow-dirty' err
	diff -r before sources
	found 1 --fix --allow-dirty sources
	run ! diff -rq before sources
}

@test "a call that is not understood is named, and status 2" {
	mkdir new
	printf '#include <unistd.h>\n#include "lost.h"\nvoid f(void)\n{\n\tfor_each_lost(x, {\n\t\tif (!fork()) exit(1); }\n}\n' >new/lost.c
	found 2 new
	grep -q '^exitcheck: new/lost.c: line 6: clang cannot make sense of this call of fork(): missing: lost.h$' err
	grep -q ', 1 could not be understood whole' err
}

@test "an unreadable file is an error in one line" {
	found 2 nowhere
	[ "$(cat err)" = 'exitcheck: nowhere: No such file or directory' ]
	mkdir empty
	found 2 empty
	[ "$(cat err)" = 'exitcheck: empty: no C file in it' ]
	ln -s nowhere sources/link.c
	found 2 sources
	grep -qx 'exitcheck: sources/link.c: No such file or directory' err
	found 2
	[ "$(wc -l <err)" = 1 ]
	found 2 --frobnicate sources
	[ "$(cat err)" = 'exitcheck: --frobnicate: no such option: see exitcheck --help' ]
	run ! "$exitcheck" --json sources/exec.c >/dev/full
}

@test "exitcheck skips and counts BPF programs" {
	mkdir new
	printf '#include <vmlinux.h>\nchar _license[] SEC("license") = "GPL";\n' >new/prog.c
	cp sources/no_child.c new
	found 0 new
	grep -qx 'exitcheck: 1 file (0 without fork), 0 found; 1 BPF program left out' err
}

@test "exitcheck reads large files, binary bytes and a wrong compile_commands.json" {
	mkdir new
	{
		echo '#include <stdlib.h>'
		echo '#include <unistd.h>'
		yes 'extern int name_of_some_length(int first, int second);' | head -n 200000
		echo 'void f(void) { if (!fork()) exit(1); }'
	} >new/large.c
	[ "$(stat -c %s new/large.c)" -gt 10000000 ]
	printf '#include <stdlib.h>\n#include <unistd.h>\n/* \xff\xfe */\nvoid f(void) { if (!fork()) { _exit(*"\xff\x01"); exit(1); } exit(0); }\nvoid g\xc3\x28(void);\n' >new/bytes.c
	printf 'void f(void) { if (!fork()) exit(1); }' >'new/na"me
.c'
	cat >new/compile_commands.json <<-JSON
		[{ "directory": "/nowhere", "file": "$PWD/new/large.c",
		   "arguments": ["cc", "-include", "/nowhere/at/all.h", "-c", "$PWD/new/large.c"] }]
	JSON
	found 1 --json new
	python3 - <<'PY'
import json
log = json.load(open("out"))
assert sorted(f["path"] for f in log["findings"]) == ["new/large.c", 'new/na"me\n.c'], log
PY
	grep -qF '; 1 header was missing' err
	echo '[{' >new/compile_commands.json
	found 2 new
	grep -q '^exitcheck: .*/new/compile_commands.json: is not a compilation database' err
}

@test "a function of a missing header that is asked for zero may fork" {
	mkdir new
	printf '#include <stdlib.h>\n#include "lost.h"\nvoid f(void) { if (spawn() == 0) exit(1); }\n' >new/f.c
	printf '#include <stdlib.h>\n#include "lost.h"\nvoid f(void) { if (!strlen("")) exit(1); fill(); }\n' >new/g.c
	found 2 new
	[ "$(grep -c 'not declared' err)" = 1 ]
	grep -qx 'exitcheck: new/f.c: not declared: spawn(): missing: lost.h' err
	echo 'int spawn(void) { return 0; }' >new/spawn.c
	found 0 new
}

@test "compile_commands.json sets the flags of a file" {
	mkdir -p new/build
	printf '#include <stdlib.h>\n#include <unistd.h>\n#if CHILD > 3\nvoid f(void) { if (!fork()) exit(1); }\n#endif\n' >new/f.c
	found 2 new
	grep -qx 'exitcheck: new/f.c: line 4: #if leaves out this call of fork()' err
	cat >new/compile_commands.json <<-JSON
		[{ "directory": "$PWD/new", "file": "f.c", "command": "cc -DCHILD=4 -o f.o -c f.c" }]
	JSON
	found 1 new
	rm new/compile_commands.json
	found 1 new -- -DCHILD=4
}

@test "a call that no macro brings back is named" {
	mkdir new
	body='if (!fork()) { exit(1); }'
	for condition in 'ifndef HAVE_IT' 'if __BYTE_ORDER__ == 77' 'if __has_include("there.h")' \
		'if !defined(HAVE_IT) && defined(__linux__)'; do
		printf '#include <stdlib.h>\n#include <unistd.h>\n#define HAVE_IT 1\n#%s\nvoid f(void) { %s }\n#endif\n' \
			"$condition" "$body" >new/f.c
		found 2 new
		grep -qx 'exitcheck: new/f.c: line 5: #if leaves out this call of fork()' err
	done
	# An exit() matters where a child is.
	printf '#include <stdlib.h>\n#include <unistd.h>\n#define HAVE_IT 1\nvoid f(void) { if (!fork()) {\n#ifndef HAVE_IT\nexit(1);\n#endif\n_exit(0); } }\n' >new/f.c
	found 2 new
	grep -qx 'exitcheck: new/f.c: line 6: #if leaves out this call of exit()' err
	sed -i 's/if (!fork())/if (fork)/' new/f.c
	found 0 new
	# Code for other systems and compilers is not looked at.
	for condition in 'if __GNUC__ < 1' 'ifndef __linux__' 'ifdef __FreeBSD__' 'ifdef _WIN32' \
		'if defined(__APPLE__) && !defined(HAVE_IT)' 'if 0'; do
		printf '#include <stdlib.h>\n#include <unistd.h>\n#define HAVE_IT 1\n#%s\nvoid f(void) { %s }\n#endif\n' \
			"$condition" "$body" >new/f.c
		found 0 new
	done
}

@test "--help describes every option and verdict" {
	run "$exitcheck" --help
	[ "$status" = 0 ]
	for word in --json --sarif --github --fix --fflush --allow-dirty --fork --noreturn \
		'child (exec failed)' 'fork not reached' \
		'also run by the parent' 'needs fflush first' 'child falls out' \
		'child returns from main' 'WEXITSTATUS without WIFEXITED' 'EXIT STATUS'; do
		grep -qF -- "$word" <<<"$output"
	done
}

@test "a call that a macro drops is understood, and so is the C library without its headers" {
	mkdir new
	cat >new/f.c <<-'C'
		#include <stdlib.h>
		#include <unistd.h>
		#include "config.h"
		int g(void) { unknown_type x; return stat("/", NULL); }
		#define DEBUG(x)
		#define LONG(x) do { \
			/* a comment \
			 * of two lines */ \
			fork(); \
		} while (0)
		void f(void) { DEBUG(fork()); if (!fork()) exit(1); }
	C
	found 1 new
	grep -qF '; 1 header was missing' err
}

@test "a framework's callbacks are those of the file that is run" {
	mkdir new
	printf 'struct test { void (*run)(void); };\nstatic inline void run(struct test *test) { test->run(); }\n' >new/run.h
	printf '#include <stdlib.h>\n#include <unistd.h>\n#include "run.h"\n' | tee new/a.c >new/b.c
	printf 'static void leave(void) { exit(1); }\nstruct test test = { leave };\n' |
		tee -a new/a.c >>new/b.c
	echo 'void f(void) { if (!fork()) run(&test); }' >>new/a.c
	echo 'void f(void) { if (!fork()) _exit(0); run(&test); }' >>new/b.c
	found 1 new
	[ "$(reported <out)" = 'new/a.c:4 child' ]
}

@test "several files share what is known of their functions" {
	mkdir -p new/lib
	printf '#include <unistd.h>\nint test_fork(void) { int p = fork(); return p; }\nint again(void) { return test_fork(); }\nint third(void) { return again(); }\n' >new/lib/fork.c
	printf 'int again(void);\nint chain(void) { return again(); }\n' >new/lib/chain.c
	printf '#include <unistd.h>\nvoid keep(void) { if (!fork()) _exit(0); }\n' >new/lib/keep.c
	printf 'void keep(void);\nvoid call_keep(void) { keep(); }\n' >new/lib/call_keep.c
	printf '#include <sched.h>\nint start(int (*run)(void *), void *stack) { return clone(run, stack, 0, 0); }\n' >new/lib/start.c
	printf '#include <stdio.h>\nvoid log_line(void) { puts("x"); }\nvoid be_quiet(void) { fputs("x", stderr); }\n' >new/lib/log.c
	printf '#include <stdlib.h>\n#include <unistd.h>\nvoid die(void) { _exit(1); }\nvoid leave(void) { exit(1); }\n' >new/lib/end.c
	printf '#include <stdlib.h>\n#include <unistd.h>\nint chain(void);\n' >new/late.c
	echo 'void late(void) { if (!fork()) _exit(0); if (!chain()) exit(1); }' >>new/late.c
	cat >new/uses.c <<-'C'
		#include <stdlib.h>
		extern int test_fork(void);
		extern int start(int (*run)(void *), void *stack);
		void log_line(void);
		void be_quiet(void);
		void die(void);
		void leave(void);
		int chain(void);
		void call_keep(void);
		void a(void) { if (test_fork() == 0) exit(1); }
		static int child(void *data) { exit(data != NULL); }
		void b(char *stack) { start(child, stack); }
		void c(void) { if (!test_fork()) { log_line(); exit(1); } }
		void d(void) { if (!test_fork()) { be_quiet(); exit(1); } }
		void e(void) { if (!test_fork()) { die(); exit(1); } }
		void f(void) { if (!test_fork()) leave(); }
		void g(void) { call_keep(); if (!chain()) exit(1); }
	C
	found 1 new
	reported <out >reports
	diff -u - reports <<-'EOT'
		new/late.c:4 child
		new/lib/end.c:4 also run by the parent
		new/uses.c:10 child
		new/uses.c:11 child
		new/uses.c:13 needs fflush first
		new/uses.c:14 child
		new/uses.c:17 child
	EOT
	# No child of keep() comes back, so call_keep.c is not read. No child needs log.c.
	grep -q '^exitcheck: 9 files (2 without fork)' err
}

@test "a child does not leave an endless loop of another file" {
	mkdir new
	cat >new/loops.c <<-'C'
		#include <stdbool.h>
		#include <unistd.h>
		static void idle(void) { for (;;) { if (pause()) sleep(1); } }
		void serve(void) { idle(); }
		void spin(void) { while (1) ; }
		void doze(void) { do { sleep(1); } while (1); }
		void watch(int fd) { char c; while ( true ) if (read(fd, &c, 1) < 0) { sleep(1); } }
		void poll_once(int fd) { char c; for (;;) { if (read(fd, &c, 1) > 0) break; } }
		void poll_until(int fd) { char c; do { if (read(fd, &c, 1) > 0) return; } while (1); }
	C
	cat >new/main.c <<-'C'
		#include <stdlib.h>
		#include <unistd.h>
		void serve(void), spin(void), doze(void), watch(int fd), poll_once(int fd), poll_until(int fd);
		void a(void) { if (!fork()) serve(); exit(0); }
		void b(void) { if (!fork()) spin(); exit(0); }
		void c(void) { if (!fork()) watch(0); exit(0); }
		void d(void) { if (!fork()) poll_once(0); exit(0); }
		void e(void) { if (!fork()) poll_until(0); exit(0); }
		void f(void) { if (!fork()) { serve(); exit(0); } }
		void g(void) { if (!fork()) doze(); exit(0); }
		int main(void) { if (!fork()) serve(); return 0; }
	C
	cat >new/jump.c <<-'C'
		#include <setjmp.h>
		#include <signal.h>
		#include <stdlib.h>
		#include <unistd.h>
		static sigjmp_buf before;
		static void wake(int number) { siglongjmp(before, number); }
		void f(void)
		{
			if (fork())
				return;
			signal(SIGALRM, wake);
			if (!sigsetjmp(before, 1)) {
				alarm(1);
				for (;;)
					pause();
			}
			exit(2);
		}
	C
	found 1 new
	diff -u - <(reported <out) <<-'EOT'
		new/jump.c:17 child
		new/main.c:7 also run by the parent
		new/main.c:8 also run by the parent
	EOT
}

@test "a child that does nothing and returns from main() is no daemon" {
	mkdir new
	printf '#include <unistd.h>\nint main(void) { if (fork() == 0) return 0; return 1; }\n' >new/at_once.c
	printf '#include <stdlib.h>\n#include <unistd.h>\nint main(void) { if (!fork()) return 2; exit(1); }\n' >new/exit.c
	printf '#include <stdio.h>\n#include <unistd.h>\nint main(void) { if (fork() > 0) return 0; puts("child"); return 1; }\n' >new/prints.c
	printf '#include <unistd.h>\nint main(void) { if (fork() > 0) return 0; setsid(); return 1; }\n' >new/daemon.c
	printf '#include <unistd.h>\nint work(int);\nint main(void) { if (fork() > 0) return 0; return work(1); }\n' >new/works.c
	found 1 new
	diff -u - <(reported <out) <<-'EOT'
		new/at_once.c:2 child returns from main
		new/exit.c:3 child returns from main
		new/prints.c:3 child returns from main
	EOT
}

@test "a program's functions are not those of files elsewhere" {
	mkdir -p new/plugins/tool
	printf '#include <stdlib.h>\nvoid fatal(void) { exit(1); }\nint main(void) { fatal(); }\n' >new/plugins/tool/tool.c
	printf '#include <unistd.h>\nvoid fatal(void) { _exit(1); }\n' >new/util.c
	printf '#include <unistd.h>\nvoid fatal(void);\nvoid f(void) { if (!fork()) { fatal(); _exit(0); } }\n' >new/plugins/use.c
	found 0 new
	# The only definition counts.
	rm new/util.c
	found 1 new
	# A child does not leave the program that has forked it.
	mkdir -p host/plug
	printf '#include <unistd.h>\nvoid die(void) { _exit(1); }\nint make_child(void) { return fork(); }\nint main(void) { die(); }\n' >host/main.c
	printf 'void die(void);\nvoid fatal(void) { die(); }\n' >host/util.c
	printf '#include <stdlib.h>\n#include <unistd.h>\nvoid die(void) { exit(1); }\nint main(void) { if (!fork()) _exit(0); die(); }\n' >host/plug/tool.c
	printf 'int make_child(void);\nvoid fatal(void);\nvoid f(void) { if (!make_child()) fatal(); }\n' >host/plug/plug.c
	found 0 host
	sed -i 's/_exit/void exit(int); exit/' host/main.c
	found 1 host
	[ "$(reported <out)" = 'host/main.c:2 also run by the parent' ]
}

@test "--fork and --noreturn take names of functions" {
	mkdir new
	printf '#include <stdlib.h>\nint spawn(void);\nvoid stop(void);\nvoid f(void) { if (!spawn()) { if (rand()) stop(); else exit(1); exit(2); } }\n' >new/f.c
	found 0 new
	found 1 --fork spawn new
	[ "$(grep -c 'needs fflush first' out)" = 1 ]
	[ "$(grep -c 'new/f.c' out)" -ge 3 ]
	found 1 --fork spawn --noreturn stop new
	[ "$(grep -c '\[child\]' out)" = 1 ]
}

@test "a file that does not name fork() is checked too" {
	mkdir new
	printf '#include <stdlib.h>\ntypedef int pid_t;\npid_t fork_and_trace(void);\nint f(void) { if (!fork_and_trace()) exit(0); return 0; }\n' >new/f.c
	found 1 new
	grep -q '^new/f.c:4:.*\[child\]$' out
}

@test "a missing header is always an error" {
	mkdir new
	printf '#include "nothere.h"\nvoid exit(int);\nvoid f(void) { if (!SAFE_FORK()) exit(1); }\n' >new/fork.c
	found 2 new
	grep -q '^new/fork.c:3:.*\[child\]$' out
	grep -q '^exitcheck: new/fork.c: line 3: SAFE_FORK() is taken for fork()' err
	grep -q '^exitcheck: missing headers: nothere.h: ' err
	printf '#include "nothere.h"\n#include <stdlib.h>\nvoid f(void) { if (!RUN_TWICE()) exit(1); }\n' >new/fork.c
	found 2 new
	grep -q '^exitcheck: new/fork.c: not declared: RUN_TWICE(): missing: nothere.h$' err
	# With the header all is known; by -I, too.
	mkdir elsewhere
	echo '#define RUN_TWICE() 1' >elsewhere/nothere.h
	found 0 -I elsewhere new
}

@test "a macro of a missing header may fork, or end the child" {
	mkdir new
	begin='#include "nothere.h"\n#include <unistd.h>\nvoid f(int n) { if (!fork())'
	printf "$begin LEAVE(1); }\n" >new/f.c
	found 2 new
	grep -qx 'exitcheck: new/f.c: not declared: LEAVE(): missing: nothere.h' err
	for statement in 'LEAVE; }' '{ LEAVE; } }' '_exit(0); else LEAVE; }' 'LEAVE { } }'; do
		printf "$begin $statement\n" >new/f.c
		found 2 new
		grep -qx 'exitcheck: new/f.c: not declared: LEAVE: missing: nothere.h' err
	done
	# These are types, values and libbpf's.
	for statement in '_exit(0); LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = n); }' \
		'DECLARE_LIBBPF_OPTS(bpf_map_create_opts, opts); _exit(0); }' '_exit(STATUS); }' '{ n = STATUS; _exit(n); } }' \
		'{ status_t m; _exit(m); } }'; do
		printf "$begin $statement\n" >new/f.c
		found 0 new
	done
	cat >block.c <<-'C'
		#include <stdlib.h>
		#include "nothere.h"
		int main(void)
		{
			IN_CHILD {
				exit(1);
			}
			return 0;
		}
	C
	found 2 block.c
	grep -qx 'exitcheck: block.c: not declared: IN_CHILD: missing: nothere.h' err
	cat >callback.c <<-'C'
		#include <stdlib.h>
		#include "nothere.h"
		static int body(void *data) { exit(data != NULL); }
		int main(void) { return run_in_child(body, NULL); }
	C
	found 2 callback.c
	grep -qx 'exitcheck: callback.c: not declared: run_in_child(): missing: nothere.h' err
}

@test "a library's child that comes to the main() of several programs is reported once" {
	mkdir new
	cat >new/library.c <<-'EOC'
	#include <sys/wait.h>
	#include <unistd.h>
	int add(void)
	{
		int res = fork();
		if (res == 0) {
			if (setuid(1)) {
				res = -1;
				goto out;
			}
			execl("/bin/true", "true", (char *)0);
			_exit(1);
		}
		res = waitpid(res, NULL, 0) < 0 ? -1 : 0;
	out:
		return res;
	}
	int become_daemon(void)
	{
		switch (fork()) {
		case -1:
			return -1;
		case 0:
			break;
		default:
			sleep(1);
			_exit(0);
		}
		return setsid() == -1 ? -1 : 0;
	}
	EOC
	for program in a b c; do
		printf 'int add(void), become_daemon(void);\nint main(void)\n{\n\tif (add() || become_daemon())\n\t\treturn 1;\n\tadd();\n\treturn 0;\n}\n' \
			>new/$program.c
	done
	found 1 new
	[ "$(grep -c '\[' out)" = 1 ]
	grep -q '^new/library.c:16:1: .* in add() \[child falls out\]$' out
	# A program has it in its main().
	rm new/b.c new/c.c
	found 1 new
	[ "$(grep -c '\[child returns from main\]' out)" -gt 0 ]
	[ "$(grep -c 'library' out)" = "$(grep -c 'library.c:5:.*forked here' out)" ]
}

@test "a call with a name that nobody declares is a call" {
	mkdir new
	cat >new/f.c <<-'C'
		#include <stdlib.h>
		#include <unistd.h>
		#include "lost.skel.h"
		void f(void)
		{
			if (!fork()) {
				if (getppid() == 1)
					exit(nothere);
				lost_t status = { 0 };
				_exit(status.code);
			}
			if (!fork())
				exit(1 + NOT_THERE);
		}
	C
	found 1 new
	reported <out >reports
	diff -u - reports <<-'EOT'
		new/f.c:13 child
		new/f.c:8 child
	EOT
}

@test "what a file's wrapper of fork() stores is known to its callers" {
	mkdir wrapper
	cat >wrapper/spawn.h <<-'C'
		#include <sys/types.h>
		struct job { pid_t pid; };
		int spawn(pid_t *pid);
		void start(struct job *job);
	C
	cat >wrapper/spawn.c <<-'C'
		#include <unistd.h>
		#include "spawn.h"
		int spawn(pid_t *pid) { *pid = fork(); return *pid < 0 ? -1 : 0; }
		void start(struct job *job) { job->pid = fork(); }
	C
	cat >wrapper/main.c <<-'C'
		#include <stdlib.h>
		#include "spawn.h"
		int main(void)
		{
			struct job job;
			pid_t pid;
			if (spawn(&pid) < 0)
				return 1;
			if (pid == 0)
				exit(1);
			start(&job);
			if (!job.pid)
				exit(1);
			return 0;
		}
	C
	found 1 wrapper
	[ "$(sed -n 's/:[0-9]*: exit() .*\[\(.*\)\]/ \1/p' out)" = \
		$'wrapper/main.c:10 child\nwrapper/main.c:13 child' ]
	run ! grep -q 'from main' out
}

@test "functions that are not given are taken for what they may be, and named" {
	cat >ends.c <<-'C'
		#include <unistd.h>
		void die(const char *text) __attribute__((noreturn));
		void a(void) { if (!fork()) die("child"); }
		void b(void) { die("parent"); }
	C
	found 2 ends.c
	grep -qx 'exitcheck: ends.c: die() ends a child, and is not known: add its file' err
	cat >forks.c <<-'C'
		#include <stdlib.h>
		int test_fork_id(int id), fork_in_a_loop(void);
		#define test_fork() test_fork_id(-1)
		void a(void) { if (test_fork() == 0) exit(1); }
		void b(void) { if (fork_in_a_loop() == 0) exit(1); }
	C
	found 2 forks.c
	grep -q '^forks.c:4:.*exit() in a forked child' out
	grep -q '^exitcheck: forks.c: line 4: test_fork_id() is taken for fork()' err
	cat >number.c <<-'C'
		#include <stdlib.h>
		long syscall(long number, ...);
		void a(void) { if (!syscall(__NR_clone, 17, 0, 0, 0, 0)) exit(1); }
		void b(void) { if (!syscall(SYS_fork)) exit(1); }
		void c(void) { if (!syscall(SYS_getpid)) exit(1); }
	C
	found 1 number.c
	[ "$(sed -n 's/^number.c:\([0-9]*\):.*exit() in.*/\1/p' out | tr '\n' ' ')" = '3 4 ' ]
}

@test "a child's call by a pointer that only another file sets is named" {
	mkdir framework
	cat >framework/test.h <<-'C'
		struct test { const char *name; void (*run)(void); void (*clean)(void); };
		extern const struct test *const tests[];
	C
	cat >framework/run.c <<-'C'
		#include <unistd.h>
		#include "test.h"
		void run_all(void)
		{
			for (int i = 0; tests[i]; i++)
				if (!fork()) {
					tests[i]->run();
					_exit(0);
				}
		}
	C
	cat >framework/leave.c <<-'C'
		#include <stdlib.h>
		#include "test.h"
		static void leave(void) { exit(1); }
		const struct test leave_test = { "leave", leave };
	C
	cat >framework/stay.c <<-'C'
		#include "test.h"
		static void stay(void) { }
		const struct test stay_test = { .name = "stay", .run = stay };
	C
	found 2 framework
	grep -qx 'exitcheck: framework/run.c: line 7: a child calls run(), which may be a function of framework/leave.c' err
	rm framework/leave.c
	found 0 framework
}

@test "a child's call by a pointer that a function stores is named" {
	mkdir stored
	cat >stored/hook.h <<-'C'
		extern void (*hook)(void);
		void add_job(void (*fn)(void)), run_jobs(void);
	C
	cat >stored/jobs.c <<-'C'
		#include <unistd.h>
		#include "hook.h"
		static struct { void (*fn)(void); } jobs[8];
		static int count;
		void add_job(void (*fn)(void)) { jobs[count++].fn = fn; }
		void run_jobs(void)
		{
			for (int i = 0; i < count; i++)
				if (!fork()) {
					jobs[i].fn();
					_exit(0);
				}
		}
	C
	cat >stored/add.c <<-'C'
		#include <stdlib.h>
		#include "hook.h"
		static void leave(void) { exit(1); }
		int main(void) { add_job(leave); run_jobs(); return 0; }
	C
	found 2 stored
	grep -qx 'exitcheck: stored/jobs.c: line 10: a child calls fn(), which may be a function of stored/add.c' err
	sed -i 's/exit(1)/return/' stored/add.c
	found 0 stored
	# A variable of another file, set in a function.
	cat >stored/jobs.c <<-'C'
		#include <unistd.h>
		#include "hook.h"
		void (*hook)(void);
		void run_jobs(void) { if (!fork()) { hook(); _exit(0); } }
	C
	cat >stored/add.c <<-'C'
		#include <stdlib.h>
		#include "hook.h"
		static void leave(void) { exit(1); }
		int main(void) { hook = leave; run_jobs(); return 0; }
	C
	found 2 stored
	grep -qx 'exitcheck: stored/jobs.c: line 4: a child calls hook(), which may be a function of stored/add.c' err
}

@test "code with names that nobody declares is understood, or named" {
	cat >types.c <<-'C'
		#include <stdlib.h>
		#include <unistd.h>
		#include "nothere.h"
		static void by_argument(u32 number, foo_t *foo) { exit(number); }
		static num_t by_result(void) { exit(1); }
		STATIC void by_macro(int status) { exit(status); }
		static INLINE int by_inline_macro(int status) { exit(status); }
		static void by_constant(int status) { exit(status); }
		static void by_case(int status)
		{
			switch (status) {
			case FOO_LEAVE:
				exit(1);
			case FOO_STAY:
				_exit(1);
			}
		}
		static void in_table(void) { exit(1); }
		static struct { int kind; void (*run)(void); } table[] = { { FOO_KIND, in_table } };
		static pid_t spawn(int flags) { return flags ? fork() : -1; }
		static void of_wrapper(void) { if (spawn(FOO_FLAG) == 0) exit(1); }
		void a(void) { if (!fork()) { by_argument(1, NULL); _exit(0); } }
		void b(void) { if (!fork()) { by_result(); _exit(0); } }
		void c(void) { if (!fork()) { by_macro(1); _exit(0); } }
		void d(void) { if (!fork()) { by_inline_macro(1); _exit(0); } }
		void e(void) { if (!fork()) { by_constant(FOO_STATUS); _exit(0); } }
		void f(void) { if (!fork()) { by_case(1); _exit(0); } }
		void g(void) { if (!fork()) { table[0].run(); _exit(0); } }
		void h(void) { of_wrapper(); }
	C
	found 1 types.c
	[ "$(sed -n 's/^types.c:\([0-9]*\):.*exit() in.*/\1/p' out | tr '\n' ' ')" = \
		'4 5 6 7 8 13 18 21 ' ]
	cat >lost.c <<-'C'
		#include <stdlib.h>
		#include <unistd.h>
		#include "nothere.h"
		static void body(void) { exit(1); }
		static struct test test = { .run = body };
		void a(void) { if (!fork()) { test.run(); _exit(0); } }
	C
	found 2 lost.c
	grep -qx 'exitcheck: lost.c: line 5: clang cannot make sense of this use of body(): missing: nothere.h' err
	cat >cast.c <<-'C'
		#include <stdlib.h>
		#include <unistd.h>
		#include "nothere.h"
		static void child(void *data) { exit(data != NULL); }
		void a(void) { if (!fork()) { child((foo_t *)NULL); _exit(0); } }
	C
	found 2 cast.c
	grep -q '^exitcheck: cast.c: line 5: clang cannot make sense of this call of child()' err
}

@test "a statement that clang loses leaves its variables unknown" {
	mkdir new
	cat >new/lost.c <<-'C'
		#include <stdlib.h>
		#include <unistd.h>
		#include "run.skel.h"
		void f(void *prog)
		{
			int ret = 0;

			if (fork())
				return;
			ret = bpf_run(bpf_program__fd(prog), &opts);
			if (ret)
				exit(1);
			_exit(0);
		}
	C
	found 1 new
	grep -q '^new/lost.c:12:.*\[child\]$' out
}

@test "exitcheck finds headers as a build does" {
	mkdir -p project/src/deep/er/still/more project/include project/extra project/db project/out
	touch project/Makefile
	echo '#define SPAWN() fork()' >project/include/spawn.h
	use='#include <stdlib.h>\n#include <unistd.h>\n#include "%s"\nvoid f(void) { if (!SPAWN()) exit(1); }\n'
	# shellcheck disable=SC2059 # the format is in use
	printf "$use" spawn.h >project/src/deep/er/still/more/f.c
	found 1 project/src
	cp project/include/spawn.h project/extra/made.h
	# shellcheck disable=SC2059
	printf "$use" made.h >project/src/deep/g.c
	found 2 project/src/deep/g.c
	printf 'DIR = extra\nCFLAGS += -O2 -I$(top_srcdir)/$(DIR)\n' >project/src/deep/Makefile.am
	found 1 project/src/deep/g.c
	# Headers for another system do not take the place of ours.
	mkdir project/include/mingw
	printf '#define fork() 1\n' >project/include/mingw/unistd.h
	printf 'CFLAGS += -I$(top_srcdir)/include/mingw\n' >>project/src/deep/Makefile.am
	found 1 project/src/deep/g.c
	mkdir -p project/os/win32/include
	cp project/include/mingw/unistd.h project/os/win32/include
	printf 'CFLAGS += -I$(top_srcdir)/os/win32/include\n' >>project/src/deep/Makefile.am
	found 1 project/src/deep/g.c
	# shellcheck disable=SC2059
	printf "$use" told.h >project/src/h.c
	cp project/include/spawn.h project/out/told.h
	mkdir project/build
	cat >project/build/compile_commands.json <<-JSON
		[{ "directory": "$PWD/project/out", "file": "../src/h.c", "command": "cc -I . -c ../src/h.c" }]
	JSON
	found 1 project/src/h.c
}

@test "exitcheck takes macros from a Makefile's flags" {
	mkdir project
	cat >project/f.c <<-'C'
		#include <stdlib.h>
		int use(const char *directory);
		void f(void)
		{
			if (!SPAWN() && NUMBER == 3 && use(DIRECTORY))
				exit(1);
		}
	C
	# Those of a condition, of a recipe and of one program do not count.
	printf '%s\n' 'ifdef SPECIAL' 'CFLAGS += -DSPAWN=fork' endif 'one_CFLAGS = -DSPAWN=fork' \
		'f:' '	$(CC) CFLAGS = -DSPAWN=fork' >project/Makefile
	found 0 project
	printf '%s\n' 'override AM_CPPFLAGS := -O2 \' '	-DSPAWN=fork -DNUMBER=3 \' \
		"	-DDIRECTORY='\"\$(sysconfdir)\"'" >>project/Makefile
	found 1 project
	[ "$(cat err)" = 'exitcheck: 1 file (0 without fork), 1 found' ]
	found 0 project -- -DSPAWN=spawn
	found 1 project -- -DNUMBER=4
	grep -q '\[child falls out\]$' out
	# Nothing is known about the value of a variable.
	sed -i 's/NUMBER=3/NUMBER=$(NUMBER)/' project/Makefile
	found 1 project
	cat >project/compile_commands.json <<-JSON
		[{ "directory": "$PWD/project", "file": "f.c", "command": "cc -DSPAWN=spawn -c f.c" }]
	JSON
	found 0 project
}

# SPAWN, CHILD and DIE are macros. Clang drops a condition with an unknown name in it.
@test "exitcheck finds macros in conditions that clang drops" {
	cat >f.c <<-'C'
		#include <stdlib.h>
		#include <unistd.h>
		int use(int number);
		void condition(void)
		{
			if (!SPAWN() && use(UNKNOWN))
				exit(1);
		}
		void element(void)
		{
			pid_t pids[2];

			pids[UNKNOWN] = SPAWN();
			if (!pids[UNKNOWN])
				exit(1);
		}
		void whole(void)
		{
			CHILD {
				exit(1);
			}
		}
		void end(void)
		{
			if (!SPAWN())
				DIE(use(UNKNOWN));
		}
	C
	cat >macros.h <<-'C'
		#define SPAWN() fork()
		#define CHILD if (!SPAWN() && use(UNKNOWN))
		#define DIE exit
	C
	found 1 f.c -- '-DSPAWN()=fork()' -DDIE=exit '-DCHILD=if (!fork() && use(UNKNOWN))'
	[ "$(grep -c '\]$' out)" = 4 ]
	sed '1i #include "macros.h"' f.c >g.c
	found 1 g.c
	[ "$(grep -c '\]$' out)" = 4 ]
}

@test "exitcheck finds calls in headers that clang drops" {
	cat >f.h <<-'C'
		#include <stdlib.h>
		#include <unistd.h>
		int use(int number);
		static inline void condition(void)
		{
			if (!fork() && use(UNKNOWN))
				exit(1);
		}
		static inline void assignment(void)
		{
			int error = 0;

			if (!fork()) {
				error = use(UNKNOWN);
				if (error)
					exit(1);
				_exit(0);
			}
		}
	C
	printf '#include "f.h"\nvoid f(void) { condition(); assignment(); }\n' >f.c
	found 1 f.c
	[ "$(sed -n 's|.*/||; s/:[0-9]*: exit().*//p' out)" = $'f.h:7\nf.h:16' ]
	# Some names cannot be declared.
	sed -i 's/use(UNKNOWN)/(struct unknown)fork()/' f.h
	found 2 f.c
	grep -q 'line 6 of .*f.h: clang cannot make sense of this call of fork()' err
}

@test "exitcheck follows calls into functions of the old style" {
	cat >a.c <<-'C'
		#include <stdlib.h>
		#include <unistd.h>
		int limit;
		void one_line(text) char *text; { exit(1); }
		void lines(text, count, handler)
			register char *text;
			unsigned int count;
			void (*handler)();
		{
			handler();
			exit(1);
		}
		int undeclared(text)
		{
			exit(1);
		}
		void (*pick(int number))(int)
		{
			exit(number);
		}
		pid_t spawn(text)
			char *text;
		{
			return fork();
		}
	C
	cat >b.c <<-'C'
		#include <unistd.h>
		void one_line(), lines(), (*pick())();
		int spawn(), undeclared();
		void a(void) { if (!fork()) one_line("x"); }
		void b(void) { if (!spawn("x")) lines("x", 1, 0); }
		void c(void) { if (!fork()) undeclared("x"); }
		void d(void) { if (!fork()) pick(1); }
	C
	found 1 a.c b.c
	[ "$(sed -n 's/:[0-9]*: exit().*//p' out)" = $'a.c:4\na.c:11\na.c:15\na.c:19' ]
}

@test "exitcheck finds functions that other files define in a roundabout way" {
	mkdir parts
	cat >parts/a.c <<-'C'
		#include <stdlib.h>
		#include "names.h"
		#include "part.inc"
		void renamed(void) { exit(1); }
		void (in_parens)(void) { exit(1); }
	C
	cat >parts/part.inc <<-'C'
		#include <unistd.h>
		void included(void) { exit(1); }
		pid_t (spawn)(void) { return fork(); }
		static void own_child(void) { if (!fork()) exit(1); }
		void (*const children[])(void) = { own_child };
	C
	cat >parts/names.h <<-'C'
		#define renamed project_renamed
		void renamed(void);
	C
	# A test that includes the file does not take its functions from the others.
	printf '#include <stdlib.h>\nvoid shared(void) { exit(1); }\n' >parts/c.c
	printf '#include "c.c"\nint test(void) { return 0; }\n' >parts/test.c
	cat >parts/b.c <<-'C'
		#include <unistd.h>
		#include "names.h"
		void in_parens(void), included(void), shared(void);
		int spawn(void);
		void a(void) { if (!fork()) renamed(); }
		void b(void) { if (!fork()) in_parens(); }
		void c(void) { if (!fork()) included(); }
		void d(void) { if (!spawn()) shared(); }
	C
	found 1 parts
	[ "$(sed -n 's/:[0-9]*: exit().*//p' out | sort)" = \
		$'parts/a.c:4\nparts/a.c:5\nparts/c.c:2\nparts/part.inc:2\nparts/part.inc:4' ]
}

@test "exitcheck finds functions that macros of other files make, and names aliases" {
	mkdir made
	cat >made/made.h <<-'C'
		#define DEFINE(name) void name(void)
		#define CHILD(type, name) type child_##name(int status) __attribute__((noreturn)); \
			type child_##name(int status)
		#define TEST(name) pid_t name##_test(void)
		#define MAKE_DIE(status, name) void name(void) \
		{ exit(status); }
		DEFINE(die);
		void child_leave(int status), quit(void), stop(void), aliased(int status);
	C
	cat >made/a.c <<-'C'
		#include <stdlib.h>
		#include <unistd.h>
		#include "made.h"
		DEFINE(die) { exit(1); }
		CHILD(void, leave)
		{
			exit(status);
		}
		TEST(fork) { return fork(); }
		MAKE_DIE(1, quit)
		MAKE_DIE(1, stop);
		int old(argc, argv) int argc; char **argv; { return 0; }
	C
	cat >made/b.c <<-'C'
		#include <unistd.h>
		#include "made.h"
		int fork_test(void), old();
		void a(void) { if (!fork()) die(); }
		void b(void) { if (!fork_test()) child_leave(3); }
		void c(void) { if (!fork()) quit(); }
		void d(void) { if (!fork()) { old(1, 2); stop(); } }
	C
	found 1 made
	[ "$(sed -n 's/:[0-9]*: exit().*//p' out | sort)" = \
		$'made/a.c:10\nmade/a.c:11\nmade/a.c:4\nmade/a.c:7' ]
	cat >made/alias.c <<-'C'
		#include <stdlib.h>
		#include <unistd.h>
		static void hidden(int status) { exit(status); }
		void aliased(int status) __attribute__((alias("hidden")));
		void f(void) { if (!fork()) aliased(1); }
	C
	found 2 made/alias.c
	grep -qx 'exitcheck: made/alias.c: clang does not find the body of aliased()' err
	grep -q '1 file (0 without fork), 0 found, 1 could not' err
}

@test "an unreadable path does not stop the others" {
	found 2 nowhere sources/exec.c
	grep -qx 'exitcheck: nowhere: No such file or directory' err
	grep -q '^sources/exec.c:12:' out
	echo 'class X {};' >x.cpp
	found 2 x.cpp
	[ "$(cat err)" = 'exitcheck: x.cpp: is C++: only C is read' ]
	mkdir both
	cp x.cpp sources/no_child.c both
	found 0 both
	grep -qF '; 1 C++ file left out' err
}

@test "exitcheck reports nesting that is too deep" {
	mkdir new
	{
		echo '#include <stdlib.h>'
		echo '#include <unistd.h>'
		echo 'void f(void) { if (!fork()) exit(1); }'
		printf 'void g(void) '
		printf '{%.0s' $(seq 5000)
		printf '}%.0s' $(seq 5000)
	} >new/deep.c
	found 2 new
	grep -q '^exitcheck: new/deep.c: .*nested too deeply' err
}

@test "--fix --fflush keeps the child's output" {
	mkdir new
	printf '#include <stdio.h>\n#include <stdlib.h>\n#include <unistd.h>\nint main(void)\n{\n\tif (!fork()) {\n\t\tputs("child");\n\t\tif (rand())\n\t\t\texit(0);\n\t\texit(1);\n\t}\n}\n' >new/f.c
	found 1 --fix new
	run ! grep -q _exit new/f.c
	found 0 --fix --fflush new
	[ "$(grep -c 'fflush(NULL)' new/f.c)" = 2 ]
	found 0 new
	cc -o new/f new/f.c
	[ "$(new/f | sort -u)" = child ]
	found 2 --fflush new
	grep -qx 'exitcheck: --fflush: is for --fix: see exitcheck --help' err
}

@test "--fix --fflush leaves an argument that calls a function" {
	mkdir new
	cat >new/f.c <<'C'
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#define SHOWN(text) (puts(text), 0)
static int show(void) { return puts("show") < 0; }
static int quiet(void) { return 0; }
static int run(int (*test)(void))
{
	if (!fork())
		exit(test());
	return wait(NULL) < 0;
}
int main(int argc, char **argv)
{
	if (!fork()) exit(show());
	wait(NULL);
	if (!fork()) exit(argc > 9 ? 1 : SHOWN("macro"));
	wait(NULL);
	if (!fork()) { puts("errno"); exit(errno); }
	wait(NULL);
	if (!fork()) { puts("close"); exit(fclose(stdout)); }
	wait(NULL);
	if (!fork()) exit(({ puts("block"); argc > 9; }));
	wait(NULL);
	if (!fork()) { puts("plain"); exit(argc > 9 ? sizeof(quiet()) : 0); }
	wait(NULL);
	if (!fork()) exit(quiet());
	wait(NULL);
	return run(show);
}
C
	cc -w -o before new/f.c
	found 1 --fix new
	[ "$(grep -c '[^_]_exit' new/f.c)" = 2 ]
	found 1 --fix --fflush new
	[ "$(grep -c 'fflush(NULL), _exit(argc' new/f.c)" = 1 ]
	[ "$(grep -c 'note: --fix leaves it: its argument calls a function: store the result first' out)" = 5 ]
	cc -w -o after new/f.c
	diff <(./before) <(./after)
	# A use of a macro counts for all.
	printf '#include <stdio.h>\n#include <stdlib.h>\n#include <unistd.h>\n#define END(with) exit(with)\nvoid f(void) { if (!fork()) { puts("x"); END(0); } }\nvoid g(void) { if (!fork()) END(puts("y")); }\n' >new/f.c
	found 1 --fix --fflush new
	run ! grep -q _exit new/f.c
}

@test "--fix leaves the exit() of a child with an exit handler of its own" {
	mkdir new
	printf '#include <stdlib.h>\n#include <stdio.h>\n#include <unistd.h>\nstatic void bye(void) { puts("bye"); }\nstatic void by(int with, void *data) { bye(); }\n' | tee new/here.c >new/on_exit.c
	printf 'void f(void) { if (!fork()) { if (atexit(bye)) exit(1); exit(2); } }\n' >>new/here.c
	printf 'static void end(void) { exit(3); }\nvoid g(int at) { if (!fork()) { if (at) on_exit(by, NULL); end(); } }\n' >>new/on_exit.c
	# In a function of another file.
	printf 'void start(void);\n' >new/start.h
	printf '#include <stdlib.h>\n#include "start.h"\nstatic void stop(void) { }\nvoid start(void) { atexit(stop); }\n' >new/start.c
	printf '#include <stdlib.h>\n#include <unistd.h>\n#include "start.h"\nvoid h(void) { if (!fork()) { start(); exit(4); } }\n' >new/there.c
	cp -r new before
	found 1 --fix --fflush new
	diff -r before new
	[ "$(grep -c 'note: --fix leaves it: the child has set an exit handler of its own' out)" = 4 ]
	[ "$(grep -c '\[child\]$' out)" = 4 ]
	# The parent's handler is not to run in the child, nor in a child of the child.
	printf 'void i(void) { atexit(bye); if (!fork()) exit(5); }\nvoid j(void) { if (!fork()) { atexit(bye); if (!fork()) exit(6); _exit(0); } }\n' >>new/here.c
	found 1 --fix new
	[ "$(grep -c ' _exit([56])' new/here.c)" = 2 ]
}

@test "--fix leaves a file that would not compile" {
	mkdir new
	# An include that is added declares what these declare otherwise.
	printf '#include <stdio.h>\n#include <stdlib.h>\nint read(), write();\nint fork();\nvoid f(void) { if (!fork()) exit(1); }\n' >new/read.c
	printf '#include <stdlib.h>\n#include <unistd.h>\n#include "say.h"\nstatic int remove(int at) { return at; }\nvoid f(int at) { if (!fork()) { say(remove(at)); exit(at); } }\n' >new/remove.c
	printf 'void say(int);\n' >new/say.h
	printf '#include <stdio.h>\n#include "say.h"\nvoid say(int at) { printf("%%d", at); }\n' >new/say.c
	# _exit is not always the C library's.
	printf '#include <stdlib.h>\n#include <unistd.h>\nint f(void) { int _exit = 3; if (!fork()) exit(_exit); return _exit; }\n' >new/variable.c
	printf '#include <stdlib.h>\n#include <unistd.h>\nvoid f(void (*_exit)(int)) { if (!fork()) exit(1); }\n' >new/parameter.c
	printf '#include <stdlib.h>\n#include <unistd.h>\n#define _exit(with) exit((with) + 1)\nvoid f(void) { if (!fork()) exit(1); }\n' >new/macro.c
	printf '#include <stdlib.h>\nint fork(void);\nvoid _exit(int with) { exit(with + 1); }\nvoid f(void) { if (!fork()) exit(1); }\n' >new/function.c
	# Errors that the file has already do not matter.
	printf '#include <stdlib.h>\n#include "nothere.h"\n#include <unistd.h>\nstruct unknown u;\nvoid f(void) { if (!fork()) exit(1); }\n' >new/broken.c
	cp -r new before
	found 1 --fix --fflush new
	run -1 diff -rq before new
	[ "$output" = 'Files before/broken.c and new/broken.c differ' ]
	grep -qx "new/read.c:.*: note: --fix leaves this file: conflicting types for 'read'" out
	grep -q '^new/remove.c:.*: note: --fix leaves this file: ' out
	[ "$(grep -c 'leaves this file: _exit has another meaning there$' out)" = 4 ]
}

@test "--github prints annotations" {
	found 1 --github sources/exec.c
	grep -q '^::warning file=sources/exec.c,line=12,col=3,title=child (exec failed)::exit() in a ' out
	[ "$(grep -vc '^::warning ' out)" = 0 ]
	found 2 --github nowhere
	grep -qx '::error file=nowhere,title=exitcheck%3A not understood::No such file or directory' out
}

@test "exitcheck keeps one copy of a header's functions" {
	mkdir few many
	for i in $(seq 400); do
		printf 'static inline int f%d(int a) { ' "$i"
		printf 'int v%d = a; ' $(seq 40)
		echo 'return v1; }'
	done | tee few/all.h >many/all.h
	for i in $(seq 30); do
		printf '#include <stdlib.h>\n#include <unistd.h>\n#include "all.h"\nvoid g%d(void) { if (!fork()) exit(f1(0)); }\n' "$i" >"many/$i.c"
	done
	cp many/[12].c few
	python3 - "$exitcheck" <<'PY'
import os, subprocess, sys

def peak(path):
    process = subprocess.Popen([sys.argv[1], path], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert os.WEXITSTATUS(status) == 1, status
    return usage.ru_maxrss

# 30 files define 480,000 variables.
few, many = peak("few"), peak("many")
assert many < few + 12 * 1024, (few, many)
PY
}

@test "exitcheck reads a format made of thousands of macros" {
	mkdir new
	{
		printf '#include <stdio.h>\n#include <stdlib.h>\n#include <unistd.h>\n'
		printf '#define A "%%1$s" "%%2$s" "%%3$s" "%%4$d" "%%4$d"\n'
		before=A
		for name in B C D E; do
			echo "#define $name $(yes $before | head -n 12 | tr '\n' ' ')"
			before=$name
		done
		echo 'int f(char *to) { return snprintf(to, 9, E, "a", "b", "c", 1); }'
		echo 'void g(void) { if (!fork()) exit(1); }'
	} >new/f.c
	found 1 new
	[ "$(reported <out)" = 'new/f.c:10 child' ]
}
