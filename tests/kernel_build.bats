#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# vm/kernel-build.sh, 'make kernel', on a tree with a small Makefile: configuration, refusals and
# messages. No test builds a real kernel, as that takes an hour.

bats_require_minimum_version 1.5.0

setup()
{
	top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	export BUILD="$BATS_TEST_TMPDIR/build"
	unset ARCH CROSS_COMPILE JOBS LINUX CONFIG
	linux=$BATS_TEST_TMPDIR/linux
	out=$BUILD/kernel/bpf-ci
	machine=$(uname -m)
	selftests=$linux/tools/testing/selftests/bpf
	mkdir -p "$selftests"
	touch "$linux/Kbuild"
	printf 'CONFIG_BPF=y\nCONFIG_DEBUG_INFO_BTF=y\nCONFIG_A=n\n' >"$selftests/config"
	echo 'CONFIG_VIRTIO_BLK=y' >"$selftests/config.vm"
	echo 'CONFIG_A=y' >"$selftests/config.$machine"
	# Like Kconfig, uses the last line of an option. Does not know CONFIG_GONE.
	cat >"$linux/Makefile" <<-'EOT'
	.RECIPEPREFIX = >
	olddefconfig:
	> @echo configured >>'$(O)/calls'
	> @tac '$(O)/.config' | grep -v GONE | awk -F= '/^CONFIG_/ && !seen[$$1]++ && $$2 != "n"' >'$(O)/new'
	> @mv '$(O)/new' '$(O)/.config'
	bzImage Image:
	> @! grep -q CONFIG_BROKEN=y '$(O)/.config' || { echo 'x.c:1: error: broken'; exit 1; }
	> @for i in 1 2 3; do echo "  CC      $$i.o"; done
	> @echo 'x.c:1: warning: no step'
	> @cp /sys/kernel/btf/vmlinux '$(O)/vmlinux'
	EOT
	[ -e /sys/kernel/btf/vmlinux ] || skip 'this kernel has no types to stand for those of a vmlinux'
}

build() { "$top/vm/kernel-build.sh" "$@"; }

@test "kernel-build.sh merges the tree's fragments and the user's, and the last value wins" {
	run -0 --separate-stderr build "$linux"
	[ "$output" = "$out" ]
	[[ $stderr == *"built: make run_tests KERNEL=$out" ]]
	[ "$(sort "$out/.config")" = $'CONFIG_A=y\nCONFIG_BPF=y\nCONFIG_DEBUG_INFO_BTF=y\nCONFIG_VIRTIO_BLK=y' ]
	printf '# CONFIG_VIRTIO_BLK is not set\nCONFIG_KASAN=y\nCONFIG_VIRTIO_BLK=n\n' >"$BATS_TEST_TMPDIR/kasan.config"
	run -0 --separate-stderr make -s -C "$top" kernel LINUX="$linux" CONFIG="$BATS_TEST_TMPDIR/kasan.config"
	[ "$output" = "$out+kasan" ]
	[ "$(sort "$out+kasan/.config")" = $'CONFIG_A=y\nCONFIG_BPF=y\nCONFIG_DEBUG_INFO_BTF=y\nCONFIG_KASAN=y' ]
	[ -z "$(git -C "$linux" status 2>/dev/null)" ]
	[ "$(find "$linux" -newer "$linux/Makefile")" = '' ] || [ ! -e "$linux/.config" ]
}

@test "a second call does not configure again" {
	build "$linux"
	build "$linux"
	[ "$(wc -l <"$out/calls")" = 1 ]
	echo 'CONFIG_B=y' >>"$selftests/config"
	build "$linux"
	[ "$(wc -l <"$out/calls")" = 2 ]
}

@test "the build counts its steps, and remembers the number" {
	run -0 --separate-stderr build "$linux"
	[[ $stderr == *'step 1 of about 3600 (0 %)'* ]]
	[ ! -e "$out/steps" ]
	echo 4 >"$out/steps"
	run -0 --separate-stderr build "$linux"
	[[ $stderr == *'step 1 of about 4 (25 %)'*'step 3 of about 4 (75 %)'* ]]
	[ "$(cat "$out/steps")" = 3 ]
	grep -q 'warning: no step' "$out/build.log"
}

