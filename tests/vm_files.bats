#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# vmtest.sh --file and --output: programs with the files that they need, and files of any name and
# mode.

bats_require_minimum_version 1.5.0

setup()
{
	top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	export BUILD="${BUILD:-$top/build}" TMPDIR=$BATS_TEST_TMPDIR/tmp
	scratch="$BATS_TEST_TMPDIR/a dir"
	mkdir "$TMPDIR" "$scratch"
	unset LD_LIBRARY_PATH
}

teardown()
{
	for _ in $(seq 300); do
		[ -n "$(ls -A "$TMPDIR")" ] || break
		sleep 0.1
	done
	[ -z "$(ls -A "$TMPDIR")" ]
}

vmtest() { "$top/vmtest.sh" "$@"; }

# library FILE NAME VALUE: build a shared library whose function NAME returns VALUE.
library()
{
	echo "int $2(void) { return $3; }" | gcc -shared -fPIC -Wl,-soname,"$(basename "$1")" -x c -o "$1" -
}

@test "--file finds libraries by RUNPATH, by LD_LIBRARY_PATH, by dlopen() and beside the program" {
	mkdir -p "$scratch/tree/bin" "$scratch/tree/my lib" "$scratch/elsewhere" "$scratch/other"
	library "$scratch/tree/my lib/libone.so" one 1
	library "$scratch/elsewhere/libtwo.so.2" two 2
	library "$scratch/elsewhere/libthree.so" three 3
	library "$scratch/tree/bin/libfour.so.4" four 4
	cat >"$scratch/main.c" <<-'EOC'
	#include <dlfcn.h>
	#include <execinfo.h>
	#include <stdio.h>
	int one(void), two(void);
	int main(void)
	{
		void *stack[9];
		printf("%d %d %s %s %s\n", one(), two(), dlopen("libthree.so", RTLD_NOW) ? "3" : dlerror(),
		       dlopen("libfour.so.4", RTLD_NOW) ? "4" : dlerror(),
		       backtrace(stack, 9) > 0 ? "stack" : "no stack");
		return 0;
	}
	EOC
	gcc "$scratch/main.c" -o "$scratch/tree/bin/program" "$scratch/tree/my lib/libone.so" \
		"$scratch/elsewhere/libtwo.so.2" -Wl,-rpath,'$ORIGIN/../my lib:$ORIGIN'
	cd "$scratch"
	export LD_LIBRARY_PATH=elsewhere:
	# The file alone, to one place, and its whole tree, to another.
	run -0 --separate-stderr vmtest --file "$scratch/tree/bin/program:/opt/x/y/program" \
		--file "$scratch/tree:/srv/moved" -- sh -c '/opt/x/y/program; /srv/moved/bin/program'
	[ "$output" = $'1 2 3 4 stack\n1 2 3 4 stack' ]
}

@test "--file copies a script's interpreter, and names a missing one" {
	printf '#!/usr/bin/env bash\n[[ a == a ]] && echo "by ${BASH_VERSION%%%%.*}"\n' >"$scratch/by env"
	printf '#!/bin/sh -e\necho by sh\n' >"$scratch/by sh"
	printf '#!/no/such/interpreter -x\n' >"$scratch/by none"
	chmod +x "$scratch"/by*
	run -0 --separate-stderr vmtest --file "$scratch:/s" -- sh -c '"/s/by env"; "/s/by sh"'
	[ "$output" = "by ${BASH_VERSION%%.*}"$'\nby sh' ]
	[[ $stderr == *"vmtest: $scratch/by none: its interpreter /no/such/interpreter is not here, and not in the machine"* ]]
	[[ $stderr == *"vmtest: $scratch/by env: "*'/bash goes with it'* ]]
	[[ $stderr != *'by sh: '* ]]
}

@test "--output copies files of any name and mode, also without root" {
	[ "$(id -u)" != 0 ] || as='setpriv --reuid=65534 --regid=65534 --clear-groups'
	[ "$(id -u)" != 0 ] || chmod 755 "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR"
	mkdir "$scratch/build"
	cp -a --reflink=auto "$BUILD/qemu" "$BUILD/kvm-verdict" "$scratch/build/" 2>/dev/null || :
	[ "$(id -u)" != 0 ] || chown -R 65534 "$BATS_TEST_TMPDIR"
	HOME=$scratch BUILD=$scratch/build run -0 ${as-} "$top/vmtest.sh" --kernel "$("$top/vm/packages/kernel.sh")" \
		--output "$scratch/out" -- sh -c '
		cd /output
		mkdir -p zero/deep "a b/c"
		for name in zero/deep/in "a b/c/d" "new
line" "quo\"te" -dash "*" " "; do echo "$name" >"$name"; done
		chmod 0 zero/deep/in zero/deep zero'
	[ -z "$(grep 'did not come out' <<<"$output")" ]
	[ "$(cat "$scratch/out/new"$'\n'line)" = $'new\nline' ]
	[ "$(cat "$scratch/out/a b/c/d")" = 'a b/c/d' ]
	for name in 'quo"te' -dash '*' ' '; do
		[ "$(cat "$scratch/out/$name")" = "$name" ]
	done
	[ "$(cat "$scratch/out/zero/deep/in")" = zero/deep/in ]
}
