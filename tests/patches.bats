#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# The patch series, made for a small tree that has what it looks for where a kernel has it. The
# kernel itself: make check-upstream.

bats_require_minimum_version 1.5.0

setup_file()
{
	top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	export top BUILD="${BUILD:-$top/build}"
	export EXITCHECK="$BUILD/exitcheck/exitcheck" patches="$top/series/series.sh"
	export GIT_CONFIG_GLOBAL="$BATS_FILE_TMPDIR/gitconfig" GIT_CONFIG_SYSTEM=/dev/null
	git config --global user.name 'A Developer'
	git config --global user.email dev@example.org
	git config --global init.defaultBranch master
	unset GITHUB_ACTIONS
}

setup()
{
	cd "$BATS_TEST_TMPDIR" || exit
	cp -r "$BATS_TEST_DIRNAME/patches/linux" .
	bpf=linux/tools/testing/selftests/bpf
}

commit_all() { git -C linux add -A && git -C linux commit -qm "$1"; }

in_git()
{
	git init -q linux
	# In its own commit each, so that Fixes: can tell them apart.
	git -C linux add . ':!*/token.c' ':!*/file_reader.c' && git -C linux commit -qm 'Everything else'
	git -C linux add '*/token.c' && git -C linux commit -qm 'selftests/bpf: Add token'
	sed -i 's/ || local_err == 0//' "$bpf/progs/file_reader.c"
	commit_all 'selftests/bpf: add file dynptr tests'
	sed -i 's/local_err == -EFAULT)/local_err == -EFAULT || local_err == 0)/' "$bpf/progs/file_reader.c"
	commit_all 'selftests/bpf: Fix flaky file_reader test'
}

# made STATUS ARGUMENT…: what patches.sh says is in said.
made()
{
	local wanted=$1 status=0
	shift
	"$patches" "$@" >said 2>&1 || status=$?
	cat said
	[ "$status" = "$wanted" ]
}

# refused LINE ARGUMENT…: one line, and nothing is left behind.
refused()
{
	local line=$1
	shift
	made 2 --output out "$@"
	[ "$(tail -n 1 said)" = "series: $line" ]
	[ ! -e out ]
}

fixes_of() { sed -n 's/^Fixes: [0-9a-f]\{12,\} ("\(.*\)")$/\1/p' out/*-000"$1"-*; }

@test "a tree with history: eight patches, each with what it fixes, and the tree is untouched" {
	in_git
	git -C linux rev-parse HEAD >before
	find linux -type f -exec sha256sum {} + | sort >files
	made 0 --output out linux
	diff <(find linux -type f -exec sha256sum {} + | sort) files
	git -C linux rev-parse HEAD | diff before -
	[ "$(find out -name "*.patch" | wc -l)" = 9 ]
	grep -h '^Subject: ' out/* >subjects
	head -n 1 subjects | grep -q '^Subject: \[PATCH bpf-next v1 0/8\] '
	[ "$(fixes_of 1)" = 'selftests/bpf: Add token' ]
	[ "$(fixes_of 2)" = 'Everything else' ]
	[ "$(fixes_of 4)" = 'selftests/bpf: add file dynptr tests' ]
	[ "$(fixes_of 6)" = 'selftests/bpf: Fix flaky file_reader test' ]
	weakening=$(git -C linux log -1 --format=%h --abbrev=12)
	grep -q "^Since commit $weakening (\"selftests/bpf: Fix flaky file_reader test\") a\$" out/*-0006-*
	grep -q "^base-commit: $(cat before)" out/*cover*
	grep -qx 'series: git am: all apply' said
	grep -qx '  maintainer of 8' said
	run ! grep -rE 'Signed-off-by|\*\*\*' out
	grep -q 'not signed off: ' said
	# Bodies are wrapped at 75 columns.
	run ! sh -c "sed '/^---$/,\$d' out/*-000[1-8]-* | grep -v '^Fixes: \|^Subject: ' | grep -E '.{76}'"
}

@test "the patched tree has neither exit() in a child nor the old ways" {
	in_git
	made 0 --output out linux
	git -C linux am -q "$PWD"/out/*-000[1-8]-*
	"$EXITCHECK" "$bpf"
	grep -q '^void serial_test_file_reader' "$bpf/prog_tests/file_reader.c"
	grep -q 'ASSERT_TRUE(WIFEXITED(status)' "$bpf/prog_tests/test_bpffs.c"
	grep -q 'if (local_err == -EFAULT) ' "$bpf/progs/file_reader.c"
	grep -q 'POSIX_FADV_DONTNEED' "$bpf/prog_tests/file_reader.c"
	# And then there is nothing to do.
	made 0 --output again linux
	grep -qx 'series: the tree has all of it: nothing to do' said
	[ ! -e again ]
}

@test "version, tree, signature, one part only" {
	in_git
	made 0 --output out --version 3 --tree bpf --signoff --only token linux
	[ "$(ls out)" = 'v3-0001-selftests-bpf-Use-_exit-in-forked-children-of-tok.patch' ]
	grep -q '^Subject: \[PATCH bpf v3\] ' out/*
	grep -qx 'Signed-off-by: A Developer <dev@example.org>' out/*
	[ "$(grep -c '^+[^+]' out/*)" = 1 ]
}

@test "what is there already is left out, and said" {
	sed -i 's/\texit/\t_exit/' "$bpf/prog_tests/token.c"
	sed -i 's/^void test_/void serial_test_/' "$bpf/prog_tests/file_reader.c"
	in_git
	made 0 --output out linux
	[ "$(find out -name "*.patch" | wc -l)" = 7 ]
	grep -qx 'series: token: _exit() in forked children: already in the tree, left out' said
	grep -qx 'series: file_reader: serial: already in the tree, left out' said
}

@test "a plain tree: no Fixes:, and the reason" {
	rm "$bpf/prog_tests/file_reader.c" "$bpf/progs/file_reader.c"
	find linux -type f -exec sha256sum {} + | sort >files
	made 0 --output out linux
	diff <(find linux -type f -exec sha256sum {} + | sort) files
	grep -q '^series: .*/linux has no history: no Fixes: tags$' said
	grep -qx 'series: file_reader: not in this tree, left out' said
	run ! grep -rE '^Fixes:|^base-commit:' out
}

