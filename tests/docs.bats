#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2016 # commands are expanded where they run
#
# README.md and docs/: every command works. WHO names the test that runs it.

bats_require_minimum_version 1.5.0

# Who runs which command, "WHO | COMMAND":
#   here STATUS      this test, in a copy of the checkout, as it stands there
#   vmtest PATTERN   the same, with a stand-in for vmtest.sh that prints its arguments
#   machine          this test, in a virtual machine
#   example          this test, with the example of docs/writing-a-test.md
#   FILE TEXT        another test, or .ci/run: the text that stands in that file
#   by hand          no test: it takes too long or changes the machine; the page must say "by hand"
WHO='
.ci/run make deps | sudo make deps
.ci/run make deps | make deps
.ci/run make deps | sudo make deps && make
here 0 | bats -f '"'list files'"' tests/cli.bats
.ci/run make check | make check
tests/machine.bats "$top/vm/run_tests.sh" | make run_tests
vmtest --kernel /.*/linux/arch/x86/boot/bzImage | make run_tests KERNEL=$HOME/linux/arch/x86/boot/bzImage
vmtest --kernel 6\.12 | make run_tests KERNEL=6.12
tests/kernel_build.bats kernel LINUX="$linux" | make kernel LINUX=$HOME/linux
tests/kernel_build.bats kernel LINUX="$linux" | make kernel
vmtest --kernel build/kernel/bpf-ci | make run_tests KERNEL=build/kernel/bpf-ci
vmtest ONLY=plain-serial | make run_tests ONLY=plain-serial
tests/arch.bats run_tests ARCH="$other" | make run_tests ARCH=arm64
tests/packages.bats asked 7.1-arm64-16k | make run_tests ARCH=arm64 KERNEL=7.3-arm64-16k
vmtest ARGS=-t token -v | make run_tests ARGS='"'-t token -v'"'
machine | sudo make run_tests HOST=1
machine | make && sudo build/plain/test_progs -t token/map_token -v
machine | sudo build/plain/test_progs -t token/map_token -v
machine | sudo build/plain/test_progs -t token/map_token -vvv
machine | sudo build/plain/test_progs -t file_reader -r 5
machine | sudo build/plain/test_progs --debug -j4
machine | sudo TMPDIR=/var/tmp build/plain/test_progs -t file_reader
here 0 | ./vmtest.sh --help
vmtest --file build/plain/test_progs -- ./test_progs -t | ./vmtest.sh --file build/plain/test_progs -- ./test_progs -t token/map_token
example | make
example | ./vmtest.sh --file build/plain/test_progs -- ./test_progs -t short_packets
here 0 | make asan
vmtest --kernel /.*/linux --file build/asan/test_progs -- ./test_progs -t | ./vmtest.sh --kernel $HOME/linux --file build/asan/test_progs -- ./test_progs -t short_packets
vmtest --shell-on-failure --file build/plain/test_progs -- ./test_progs -t | ./vmtest.sh --shell-on-failure --file build/plain/test_progs -- ./test_progs -t token
tests/arch.bats make -s -j2 -C "$top" ARCH="$other" $flavour | make asan ARCH=arm64
tests/arch.bats ARCH="$name" PATH=$BATS_TEST_TMPDIR/stubs:$PATH run -1 "$top/vm/packages/deps.sh" | sudo make deps ARCH=arm64
tests/matrix.bats FLAVOURS='"'undefined fortified'"' | make undefined
tests/matrix.bats FLAVOURS='"'undefined fortified'"' | make fortified
mk/lint.mk prove --verbose --comments tests/lint.bats | make lint
here 0 | make help
here 0 | make V=1
tests/checkout.bats make -s -j2 -C "$checkout" BUILD="$place/elsewhere" | make BUILD=/tmp/build
here 0 | make all exitcheck && sudo make install
vmtest --file build/asan/test_progs -- ./test_progs -t token/map_token | make asan && ./vmtest.sh --file build/asan/test_progs -- ./test_progs -t token/map_token -v
here 0 | make uninstall
tests/packages.bats -C "$copy" VMLINUX_H="$real/vmlinux/vmlinux.h" CFLAGS=-O0 | make VMLINUX_BTF=$HOME/linux/vmlinux
here 0 | make exitcheck
here 2 | make exitcheck LINUX=$HOME/bpf-next
here 0 | build/exitcheck/exitcheck prog_tests
here 0 | make series LINUX=$HOME/bpf-next OUT=$HOME/out
here 0 | make series LINUX=$HOME/bpf-next OUT=$HOME/v2 VERSION=2 TREE=bpf SIGNOFF=1 ONLY=token
here 0 | make ci-diffs LINUX=$HOME/bpf-next VMTEST=$HOME/vmtest
here 0 | make ci-diffs VMTEST=$HOME/vmtest UNDO=1
here 0 | make overlay LINUX=$HOME/bpf-next OUT=$HOME/copy
here 0 | make overlay LINUX=$HOME/bpf-next IN_PLACE=1
here 0 | make overlay LINUX=$HOME/bpf-next UNDO=1
here 0 | make docs/kernels.md
here 0 | make docs
by hand | cp build/drop-in/times.json tests/bench/
here 0 | vm/packages/kernel.sh --list
tests/repro.bats "$top/repro/run.sh" | make repro
tests/overlay.bats make -s -C "$top" overlay "$@" | make overlay
tests/matrix.bats matrix KERNELS= | make matrix KERNELS='"'6.12 newest'"' TOOLCHAINS=clang-19
.github/workflows/test-progs-asan.yml make run_tests RESULTS=build/results/newest | make run_tests RESULTS=build/results/newest
.github/workflows/test-progs-asan.yml make exitcheck SARIF= | make exitcheck SARIF=FILE
tests/lists.bats "$top/vm/lists.sh" lint | make lint-lists
tests/lists.bats RUN=1 | make lint-lists RUN=1
here 0 | make matrix PLAN=1 KERNELS='"'6.12 newest'"' TOOLCHAINS=gcc-12
tests/workflow.bats vm/packages/deps.sh'"', '"'make matrix | make matrix SHARD=x86_64/6.12/gcc-12
.github/workflows/matrix.yml make matrix MERGE=shards | make matrix MERGE=shards
by hand | make matrix
by hand | make matrix ARCHES='"'x86 arm64'"'
by hand | make bench
by hand | make fuzz
by hand | make check-upstream
by hand | make check-series
by hand | make check-series LINUX=$HOME/bpf-next OUT=$HOME/checked
tests/series.bats make -s -C "$top" patches | make patches
by hand | make check-drop-in LINUX=$HOME/bpf-next
by hand | make -C $HOME/copy/tools/testing/selftests/bpf test_progs
by hand | sudo adduser $USER kvm
by hand | sudo gdb -ex '"'set follow-fork-mode child'"' --args build/plain/test_progs -t token/map_token -w 0
'

