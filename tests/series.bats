#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# The patch series, made for Linux itself: the newest version in Debian's archive, and the oldest
# with BPF tokens. make check-upstream tries more versions, and make check-series runs the patched
# tests.

bats_require_minimum_version 1.5.0

setup_file()
{
	top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	export top BUILD="${BUILD:-$top/build}"
	export EXITCHECK="$BATS_FILE_TMPDIR/exitcheck" series="$top/series/series.py"
	export GIT_CONFIG_GLOBAL="$BATS_FILE_TMPDIR/gitconfig" GIT_CONFIG_SYSTEM=/dev/null
	export PYTHONDONTWRITEBYTECODE=1
	git config --global user.name 'A Developer'
	git config --global user.email dev@example.org
	git config --global init.defaultBranch master
	unset GITHUB_ACTIONS
	# Run exitcheck once for the same selftests, as many tests make a series of them.
	cat >"$EXITCHECK" <<-EOT
		#!/bin/bash
		known=$BATS_FILE_TMPDIR/\$({ echo "\$*"; find . -type f -print0 | sort -z | xargs -0 sha256sum; } | sha256sum | cut -d' ' -f 1)
		[ -e "\$known" ] || "$BUILD/exitcheck/exitcheck" "\$@" >"\$known" || [ \$? -le 2 ] || exit
		cat "\$known"
	EOT
	chmod +x "$EXITCHECK"
	newest=$("$top/tests/linux_tree.sh" newest)
	oldest=$("$top/tests/linux_tree.sh" 6.12)
	export newest oldest
	# Made once; tests that only read the patches share them.
	made="$BATS_FILE_TMPDIR/made"
	export made
	mkdir "$made"
	for tree in newest oldest; do
		"$series" --output "$made/$tree" "${!tree}" >"$made/$tree.said" 2>&1 ||
			echo "status $?" >>"$made/$tree.said"
	done
}

setup()
{
	cd "$BATS_TEST_TMPDIR" || exit
	bpf=linux/tools/testing/selftests/bpf
}

# Unchanged files are shared with the tree in $BUILD.
copy_tree() { cp -al "${1:-$newest}" linux; }

# edit FILE SED-ARGUMENT…: write a new file, so that the tree in $BUILD keeps its own.
edit()
{
	local file="$bpf/$1"
	shift
	sed "$@" "$file" >edited
	! cmp -s edited "$file"
	rm "$file"
	mv edited "$file"
}

# made_series STATUS ARGUMENT…: run series.py, with its messages in said.
made_series()
{
	local wanted=$1 status=0
	shift
	"$series" "$@" >said 2>&1 || status=$?
	cat said
	[ "$status" = "$wanted" ]
}

# refused LINE ARGUMENT…: it prints that one line, and leaves no files.
refused()
{
	local line=$1
	shift
	made_series 2 --output out "$@"
	[ "$(tail -n 1 said)" = "series: $line" ]
	[ ! -e out ]
}

# patches DIRECTORY: print its patches without the cover letter.
patches() { find "$1" -name '*.patch' ! -name '*-0000-*' | sort; }

apply() { patches "$1" | xargs cat | patch -s -p1 -d linux; }

