#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# make install, the installed programs, and completion.

# shellcheck disable=SC2030,SC2031,SC2154 # bats runs each test in a shell of its own, and sets stderr

bats_require_minimum_version 1.5.0

setup_file()
{
	top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	export top BUILD="${BUILD:-$top/build}" root="$BATS_FILE_TMPDIR/a root"
	make -s -C "$top" install DESTDIR="$root" prefix=/usr
}

setup()
{
	cd "$BATS_TEST_TMPDIR" || exit
	bin=$root/usr/bin
}

@test "make install puts each file in its directory, and no other file" {
	diff -u - <(cd "$root" && find . -type f -printf '%m %P\n' | LC_ALL=C sort -k 2) <<-'EOT'
	755 usr/bin/exitcheck
	755 usr/bin/test_progs
	755 usr/bin/vmtest.sh
	755 usr/libexec/test_progs/lib/exit_status.h
	755 usr/libexec/test_progs/lib/say.sh
	755 usr/libexec/test_progs/vm/SPLAT_ALLOWLIST
	755 usr/libexec/test_progs/vm/SPLAT_DENYLIST
	755 usr/libexec/test_progs/vm/accel.sh
	755 usr/libexec/test_progs/vm/arch.sh
	755 usr/libexec/test_progs/vm/bus.sh
	755 usr/libexec/test_progs/vm/bzimage.sh
	755 usr/libexec/test_progs/vm/carry.sh
	755 usr/libexec/test_progs/vm/channels.sh
	755 usr/libexec/test_progs/vm/disk.sh
	755 usr/libexec/test_progs/vm/early-init
	755 usr/libexec/test_progs/vm/foreign.sh
	755 usr/libexec/test_progs/vm/init
	755 usr/libexec/test_progs/vm/initramfs.sh
	755 usr/libexec/test_progs/vm/kconfig.sh
	755 usr/libexec/test_progs/vm/kernel-image.sh
	755 usr/libexec/test_progs/vm/machine.sh
	755 usr/libexec/test_progs/vm/modules.sh
	755 usr/libexec/test_progs/vm/packages/archive.sh
	755 usr/libexec/test_progs/vm/packages/fetch.sh
	755 usr/libexec/test_progs/vm/packages/kernel.sh
	755 usr/libexec/test_progs/vm/packages/module.sh
	755 usr/libexec/test_progs/vm/packages/names
	755 usr/libexec/test_progs/vm/packages/qemu.sh
	755 usr/libexec/test_progs/vm/packages/sysroot.sh
	755 usr/libexec/test_progs/vm/scratch.sh
	755 usr/libexec/test_progs/vm/share.sh
	755 usr/libexec/test_progs/vm/splats.sh
	755 usr/libexec/test_progs/vm/verdict.sh
	755 usr/libexec/test_progs/vm/watch.sh
	755 usr/libexec/test_progs/vmtest.sh
	644 usr/share/bash-completion/completions/test_progs
	644 usr/share/man/man1/exitcheck.1
	644 usr/share/man/man1/test_progs.1
	644 usr/share/man/man1/vmtest.sh.1
	EOT
}

@test "installed test_progs and exitcheck run" {
	run -0 "$bin/test_progs" -l
	[ "$output" = "$("$BUILD/plain/test_progs" -l)" ]
	run -1 "$bin/exitcheck" "$top/tests/exitcheck/calls.c"
	[[ $output == *'[child]'* ]]
}

@test "installed vmtest.sh boots with kernels from the user's cache, also through a link" {
	mkdir cache
	ln -s "$BUILD" cache/test_progs
	ln -s "$bin/vmtest.sh" link
	chmod -R a-w "$root/usr/libexec"
	run -3 --separate-stderr env -u BUILD HOME=/nonexistent XDG_CACHE_HOME="$PWD/cache" \
		./link --file "$bin/test_progs" -- sh -c './test_progs -l; exit 3'
	chmod -R u+w "$root/usr/libexec"
	echo "$stderr"
	[ "$output" = "$("$BUILD/plain/test_progs" -l)" ]
	# Without a kernel it prints what to do.
	run -2 env -u BUILD -u XDG_CACHE_HOME -u HOME "$bin/vmtest.sh" -- true
	[[ $output == *'HOME: is not set: set BUILD' ]]
}