setup_file()
{
	top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	export top BUILD="${BUILD:-$top/build}"
	# Keep this directory apart from those of bats.
	place=$(mktemp -d "${TMPDIR:-/tmp}/docs.XXXXXX")
	export place
	make_copy
	make_home
	# A reader's environment lacks the variables that make check sets.
	unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES FLAVOURS KERNEL ARGS HOST CPUS GITHUB_ACTIONS
}

teardown() { cp "$top/vmtest.sh" "$place/checkout"; }

teardown_file() { rm -rf "$place"; }

# A copy of the checkout and of the built files, with links to the downloads.
make_copy()
{
	local file
	mkdir -p "$place/checkout/build"
	for file in "$top"/* "$top/.ci"; do
		[ "$file" -ef "$BUILD" ] || [ "$file" = "$top/build" ] || cp -a "$file" "$place/checkout"
	done
	for file in plain asan bpf exitcheck libbpf vmlinux tests.c; do
		[ ! -e "$BUILD/$file" ] || cp -a "$BUILD/$file" "$place/checkout/build"
	done
	for file in archive kernels qemu kvm-verdict; do
		[ ! -e "$BUILD/$file" ] || ln -s "$BUILD/$file" "$place/checkout/build"
	done
}

# The reader's home directory, with the part of Linux that commands need, and a sudo that
# asks nothing.
make_home()
{
	mkdir -p "$place/home" "$place/bin" "$place/root"
	cp -a "$("$top/tests/linux_tree.sh" newest)" "$place/home/bpf-next"
	mkdir -p "$place/home/linux/arch/x86/boot" "$place"/home/vmtest/ci/{diffs,vmtest/configs}
	printf 'token\ntest_bpffs\n' >"$place/home/vmtest/ci/vmtest/configs/DENYLIST.asan"
	touch "$place/home/linux/arch/x86/boot/bzImage"
	printf '[user]\n\tname = A Developer\n\temail = dev@example.org\n' >"$place/home/.gitconfig"
	# shellcheck disable=SC2016 # expanded by that shell
	printf '#!/bin/sh\nexec env "$@"\n' >"$place/bin/sudo"
	# shellcheck disable=SC2016
	printf '#!/bin/sh\necho "vmtest.sh called: $*"\n' >"$place/vmtest.sh"
	chmod +x "$place/bin/sudo" "$place/vmtest.sh"
}

pages() { (cd "$top" && printf '%s\n' README.md CONTRIBUTING.md docs/*.md); }

# commands PAGE: print its commands, one on each line: blocks marked sh without their comments, and
# code in the text that looks like a command.
commands()
{
	awk '
		/^```/ { block = block ? "" : substr($0, 4) "."; next }
		block == "sh." {
			line = line $0
			if (sub(/\\$/, "", line)) next
			sub(/ +# .*/, "", line)
			if (line ~ /[^ ]/) print line
			line = ""
		}
		!block { text = text $0 "\n" }
		END {
			count = split(text, part, "`")
			for (i = 2; i <= count; i += 2)
				if (part[i] ~ /^(make$|make |sudo .|\.\/|build\/exitcheck\/|packages\/[a-z-]*\.sh .)/ && part[i] !~ /\n/)
					print part[i]
		}' "$1" | LC_ALL=C sort -u
}