@test "the newest Linux gets two series with cover letters, and no complaint" {
	cat "$made/newest.said"
	run ! grep '^status' "$made/newest.said"
	grep -qx 'series: exit: checkpatch.pl --strict: no complaint' "$made/newest.said"
	grep -qx 'series: file_reader: checkpatch.pl --strict: no complaint' "$made/newest.said"
	grep -qx 'series: exit: git am: all apply' "$made/newest.said"
	grep -q '^  .*bpf@vger' "$made/newest.said"
	[ "$(patches "$made/newest/exit" | wc -l)" -ge 12 ]
	[ "$(patches "$made/newest/file_reader" | wc -l)" = 6 ]
	grep -h '^Subject: ' "$made"/newest/*/*-0000-* | grep -qE '^Subject: \[PATCH bpf-next v1 0+/[0-9]+\] selftests/bpf: '
	run ! grep -rE '^(Fixes:|base-commit:|Signed-off-by:|Cc: stable)|\*\*\*' "$made/newest"
	grep -q 'has no history: no Fixes: tags' "$made/newest.said"
	grep -q 'not signed off' "$made/newest.said"
}

@test "bodies keep within 75 columns, without tool output and unknown facts" {
	for file in "$made"/*/*/*.patch; do
		awk '/^---$/ { exit } body { print } /^$/ { body = 1 }' "$file" >body
		run ! grep -E '.{76}' body
		run ! grep -nE 'exitcheck|[Cc]ommit [0-9a-f]{7}' body
	done
}

@test "the merge message ends above the line" {
	for file in "$made"/*/*/*-0000-*; do
		sed '/^---$/,$d' "$file" >above
		run ! grep -E '^ .* \| |^A Developer|files changed' above
		sed '1,/^---$/d' "$file" | grep -qE 'files? changed'
	done
}

@test "each patch changes only the subject's files" {
	for file in $(patches "$made/newest/exit" | head -n 8); do
		[ "$(grep -c '^diff --git' "$file")" = 1 ]
	done
	# The log has every line of the child, and no line of the parent twice.
	for test in token test_bpffs; do
		grep -l "^+++ b/.*/prog_tests/$test\.c" "$made"/newest/exit/*.patch >found
		[ "$(grep -c '^+.*fflush(stdout);' "$(head -n 1 found)")" = 2 ]
	done
	# The patches touch no line without changing it.
	for file in $(patches "$made/newest/file_reader"); do
		[ "$(grep -c '^[-+]' "$file")" -lt 110 ]
	done
}

# whole TREE: check that a second series is empty, and that exitcheck finds only what was listed.
whole()
{
	copy_tree "$2"
	rm -rf "linux/tools/testing"
	cp -R "$2/tools/testing" linux/tools
	apply "$made/$1/exit"
	apply "$made/$1/file_reader"
	made_series 0 --output again linux
	grep -qx 'series: the tree has all of it: nothing to do' said
	[ ! -e again ]
	rest() { sed -nE 's/^  ([^ :]+):[0-9]+: ([^:]*):.*/\1 \2/p' "$1" | sort; }
	diff <(rest "$made/$1.said") <(rest said)
	# exitcheck confirms it for the patched tree.
	(cd "$bpf" && "$EXITCHECK" --json .) >report
	python3 -c 'import json, sys
for finding in json.load(sys.stdin)["findings"]:
    print(finding["path"].removeprefix("./"), finding["verdict"])' <report | sort |
		diff <(rest "$made/$1.said") -
}

@test "the patched tree has only listed findings left: newest" {
	whole newest "$newest"
	grep -q '^void serial_test_file_reader' "$bpf/prog_tests/file_reader.c"
	run ! grep -nE '\<exit\(' "$bpf/prog_tests/token.c" "$bpf/prog_tests/test_bpffs.c"
}

@test "the patched tree has only listed findings left: 6.12" {
	whole oldest "$oldest"
	grep -q 'left out: .*file_reader.*: no prog_tests/file_reader.c in this tree' "$made/oldest.said"
	grep -q 'left out: .*bpf_token_info: no subtest bpf_token_info in this tree' "$made/oldest.said"
	grep -q '^Subject:.*Do not lose test results' "$made"/oldest/file_reader/*-0000-*
}

@test "series.py does not change the tree" {
	cp -R "$newest" linux
	find linux -type f -exec sha256sum {} + | sort >before
	chmod -R a-w linux
	made_series 0 --output out --only token linux
	find linux -type f -exec sha256sum {} + | sort | diff before -
	chmod -R u+w linux
}

# A history with separate commits for token.c, file_reader and the commit that weakened it.
in_git()
{
	cp -R "$newest" linux
	git -C linux init -q
	git -C linux add -A -f
	git -C linux rm -q --cached '*/token.c' '*/prog_tests/file_reader.c' '*/progs/file_reader.c' '*/cgrp_kfunc.c'
	git -C linux commit -qm 'Everything else'
	git -C linux add -f '*/token.c'
	git -C linux commit -qm 'selftests/bpf: Add token'
	# Our own patch's program is the one before it was weakened.
	strict=$(patches "$made/newest/file_reader" | sed -n 2p)
	cp "$bpf/progs/file_reader.c" weak
	git -C linux apply --recount -C0 "$strict" 2>/dev/null || (cd linux && patch -s -p1 <"$strict")
	git -C linux add -A -f
	git -C linux commit -qm 'selftests/bpf: add file dynptr tests'
	cp weak "$bpf/progs/file_reader.c"
	git -C linux commit -qam 'selftests/bpf: Fix flaky file_reader test' --author 'An Author <author@example.org>'
}