@test "complaints of the tree's checkpatch.pl are shown, and are status 1" {
	export COMPLAINT='line is crooked'
	made 1 --output out linux
	grep -qx '  patch:1: CHECK: line is crooked' said
	[ "$(find out -name "*.patch" | wc -l)" = 9 ]
}

@test "a tree that cannot be worked with is refused in one line" {
	refused 'nowhere: no such directory' nowhere
	mkdir other
	refused 'other: no kernel tree, tools/testing/selftests/bpf/test_progs.c is not in it' other
	refused '--tree linus: neither bpf-next nor bpf' --tree linus linux
	in_git
	echo >>"$bpf/test_progs.c"
	refused "$PWD/linux: has changes that are not committed: commit or stash them" linux
	git -C linux checkout -q .
	git clone -q --depth 1 "file://$PWD/linux" shallow
	refused "$PWD/shallow: a shallow clone, in which Fixes: cannot be found: git fetch --unshallow" shallow
	mkdir full
	touch full/file
	made 2 --output full linux
	[ "$(cat said)" = 'series: full: not empty: choose another directory with OUT=' ]
	[ "$(ls full)" = file ]
}

@test "files that are not what they were are refused, and nothing is half done" {
	echo 'void test_token(void) { }' >"$bpf/prog_tests/token.c"
	refused 'prog_tests/token.c: no child is forked in it: it is not the file that this series is for' linux
	cp -rT "$BATS_TEST_DIRNAME/patches/linux" linux
	sed -i 's/CHECK(WEXIT/ASSERT(WEXIT/' "$bpf/prog_tests/test_bpffs.c"
	refused 'prog_tests/test_bpffs.c: check of WEXITSTATUS(status): found 0 times: it is not the file that this series is for' linux
	cp -rT "$BATS_TEST_DIRNAME/patches/linux" linux
	sed -i 's/MADV_PAGEOUT/MADV_COLD/' "$bpf/prog_tests/file_reader.c"
	refused 'prog_tests/file_reader.c: eviction by madvise(): found 0 times: it is not the file that this series is for' linux
	cp -rT "$BATS_TEST_DIRNAME/patches/linux" linux
	printf 'void f(void) { LOST(x) { if (!fork()) exit(1); \n' >"$bpf/prog_tests/broken.c"
	refused 'exitcheck: ./prog_tests/broken.c: line 1 cannot be understood without the headers that are missing' linux
}