# who COMMAND: prints its entry in WHO, if there is one.
who()
{
	local line
	while IFS= read -r line; do
		[ "${line#*| }" != "$1" ] || echo "${line%% | *}"
	done <<<"$WHO"
}

in_copy() { (cd "$place/checkout" && env -u BUILD HOME="$place/home" PATH="$place/bin:$PATH" DESTDIR="$place/root" "$@"); }

@test "each block has a type, and each link has a target" {
	for page in $(pages); do
		awk '/^```/ { open = !open; if (open && !/^```(sh|text|yaml|c [a-z_\/]+\.c|c)$/) { print FILENAME ": " $0; bad = 1 } }
			END { exit bad || open }' "$top/$page"
		grep -oE '\]\([^)]*\)' "$top/$page" | tr -d '])(' | while read -r link; do
			[[ $link == http* ]] || [ -e "$top/$(dirname "$page")/${link%%#*}" ] || {
				echo "$page: $link"
				exit 1
			}
		done
	done
}

@test "lines keep within 100 columns, outside of blocks" {
	for page in $(pages); do
		awk '/^```/ { block = !block } !block' "$top/$page" >"$BATS_TEST_TMPDIR/text"
		LC_ALL=C.UTF-8 run -1 grep -E '^.{101}' "$BATS_TEST_TMPDIR/text"
	done
}