fixes_of() { sed -n 's/^Fixes: [0-9a-f]\{12,\} ("\(.*\)")$/\1/p' "$1"; }

@test "a tree with history: Fixes: of the lines' commits, a cited revert, no root commit" {
	in_git
	made_series 0 --output out --version 3 --tree bpf --signoff \
		--reported-by 'Some Body <body@example.org>' --closes https://example.org/issues/473 linux
	exit_1=$(patches out/exit | head -n 1)
	[ "$(fixes_of "$exit_1")" = 'selftests/bpf: Add token' ]
	grep -qx 'Signed-off-by: A Developer <dev@example.org>' "$exit_1"
	# Closes: follows its Reported-by: directly.
	grep -A 1 -x 'Reported-by: Some Body <body@example.org>' "$exit_1" |
		grep -qx 'Closes: https://example.org/issues/473'
	grep -q '^Subject: \[PATCH bpf v3 01/' "$exit_1"
	grep -q "^base-commit: $(git -C linux rev-parse HEAD)" out/exit/*-0000-*
	# test_bpffs.c is from the root commit.
	run ! grep -h '^Fixes:.*Everything else' -r out
	grep -q 'prog_tests/test_bpffs.c: no Fixes: for lines as old as the history' said
	revert=$(patches out/file_reader | sed -n 2p)
	[ "$(fixes_of "$revert")" = 'selftests/bpf: Fix flaky file_reader test' ]
	tr '\n' ' ' <"$revert" | grep -qE "This reverts commit $(git -C linux log -1 --format=%h --abbrev=12) \\(\""
	grep -qx 'Cc: An Author <author@example.org>' "$revert"
	[ "$(grep -c 'no complaint' said)" = 2 ]
	# Each line names a commit of the tree, never one of the series.
	sed -n 's/^Fixes: \([0-9a-f]*\) .*/\1/p' out/*/*.patch | sort -u >named
	[ "$(wc -l <named)" = 3 ]
	while read -r commit; do git -C linux cat-file -e "$commit"; done <named
	in_b4
}

# b4 accepts the series as a branch of the tree, without a complaint.
in_b4()
{
	b4 prep --help 2>&1 | grep -q -- '--check ' || {
		echo '# b4 prep --check was not run: install b4 0.14' >&3
		return 0
	}
	git -C linux checkout -q -b sent
	patches "$PWD/out/exit" | xargs git -C linux am -q
	git -C linux config b4.prep-cover-strategy branch-description
	git -C linux config b4.prep-perpatch-check-cmd \
		'./scripts/checkpatch.pl -q --terse --strict --no-summary --mailback --showfile'
	cd linux
	b4 --offline-mode prep --enroll master 2>/dev/null
	b4 --offline-mode prep --check 2>&1 | tee ../b4.said
	grep -q "Success: 15, Warning: 0, Error: 0" ../b4.said
}

@test "a known report goes to its own series, others to both; no identity is an error" {
	local vmtest=https://github.com/kernel-patches/vmtest/issues/473 bpf_451=https://github.com/kernel-patches/bpf/issues/451
	made_series 0 --output out --reported-by 'A B <a@example.org>' --closes "$vmtest" \
		--reported-by 'C D <c@example.org>' --closes "$bpf_451" --closes https://example.org/3 "$newest"
	trailers() { sed -n '/^Reported-by:\|^Closes:/p' "$(patches "$1" | head -n 1)"; }
	printf '%s\n' 'Reported-by: A B <a@example.org>' "Closes: $vmtest" 'Closes: https://example.org/3' |
		diff - <(trailers out/exit)
	printf '%s\n' 'Reported-by: C D <c@example.org>' "Closes: $bpf_451" 'Closes: https://example.org/3' |
		diff - <(trailers out/file_reader)
	rm -rf out
	GIT_CONFIG_GLOBAL=/dev/null refused \
		'git does not know who you are: git config --global user.name NAME; user.email ADDRESS' --signoff "$newest"
}