@test "a failed build is status 1, with the error and the log" {
	echo 'CONFIG_BROKEN=y' >"$BATS_TEST_TMPDIR/broken"
	run -1 --separate-stderr build "$linux" "$BATS_TEST_TMPDIR/broken"
	[ -z "$output" ]
	[[ $stderr == *'x.c:1: error: broken'*"does not build (make's status 2): see $out+broken/build.log" ]]
}

@test "kernel-build.sh refuses an option that the kernel drops from the user's fragment" {
	echo 'CONFIG_GONE=y' >>"$selftests/config"
	build "$linux"
	printf 'CONFIG_B=y\nCONFIG_GONE=y\n' >"$BATS_TEST_TMPDIR/more"
	run -2 --separate-stderr build "$linux" "$BATS_TEST_TMPDIR/more"
	[[ $stderr == *"$BATS_TEST_TMPDIR/more: this kernel does not take CONFIG_GONE=y: "* ]]
}

@test "kernel-build.sh refuses a kernel without BTF" {
	sed -i /BTF/d "$selftests/config"
	run -1 --separate-stderr build "$linux"
	[[ $stderr == *'has no CONFIG_DEBUG_INFO_BTF: install a newer pahole'* ]]
}

@test "kernel-build.sh names a missing tool and its package before it builds" {
	mkdir "$BATS_TEST_TMPDIR/bin"
	for tool in bash basename dirname sed cat mkdir realpath uname tr grep nproc gcc make ld perl python3; do
		ln -s "$(command -v $tool)" "$BATS_TEST_TMPDIR/bin/"
	done
	sed 's|^PATH=.*||' "$top/vm/kernel-build.sh" >"$BATS_TEST_TMPDIR/bin/kernel-build.sh"
	sed -i "s|^here=.*|here=$top/vm|" "$BATS_TEST_TMPDIR/bin/kernel-build.sh"
	run -2 --separate-stderr env PATH="$BATS_TEST_TMPDIR/bin" bash "$BATS_TEST_TMPDIR/bin/kernel-build.sh" "$linux"
	[ "$stderr" = "kernel-build: not found: flex bison bc pahole: install, in Debian's names: flex bison bc dwarves" ]
	[ ! -e "$BUILD" ]
}

@test "bad use is one line and status 2" {
	mkdir "$BATS_TEST_TMPDIR/empty"
	run -2 build "$BATS_TEST_TMPDIR/empty"
	[ "$output" = "kernel-build: $BATS_TEST_TMPDIR/empty: no kernel tree: it has no Makefile" ]
	touch "$linux/.config"
	run -2 build "$linux"
	[[ $output == *'was built in place'*'mrproper' ]]
	rm "$linux/.config"
	run -2 build "$linux" "$BATS_TEST_TMPDIR/none"
	[[ $output == *'none: no such file: name a file of CONFIG_ lines' ]]
	run -2 build
	run -2 build --nonsense
	run -2 build "$BATS_TEST_TMPDIR/none"
	run -2 make -s -C "$top" kernel
	[[ $output == *'LINUX= is missing'* ]]
	# zsh and dash do not expand ~ there.
	HOME=$BATS_TEST_TMPDIR run -2 make -s -C "$top" kernel LINUX='~/empty'
	[[ $output == *"$BATS_TEST_TMPDIR/empty: no kernel tree: "* ]]
	HOME=$BATS_TEST_TMPDIR run -2 make -s -C "$top" kernel LINUX="$linux" CONFIG='~/none ~/more'
	[[ $output == *"$BATS_TEST_TMPDIR/none: no such file: "* ]]
	HOME=$BATS_TEST_TMPDIR run -0 make -s -n -C "$top" BUILD='~/b' all
	[[ $output == *"$BATS_TEST_TMPDIR/b/plain"* && $output != *'~/b'* ]]
}