@test "every command on a page is in WHO" {
	for page in $(pages); do
		commands "$top/$page" >"$BATS_TEST_TMPDIR/commands"
		while IFS= read -r command; do
			echo "$page: $command"
			is=$(who "$command")
			[ -n "$is" ]
			case $is in
			'by hand') tr '\n' ' ' <"$top/$page" | grep -qi 'by hand' ;;
			tests/*|.ci/*|.github/*|'mk/'*) grep -qF -- "${is#* }" "$top/${is%% *}" ;;
			esac
		done <"$BATS_TEST_TMPDIR/commands"
	done
}

@test "every command in WHO is on a page" {
	for page in $(pages); do
		commands "$top/$page"
	done >"$BATS_TEST_TMPDIR/commands"
	while IFS= read -r line; do
		[ -z "$line" ] || grep -qxF -- "${line#*| }" "$BATS_TEST_TMPDIR/commands" || {
			echo "on no page: $line"
			false
		}
	done <<<"$WHO"
}

@test "commands run as they stand on the page" {
	while IFS= read -r line; do
		wanted=${line#here }
		wanted=${wanted%% *}
		run in_copy bash -euc "${line#*| }"
		echo "${line#*| }: $status"
		echo "$output"
		[ "$status" = "$wanted" ]
	done < <(grep '^here ' <<<"$WHO")
	[ ! -e "$place/root/usr/local/bin/test_progs" ]
	[ -s "$place/home/out/exit/v1-0000-cover-letter.patch" ]
}

@test "commands that boot a VM pass the right options to vmtest.sh" {
	cp "$place/vmtest.sh" "$place/checkout"
	while IFS= read -r line; do
		pattern=${line#vmtest }
		run in_copy bash -euc "${line#*| }"
		echo "${line#*| }: $output"
		[ "$status" = 0 ]
		grep -qE "^vmtest\.sh called:.* ${pattern%% | *} " <<<"$output"
	done < <(grep '^vmtest ' <<<"$WHO")
}

# Runs the commands for the reader's machine. make builds nothing there and runs one test:
# machine.bats runs all.
@test "commands that run tests work in a VM" {
	grep '^machine ' <<<"$WHO" | sed 's/^[^|]*| //' >"$BATS_TEST_TMPDIR/commands"
	cat >"$BATS_TEST_TMPDIR/make" <<-'EOT'
	#!/bin/sh
	[ $# = 0 ] && exit
	[ "$1" = run_tests ] && shift && exec env ARGS='-t test_bpffs' "$@" bash vm/run_tests.sh
	EOT
	chmod +x "$BATS_TEST_TMPDIR/make"
	# busybox lacks these programs or their options.
	for name in bash chown flock; do
		borrowed+=(--file "$(command -v $name):/usr/local/bin/")
	done
	run "$top/vmtest.sh" --cpus 2 --memory 2048 --file "$BUILD/plain/test_progs:/root/build/plain/" \
		--file "$BUILD/asan/test_progs:/root/build/asan/" --file "$top/vm/run_tests.sh:/root/vm/" --file "$top/vm/arch.sh:/root/vm/" \
		--file "$top/lib/say.sh:/root/lib/" --file "$top/lib/exit_status.h:/root/lib/" \
		--file "$BATS_TEST_TMPDIR/make:/usr/local/bin/" --file "$place/bin/sudo:/usr/local/bin/" \
		"${borrowed[@]}" --file "$BATS_TEST_TMPDIR/commands" -- \
		sh -c 'while read -r line; do
				sh -euc "$line" </dev/null && echo "ran: $line" || echo "failed: $line"
			done <commands'
	echo "$output"
	[ "$status" = 0 ]
	[ "$(grep '^ran: ' <<<"$output")" = "$(sed 's/^/ran: /' "$BATS_TEST_TMPDIR/commands")" ]
}

# block PAGE FIRST-LINE: print the contents of the first such block.
block() { awk -v first="\`\`\`$2" 'on && $0 == "```" { exit } on; $0 == first { on = 1 }' "$1"; }

@test "the example of docs/writing-a-test.md builds, runs and prints what the page says" {
	page=$top/docs/writing-a-test.md
	for file in progs/short_packets.c prog_tests/short_packets.c; do
		block "$page" "c $file" >"$place/checkout/$file"
		[ -s "$place/checkout/$file" ]
	done
	block "$page" sh >"$BATS_TEST_TMPDIR/commands"
	run in_copy bash -euc "$(cat "$BATS_TEST_TMPDIR/commands")"
	echo "$output"
	[ "$status" = 0 ]
	[[ $output != *'warning: '* ]]
	diff -u <(block "$page" text) <(grep -E '^#|^Summary' <<<"$output")
}

@test "programs print the messages that pages quote" {
	tr '\n' ' ' <"$top/docs/troubleshooting.md" | grep -oE '\*\*[^*]+\*\*' | grep -oE '"[^"]+"' |
		tr -d '"' | tr -s ' ' >"$BATS_TEST_TMPDIR/quotes"
	grep '^test_progs: ' "$top/docs/children.md" | sed 's/.*: //' >>"$BATS_TEST_TMPDIR/quotes"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/quotes")" -ge 12 ]
	while IFS= read -r quote; do
		grep -rqF -- "$quote" "$top"/{Makefile,mk,vmtest.sh,vm,test_progs.c,runner,prog_tests} || {
			echo "nobody says: $quote"
			false
		}
	done <"$BATS_TEST_TMPDIR/quotes"
}

@test "the table of docs/kernels.md is that of tests/matrix.json" {
	PYTHONDONTWRITEBYTECODE=1 "$top/tests/kernels_page.py" | diff -u "$top/docs/kernels.md" -
}

@test "the table and the plot of docs/speed.md are those of tests/bench/times.json" {
	PYTHONDONTWRITEBYTECODE=1 "$top/tests/speed_page.py" | diff -u "$top/docs/speed.md" -
	PYTHONDONTWRITEBYTECODE=1 "$top/tests/speed_page.py" --plot | diff -u "$top/docs/speed.svg" -
}