@test "results of check-series add up, and the table of them is quoted" {
	mkdir tested
	printf '%s\n' 'kernel 7.3.4' 'result gcc_asan_before token alone 2 2' 'result gcc_asan_after token alone 2 0' \
		'result gcc_asan_before token alone 3 3' 'result gcc_asan_after token alone 3 0' \
		'result gcc_asan_after check_crash worker-dies 10 10' >tested/results.txt
	table() { PYTHONPATH="$top/series" python3 -c "import check_table, pathlib
results = check_table.Results(pathlib.Path('tested/results.txt'))
results.write_tables(pathlib.Path('tested'), 'gcc 14')
print(results.good(), results.missing('gcc_asan_after', 'alone', 7),
      results.missing('gcc_asan_after', 'worker-dies', 100), results.missing('new', '-j4', 3))"; }
	table | tail -n 1 | diff <(echo True 2 0 3) -
	grep -qxE ' *token +serially +gcc-asan +5/5 +0/5' tested/exit.txt
	made_series 0 --output out --only test_bpffs --tested tested "$newest"
	sed '/^---$/,$d' out/exit/*-0000-* | grep -qF "$(tail -n 1 tested/exit.txt)"
	# A failure after the series, or a mutant that passes, gives status 1.
	for line in 'token alone 1 1' 'check_crash worker-dies 1 0'; do
		cp tested/results.txt kept
		echo "result gcc_asan_after $line" >>tested/results.txt
		table | tail -n 1 | grep -q '^False '
		mv kept tested/results.txt
	done
}

@test "a new version has In-Reply-To, a range-diff and the tables of tests" {
	cp -R "$newest" linux
	mkdir tested
	printf 'runs    failures\n 100           0\n' >tested/exit.txt
	cp -R "$made/newest" previous
	made_series 0 --output out --version 2 --only test_bpffs --tested tested --previous previous \
		--in-reply-to '<1@example.org>' linux
	cover=$(echo out/exit/*-0000-*)
	grep -q '^Subject: \[PATCH bpf-next v2 0/3\]' "$cover"
	grep -qi '^In-Reply-To: <1@example.org>' "$cover"
	sed '/^---$/,$d' "$cover" | grep -qx ' 100           0'
	sed '1,/^---$/d' "$cover" | grep -q '^Range-diff'
	rm -rf out
	mkdir empty
	refused 'empty/exit.txt: no such file: make check-series writes it' --only test_bpffs --tested empty linux
}

# Writes standard input as a mail to a maildir.
deliver()
{
	mkdir -p maildir/{new,cur,tmp}
	cat >deliver.sh <<-'EOT'
	#!/bin/sh
	dir=$(dirname "$0")/maildir
	cat >"$dir/tmp/mail" && mv "$dir/tmp/mail" "$dir/new/$(printf %04d "$(ls "$dir/new" | wc -l)")"
	EOT
	chmod +x deliver.sh
}

@test "git send-email sends a series as one thread, which applies where it arrives" {
	[ -e "$(git --exec-path)/git-send-email" ] || skip "git send-email is not installed: install git-email"
	deliver
	send() { git send-email --quiet --confirm=never --to bpf@example.org --suppress-cc=all "$@" "$made"/newest/exit/*.patch; }
	send --dry-run --smtp-server="$PWD/deliver.sh" >dry-run
	[ -z "$(ls maildir/new)" ]
	send --smtp-server="$PWD/deliver.sh"
	count=$(find "$made/newest/exit" -name '*.patch' | wc -l)
	[ "$(find maildir/new -type f | wc -l)" = "$count" ]
	# All patches answer the cover letter.
	id=$(sed -n 's/^Message-Id: //Ip' maildir/new/0000)
	[ "$(grep -lixF "In-Reply-To: $id" maildir/new/* | wc -l)" = $((count - 1)) ]
	cp -R "$newest" linux
	git -C linux init -q
	git -C linux add -A -f
	git -C linux commit -qm base
	rm maildir/new/0000
	git -C linux am -q "$PWD"/maildir/new/*
	[ "$(git -C linux log --oneline | wc -l)" = "$count" ]
}

@test "signed patches arrive as they were signed" {
	command -v patatt >/dev/null || skip 'patatt is not installed: install patatt'
	[ -e "$(git --exec-path)/git-send-email" ] || skip "git send-email is not installed: install git-email"
	export XDG_DATA_HOME=$PWD/data GIT_CONFIG_GLOBAL=$PWD/gitconfig
	cp "$BATS_FILE_TMPDIR/gitconfig" gitconfig
	patatt genkey -n key
	git config --global patatt.signingkey ed25519:key
	git config --global patatt.selector key
	cp "$made"/newest/exit/*.patch .
	patatt sign ./*.patch
	deliver
	git send-email --quiet --confirm=never --to bpf@example.org --suppress-cc=all \
		--smtp-server="$PWD/deliver.sh" ./*.patch
	count=$(find . -maxdepth 1 -name '*.patch' | wc -l)
	[ "$count" -ge 2 ]
	run -0 patatt validate maildir/new/*
	[ "$(grep -c '^ *PASS | dev@example.org, ' <<<"$output")" = "$count" ]
	sed -i 's/_exit/exit/' maildir/new/0001
	run ! patatt validate maildir/new/*
	[ "$(grep -c '^ *BADSIG | dev@example.org, ' <<<"$output")" = 1 ]
}

@test "make passes its variables on, and knows the old name" {
	run ! make -s -C "$top" patches
	[[ $output == *'LINUX= is missing: make patches LINUX='* ]]
	make -s -C "$top" BUILD="$BUILD" series LINUX="$newest" OUT="$PWD/out" ONLY=test_bpffs VERSION=4 TREE=bpf \
		SIGNOFF=1 REPORTED_BY='A B <a@example.org>, C D <c@example.org>' \
		CLOSES='https://example.org/1 https://example.org/2' IN_REPLY_TO='<x@example.org>'
	first=$(patches out/exit | head -n 1)
	grep -q '^Subject: \[PATCH bpf v4 1/3\]' "$first"
	sed -n '/^Reported-by:/,/^---/p' "$first" >trailers
	printf '%s\n' 'Reported-by: A B <a@example.org>' 'Closes: https://example.org/1' \
		'Reported-by: C D <c@example.org>' 'Closes: https://example.org/2' \
		'Signed-off-by: A Developer <dev@example.org>' --- | diff - trailers
	grep -qi '^In-Reply-To: <x@example.org>' out/exit/*-0000-*
}

@test "ONLY= makes one part, and a single patch has no cover letter" {
	copy_tree
	made_series 0 --output out --only test_bpffs linux
	[ "$(patches out/exit | wc -l)" = 3 ]
	[ ! -e out/file_reader ]
	# The cover letter describes the patches that were made.
	grep -q '^Fix this in test_bpffs\.' out/exit/*-0000-*
	run ! grep -E 'other tests and test programs|reaped|wrong result' out/exit/*-0000-*
	patches out/exit | head -n 2 | xargs cat | (cd linux && patch -s -p1)
	made_series 0 --output last --only test_bpffs linux
	[ "$(find last -name '*.patch' | wc -l)" = 1 ]
	[ "$(grep -c '^series: left out: .*: already in the tree$' said)" = 2 ]
	# Without a patch about exit() the cover letter does not mention it.
	rm -rf linux
	copy_tree
	patches out/exit | head -n 1 | xargs cat | (cd linux && patch -s -p1)
	made_series 0 --output rest --only test_bpffs linux
	grep -q '^Subject: .* 0/2\] selftests/bpf: Fix tests that fork children$' rest/exit/*-0000-*
	run ! grep -r 'LeakSanitizer' rest
}

@test "edits do the same to functions that are written otherwise, or refuse them by name" {
	"$top/tests/series_mutants.py" "$newest/tools/testing/selftests/bpf"
}

@test "complaints of the tree's checkpatch.pl are printed, with status 1" {
	copy_tree
	rm linux/scripts/checkpatch.pl
	printf 'print "a.patch:1: CHECK: line is crooked\\n"; exit 1;\n' >linux/scripts/checkpatch.pl
	made_series 1 --output out --only test_bpffs linux
	grep -qx '  a.patch:1: CHECK: line is crooked' said
	[ "$(patches out/exit | wc -l)" = 3 ]
}

@test "series.py refuses an unusable tree in one line" {
	refused 'nowhere: no such directory' nowhere
	mkdir other
	refused 'other: no kernel tree, tools/testing/selftests/bpf/test_progs.c is not in it' other
	refused '--tree linus: none of bpf-next, bpf' --tree linus other
	refused '--version x: not a number from 1 to 99' --version x other
	refused '--closes bug 1: not a URL' --closes 'bug 1' other
	refused '--reported-by B <b@example.org>: a report needs its --closes URL' --reported-by 'B <b@example.org>' other
	mkdir full
	touch full/file
	made_series 2 --output full other
	[ "$(cat said)" = 'series: full: not an empty directory: choose another one with OUT=' ]
	mkdir linux
	cp -R "$newest"/{MAINTAINERS,scripts,tools} linux
	git init -q linux
	git -C linux add -A -f
	git -C linux commit -qm base
	echo >>"$bpf/test_progs.c"
	refused "$PWD/linux: has changes that are not committed: commit or stash them" linux
	git -C linux checkout -q .
	git clone -q --depth 1 "file://$PWD/linux" shallow
	refused "$PWD/shallow: a shallow clone, in which Fixes: cannot be found: git fetch --unshallow" shallow
}

# unknown PART FUNCTION FILE SED-SCRIPT: change FILE; the generator then refuses PART and names
# FUNCTION.
unknown()
{
	rm -rf linux out
	copy_tree
	edit "$3" "$4"
	made_series 2 --output out --only "$1" linux
	grep -qE "^series: $3: ($2\(\): .*|no .*): not a form that this program edits\$" said
	[ "$(grep -c 'not a form' said)" = 1 ]
	[ ! -e out ]
}

@test "series.py refuses unknown functions by name, and writes nothing" {
	unknown token child prog_tests/token.c 's/\<token_lsm__destroy\>/drop/'
	unknown token parent prog_tests/token.c 's/\<kill\>/end/'
	unknown token subtest_userns prog_tests/token.c 's/\<subtest_userns(&/in_userns(\&/'
	unknown token userns_bpf_token_info prog_tests/token.c 's/\<bpf_obj_get_info_by_fd\>/ask/'
	unknown test_bpffs fn prog_tests/test_bpffs.c 's/\<fn\>/child/'
	unknown file_reader on_open_expect_fault progs/file_reader.c 's/\<bpf_dynptr_read\>/read_it/'
	unknown file_reader run_test prog_tests/file_reader.c 's/\<madvise\>/advise/'
	unknown file_reader server_main test_progs.c 's/\<save_netns\>/keep_netns/'
	unknown file_reader run_one_test test_progs.c 's/\<run_one_test\>/run_it/'
}

# A test whose child prints, and ends with errno.
printing_child()
{
	cat <<'EOT'
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int ours(int fd)
{
	int pid;

	pid = fork();
	if (pid == 0) {
		printf("child\n");
		if (close(fd)) exit(errno);
		if (fd > 3) {
			exit(errno); /* twice */
		}
		exit(0);
	}
	return pid;
}
EOT
}