# completes LINE EXPECTED: complete the last word of LINE, split as bash does. EXPECTED is as bash
# shows it: with the "@" in front.
completes()
{
	(
		# shellcheck source=completion/test_progs
		. "$root/usr/share/bash-completion/completions/test_progs"
		eval "COMP_WORDS=($1)"
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		word=${COMP_WORDS[COMP_CWORD]}
		before=${COMP_WORDS[COMP_CWORD - 1]}
		case $before in
		*@) word=@$word ;;
		esac
		[ "$word" != '=' ] || word=''
		_test_progs test_progs "$word" "$before"
		[ "${COMPREPLY[*]}" = "$2" ] || {
			echo "$1: '${COMPREPLY[*]}' instead of '$2'"
			exit 1
		}
	)
}

@test "completion offers options, tests and files where they belong" {
	PATH=$bin:$PATH
	touch 'list' 'other'
	completes 'test_progs --al' '--allow='
	completes 'test_progs --until' '--until-fail'
	completes 'test_progs -t token --work' '--workers'
	all=$(test_progs -l)
	for option in -t -b -a -d --name --name-blacklist --allow --deny; do
		completes "test_progs $option t" "$(grep ^t <<<"$all" | paste -sd' ')"
		completes "test_progs $option ''" "$(paste -sd' ' <<<"$all")"
		completes "test_progs $option token,fi" 'token,file_reader'
		completes "test_progs $option token,file_reader,t" \
			"$(grep ^t <<<"$all" | sed 's/^/token,file_reader,/' | paste -sd' ')"
		completes "test_progs $option @ l" '@list'
	done
	completes "test_progs -a token,test_bpffs/ex" \
		'token,test_bpffs/exchange_directories token,test_bpffs/exchange_with_map'
	completes "test_progs --allow =" "$(paste -sd' ' <<<"$all")"
	completes "test_progs --deny = tok" 'token'
	completes "test_progs --allow =@ oth" '@other'
	completes "test_progs --json-summary = l" 'list'
	completes "test_progs -J ''" 'list other'
	completes "test_progs -w ''" ''
	completes "test_progs --repeat = ''" ''
}

@test "completion offers every option of --help" {
	PATH=$bin:$PATH
	test_progs --help | grep -oE '^ {2,6}-[^ ]+( --[a-z-]+)?' | sed 's|=.*||' | tr -s ', ' '\n' | sed '/^$/d' | sort -u >wanted
	# shellcheck source=completion/test_progs
	. "$top/completion/test_progs"
	_test_progs_options test_progs | tr -s ' =' '\n' | sed '/^$/d' | sort -u >offered
	[ "$(wc -l <wanted)" -ge 30 ]
	diff -u wanted offered
}

# Types into an interactive bash until it answers.
@test "bash completes after Tab" {
	run -0 timeout 30 python3 - "$bin" "$root/usr/share/bash-completion/completions/test_progs" <<-'EOT'
	import os, pty, sys
	pid, terminal = pty.fork()
	if pid == 0:
	    os.environ.update(PS1="", TERM="dumb", PATH=sys.argv[1] + ":" + os.environ["PATH"])
	    os.execvp("bash", ["bash", "--norc", "--noprofile", "-i"])
	seen = b""
	def until(text):
	    global seen
	    while text not in seen:
	        seen += os.read(terminal, 4096)
	    seen = b""
	os.write(terminal, f". '{sys.argv[2]}'; PS1=; echo rea''dy\n".encode())
	until(b"ready\r\n")
	for typed, shown in ((b"test_progs --allow=tok\t", b"--allow=token "),
	                     (b",test_progs -d token,f\t", b"token,file_reader ")):
	    os.write(terminal, typed.lstrip(b","))
	    until(shown)
	    os.write(terminal, b"\x15")
	print("completed")
	EOT
	[ "$output" = completed ]
}

@test "make uninstall removes every installed file" {
	cp -a "$root" 'b root'
	touch 'b root/usr/bin/mine'
	make -s -C "$top" uninstall DESTDIR="$PWD/b root" prefix=/usr
	[ "$(find 'b root' -type f)" = 'b root/usr/bin/mine' ]
}
