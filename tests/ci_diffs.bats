#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# make ci-diffs puts the series into a checkout of kernel-patches/vmtest, and removes it again. The
# checkout is a small one of our own; the tree is Linux.

bats_require_minimum_version 1.5.0

setup_file()
{
	top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	export top BUILD="${BUILD:-$top/build}" PYTHONDONTWRITEBYTECODE=1
	export EXITCHECK="$BUILD/exitcheck/exitcheck"
	export GIT_CONFIG_GLOBAL="$BATS_FILE_TMPDIR/gitconfig" GIT_CONFIG_SYSTEM=/dev/null
	git config --global user.name 'A Developer'
	git config --global user.email dev@example.org
	linux=$("$top/tests/linux_tree.sh" newest)
	export linux
	# Made once, as most tests only read the result.
	checkout "$BATS_FILE_TMPDIR/filled"
	(cd "$BATS_FILE_TMPDIR" && ci_diffs VMTEST=filled LINUX="$linux") >"$BATS_FILE_TMPDIR/said" 2>&1 || :
}

setup() { cd "$BATS_TEST_TMPDIR" || exit; }

ci_diffs() { make -s -C "$top" BUILD="$BUILD" ci-diffs "${@/#VMTEST=/VMTEST=$PWD/}"; }

# checkout DIRECTORY: make one with an older patch and a deny list.
checkout()
{
	mkdir -p "$1"/ci/{diffs,vmtest/configs}
	cat >"$1/ci/diffs/20200101-readme.patch" <<-'EOT'
	--- a/tools/testing/selftests/bpf/of_another.txt
	+++ b/tools/testing/selftests/bpf/of_another.txt
	@@ -0,0 +1 @@
	+another patch
	EOT
	cat >"$1/ci/vmtest/configs/DENYLIST.asan" <<-'EOT'
	# Two that fail for the same reason
	token	# exit() in a child
	test_bpffs
	token_other
	arena*   # another reason
	EOT
	git init -q "$1"
	git -C "$1" add -A
	git -C "$1" commit -qm 'As it is'
}

# A copy of the checkout with the series in it.
filled() { cp -a "$BATS_FILE_TMPDIR/filled" vmtest; }

@test "ci-diffs lists the pull request: new files and removed entries" {
	cat "$BATS_FILE_TMPDIR/said"
	filled
	git -C vmtest status --porcelain -uall >status
	[ "$(grep -c '^?? ci/diffs/20[0-9]\{6\}-[0-9]\{4\}-selftests-bpf-.*\.patch$' status)" -ge 15 ]
	grep -v '^?? ci/diffs/' status | diff <(echo ' M ci/vmtest/configs/DENYLIST.asan') -
	git -C vmtest diff -U0 | grep '^[-+][^-+]' | diff <(printf -- '-token\t# exit() in a child\n-test_bpffs\n') -
	sed -n 's/^?? /  new: /p' status | diff - <(grep '^  new: ' "$BATS_FILE_TMPDIR/said")
	grep -q '^  removed from ci/vmtest/configs/DENYLIST.asan: test_bpffs$' "$BATS_FILE_TMPDIR/said"
}