# The same, but errno, which fflush() may change, is saved.
printing_child_mended()
{
	cat <<'EOT'
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int ours(int fd)
{
	int saved_errno;
	int pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		printf("child\n");
		if (close(fd)) {
			saved_errno = errno;
			fflush(stdout);
			_exit(saved_errno);
		}
		if (fd > 3) {
			saved_errno = errno;
			fflush(stdout);
			_exit(saved_errno); /* twice */
		}
		fflush(stdout);
		_exit(0);
	}
	return pid;
}
EOT
}

@test "series.py names a file that exitcheck does not understand, and refuses a known one" {
	copy_tree
	printf 'void f(void) { if (!fork()) exit((lost_t)1); }\n' >"$bpf/prog_tests/broken.c"
	printing_child >"$bpf/prog_tests/ours.c"
	made_series 0 --output out --only others linux
	grep -A 9 -x 'series: exitcheck did not understand all of:' said | grep -q '^  prog_tests/broken.c: '
	(cd linux && patches ../out/exit | xargs cat | patch -s -p1)
	printing_child_mended | diff - "$bpf/prog_tests/ours.c"
	rm -rf out
	cp "$bpf/prog_tests/broken.c" broken
	rm "$bpf/prog_tests/token.c"
	mv broken "$bpf/prog_tests/token.c"
	made_series 2 --output out --only token linux
	grep -q '^series: prog_tests/token.c: exitcheck does not understand it: ' said
	[ ! -e out ]
}
