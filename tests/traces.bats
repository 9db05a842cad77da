#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# Stack traces of tests that crash or hang: function, file and line, in every flavour.

bats_require_minimum_version 1.5.0
load runner.bash

# line_of TEXT FILE: print the number of the first line with TEXT in tests/faults/FILE.
line_of() { grep -nFm 1 -- "$1" "$top/tests/faults/$2" | cut -d: -f1; }

# frame FUNCTION FILE TEXT: print an extended regular expression for the frame at that line of the
# source.
frame() { echo "^ +#[0-9]+ 0x[0-9a-f]+ in $1 (.*/)?tests/faults/$2:$(line_of "$3" "$2")(:[0-9]+)?$"; }

# The same frames, as AddressSanitizer prints them for the signals that it handles.
traces()
{
	cat >library.c <<-'EOT'
	static int *volatile nowhere;
	static int fall(void) { return *nowhere + 1; }
	int crash_here(void) { return fall() + 1; }
	EOT
	gcc -g -O0 -shared -fPIC -o library.so library.c
	CRASH_LIBRARY=$PWD/library.so run -1 "$@" --no-error-summary \
		-a crash_segv,crash_stack,trace_inlined,trace_library,trace_pointer,trace_wild
	has '^#[0-9]+/1 +crash_segv/before:OK$' "$(frame fault_crash_segv crashes.c '*nowhere = 1;')" \
		'^#[0-9]+ +crash_segv:FAIL$'
	# A static function, at the end of an overflown stack.
	has "$(frame descend crashes.c 'return deeper(depth + 1)')" '^#[0-9]+ +crash_stack:FAIL$'
	has "$(frame inner crashes.c 'raise(SIGABRT);')" "$(frame outer crashes.c $'\tinner();')" \
		"$(frame fault_trace_inlined crashes.c $'\touter();')" '^#[0-9]+ +trace_inlined:FAIL$'
	has '^ +#0 0x[0-9a-f]+ in fall (.*/)?library.c:2(:[0-9]+)?$' \
		'^ +#1 0x[0-9a-f]+ in crash_here (.*/)?library.c:3(:[0-9]+)?$' \
		'^ +#2 0x[0-9a-f]+ in fault_trace_library ' '^#[0-9]+ +trace_library:FAIL$'
	# The caller, as the bad address has no function.
	has '^ +#0 0x0+ ' '^ +#1 0x[0-9a-f]+ in fault_trace_pointer ' '^#[0-9]+ +trace_pointer:FAIL$'
	has '^ +#0 0x123456789000 ' '^ +#1 0x[0-9a-f]+ in fault_trace_wild ' '^#[0-9]+ +trace_wild:FAIL$'
	run -1 "$@" -w 1 --no-error-summary -a hang_read
	has "$(frame fault_hang_read hangs.c 'read(fds[0]')" '^#[0-9]+ +hang_read:FAIL$'
}
@test "traces name function, file and line: static, inlined, in a library, after a bad call, of a hang" {
	everywhere traces
}

many()
{
	run -0 "$@" -a trace_many -v
	# Each trace is complete, without lines of another process.
	[ "$(grep -A 3 '^test_progs: process died by SIGABRT, stack trace:$' <<<"$output" | grep -c '#[012] ')" = 24 ]
	[ "$(grep -cE "$(frame abort_slowly crashes.c $'\tabort();')|in abort_slowly " <<<"$output")" = 8 ]
	run -1 "$@" -a trace_closed --no-error-summary
	has ' in fault_trace_closed ' '^trace_closed:FAIL:killed by SIGABRT$'
}
@test "processes that crash at once, and one without descriptors, have their traces" { everywhere many; }

@test "without debug information a trace has symbols, or offsets for addr2line" {
	objcopy --strip-debug "$BUILD/plain/test_faults" symbols
	run -1 ./symbols -a crash_stack,trace_inlined --no-error-summary
	has '^ +#3 0x[0-9a-f]+ in descend \(/.*/symbols\+0x[0-9a-f]+\)$' \
		'^ +#[0-9]+ 0x[0-9a-f]+ in fault_trace_inlined \(/.*/symbols\+0x[0-9a-f]+\)$'
	objcopy --strip-all "$BUILD/plain/test_faults" offsets
	run -1 ./offsets -a crash_stack --no-error-summary
	has '^ +#3 0x[0-9a-f]+ \(/.*/offsets\+0x[0-9a-f]+\)$'
	offset=$(sed -n 's/^ *#3 .*+\(0x[0-9a-f]*\))$/\1/p' <<<"$output")
	[ "$(addr2line -f -e "$BUILD/plain/test_faults" "$offset" | head -n 1)" = descend ]
}

@test "in the machine, whose libraries have no debug information, too" {
	run -1 "$top/vmtest.sh" --file "$BUILD/plain/test_faults" --output machine -- \
		./test_faults -a trace_inlined --no-error-summary
	has "$(frame inner crashes.c 'raise(SIGABRT);')" "$(frame outer crashes.c $'\tinner();')" \
		"$(frame fault_trace_inlined crashes.c $'\touter();')" 'in __libc_start_main \(.*libc.so.6\+0x'
}

@test "a process prints its trace itself if the runner does not" {
	"$BUILD/plain/test_faults" -a hang_read -w 60 >out 2>&1 &
	guard=$!
	until_it has_test $guard
	exec 7>"/proc/$test/fd/1"
	kill -STOP "$runner"
	kill -ABRT "$test"
	until_it grep -q ') Z ' "/proc/$test/stat"
	kill -CONT "$runner"
	wait $guard || :
	output=$(cat out)
	has '^test_progs: process died by SIGABRT, stack trace:$' 'test_faults\(fault_hang_read\+0x'
}