@test "CI's patch command applies every patch, in order of name" {
	filled
	cp -R "$linux" linux
	for diff in vmtest/ci/diffs/*.patch; do
		patch -p1 -N --dry-run -s -d linux <"$diff"
		patch -p1 -N -s -d linux <"$diff"
	done
	bpf=linux/tools/testing/selftests/bpf
	grep -q '^void serial_test_file_reader' "$bpf/prog_tests/file_reader.c"
	run ! grep -nE '\<exit\(' "$bpf/prog_tests/token.c" "$bpf/prog_tests/test_bpffs.c"
}

@test "lists are edited to the byte, and come back to the byte" {
	checkout vmtest
	printf '# Both go, and so does this.\r\ntoken\r\n  test_bpffs # too\r\n\r\n' >vmtest/ci/vmtest/configs/DENYLIST.asan
	printf '# Caf\351\r\nother\r\ntoken/btf_token\r\n\ftoken_other\ntoken' >>vmtest/ci/vmtest/configs/DENYLIST.asan
	printf 'test_bpffs\n' >vmtest/ci/vmtest/configs/DENYLIST.aarch64
	git -C vmtest add -A
	git -C vmtest commit -qm lists
	cp -R vmtest/ci before
	ci_diffs VMTEST=vmtest LINUX="$linux" >said
	printf '\r\n# Caf\351\r\nother\r\ntoken/btf_token\r\n\ftoken_other\n' | cmp - vmtest/ci/vmtest/configs/DENYLIST.asan
	cmp before/vmtest/configs/DENYLIST.aarch64 vmtest/ci/vmtest/configs/DENYLIST.aarch64
	grep '^  stays in' said | diff - <(printf '  stays in ci/vmtest/configs/%s\n' \
		'DENYLIST.aarch64: test_bpffs' 'DENYLIST.asan: token/btf_token')
	ci_diffs VMTEST=vmtest UNDO=1
	diff -r before vmtest/ci
}

@test "UNDO=1 restores the checkout, once" {
	filled
	ci_diffs VMTEST=vmtest UNDO=1
	[ -z "$(git -C vmtest status --porcelain -uall)" ]
	run ! ci_diffs VMTEST=vmtest UNDO=1
	[[ $output == *'series: '*'/vmtest: nothing of the series is in there'* ]]
}

@test "ci-diffs refuses a second call, and keeps other people's changes" {
	filled
	run ! ci_diffs VMTEST=vmtest LINUX="$linux"
	[[ $output == *'the series is in there already: take it out with UNDO=1'* ]]
	first=$(find vmtest/ci/diffs -name '*-0001-*')
	echo >>"$first"
	git -C vmtest status --porcelain -uall >before
	run ! ci_diffs VMTEST=vmtest UNDO=1
	[[ $output == *"$(basename "$first"): has been changed since: save your changes, and remove it"* ]]
	rm "$first"
	echo mine >>vmtest/ci/vmtest/configs/DENYLIST.asan
	run ! ci_diffs VMTEST=vmtest UNDO=1
	[[ $output == *'DENYLIST.asan: has been changed since: put token and test_bpffs back by hand'* ]]
	grep -v -- '-0001-' before | diff - <(git -C vmtest status --porcelain -uall)
}

@test "a conflicting patch leaves the checkout unchanged" {
	checkout vmtest
	# Another author's patch with the same change.
	cp "$(find "$BATS_FILE_TMPDIR/filled/ci/diffs" -name '*-0001-*')" vmtest/ci/diffs/20200102-same.patch
	git -C vmtest add -A
	git -C vmtest commit -qm same
	run ! ci_diffs VMTEST=vmtest LINUX="$linux"
	[[ $output == *'-0001-'*': does not apply with the other patches of ci/diffs'* ]]
	[ -z "$(git -C vmtest status --porcelain -uall)" ]
}

@test "ci-diffs names each bad use" {
	mkdir other
	run ! ci_diffs VMTEST=other LINUX="$linux"
	[[ $output == *'other: no checkout of kernel-patches/vmtest: ci/diffs is not in it'* ]]
	run ! make -s -C "$top" ci-diffs LINUX="$linux"
	[[ $output == *'VMTEST= is missing: make ci-diffs VMTEST=~/vmtest LINUX=~/bpf-next'* ]]
	checkout vmtest
	touch vmtest/Kbuild
	run ! ci_diffs VMTEST=vmtest LINUX="$linux"
	[[ $output == *'vmtest: a kernel tree: VMTEST= is a checkout of kernel-patches/vmtest'* ]]
	rm vmtest/Kbuild
	run ! ci_diffs VMTEST=vmtest
	[[ $output == *'LINUX= is missing: the tree that CI builds'* ]]
}
