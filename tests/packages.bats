#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# packages/*.sh: the files that they fetch, and the files that they leave after a failure.

bats_require_minimum_version 1.5.0

setup()
{
	top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	packages=$top/vm/packages
	real=${BUILD:-$top/build}
	fresh="$BATS_TEST_TMPDIR/a build"
	unset BUILD
}

# Makes a build directory with up-to-date package lists only.
with_lists()
{
	"$packages/archive.sh" --build "$real" refresh
	mkdir -p "$fresh/archive"
	cp -a --reflink=auto "$real/archive/binary" "$fresh/archive/"
}

# The messages of the last run, but for that of waiting for a test file beside this one.
errors()
{
	grep -v ': waiting for another run that uses ' <<<"$stderr"
}

# Makes apt fail at once if there is no network.
no_network()
{
	echo 'Acquire::Retries "0";' >"$BATS_TEST_TMPDIR/apt.conf"
	export APT_CONFIG=$BATS_TEST_TMPDIR/apt.conf
	export http_proxy=http://127.0.0.1:9/ https_proxy=http://127.0.0.1:9/
}

# stub NAME SCRIPT: make a command that precedes the real one in PATH.
stub()
{
	mkdir -p "$BATS_TEST_TMPDIR/stubs"
	printf '#!/bin/sh\n%s\n' "$2" >"$BATS_TEST_TMPDIR/stubs/$1"
	chmod +x "$BATS_TEST_TMPDIR/stubs/$1"
	PATH=$BATS_TEST_TMPDIR/stubs:${PATH#"$BATS_TEST_TMPDIR/stubs:"}
}

@test "archive: lists versions oldest first, a candidate before its release" {
	run -0 --separate-stderr "$packages/archive.sh" --build "$real" list linux-bpf-dev
	[ "${#lines[@]}" -ge 2 ]
	while read -r _ version _; do
		[ -z "${before-}" ] || dpkg --compare-versions "$before" le "$version"
		before=$version
	done <<<"$output"
}

@test "archive: without network and lists it fails with one line" {
	no_network
	run -1 --separate-stderr "$packages/archive.sh" --build "$fresh" list libbpf-dev
	[ -z "$output" ]
	[[ $stderr == *'package lists: '*': check the network and apt'* ]]
}

@test "archive: it needs no network while lists are fresh" {
	with_lists
	no_network
	run -0 --separate-stderr "$packages/archive.sh" --build "$fresh" list libbpf-dev
	[[ $output == *'libbpf-dev '* ]]
	[ -z "$stderr" ]
}

@test "archive: without network it uses old lists and says so" {
	with_lists
	no_network
	touch -d '3 days ago' "$fresh/archive/binary/stamp"
	run -0 --separate-stderr "$packages/archive.sh" --build "$fresh" list libbpf-dev
	[[ $output == *'libbpf-dev '* ]]
	[[ $stderr == *'going on with those of '* ]]
}

@test "archive: it skips a missing suite" {
	export ARCHIVE_SUITES='nosuchsuite experimental'
	run -0 --separate-stderr "$packages/archive.sh" --build "$fresh" list linux-bpf-dev
	[[ $stderr == *'suite nosuchsuite: left out: '* ]]
	[[ $output == *' experimental' ]]
}

@test "archive: it reads the user's APT_CONFIG" {
	echo 'Acquire::http::Proxy "http://127.0.0.1:9/"; Acquire::Retries "0";' \
		>"$BATS_TEST_TMPDIR/apt.conf"
	export APT_CONFIG=$BATS_TEST_TMPDIR/apt.conf
	run -1 --separate-stderr "$packages/archive.sh" --build "$fresh" list libbpf-dev
	[[ $stderr == *'127.0.0.1'* ]]
}

@test "archive: it fetches no other index targets of the machine's apt, and no translations" {
	# The machine's configuration might set the languages again.
	apt-config dump | grep '^Acquire::' | grep -v '^Acquire::Languages' >"$BATS_TEST_TMPDIR/apt.conf"
	cat >>"$BATS_TEST_TMPDIR/apt.conf" <<-'EOT'
		Dir::Etc::parts "/dev/null";
		Acquire::IndexTargets::deb::Contents-deb {
			MetaKey "$(COMPONENT)/Contents-$(ARCHITECTURE)";
			ShortDescription "Contents";
			Description "Contents";
			DefaultEnabled "true";
		};
		Acquire::Languages { "en"; "none"; };
	EOT
	export APT_CONFIG=$BATS_TEST_TMPDIR/apt.conf ARCHIVE_SUITES=experimental
	"$packages/archive.sh" --build "$fresh" refresh
	[ -n "$(find "$fresh/archive/binary/lists" -name '*_Packages*')" ]
	[ -z "$(find "$fresh/archive/binary/lists" -name '*Contents*' -o -name '*Translation*')" ]
}

@test "archive: it writes nothing into the system's apt" {
	before=$(find /etc/apt /var/lib/apt /var/cache/apt -newermt '1 hour ago' -printf '%p %T@\n' 2>/dev/null || :)
	export ARCHIVE_SUITES=experimental
	"$packages/archive.sh" --build "$fresh" refresh
	[ "$before" = "$(find /etc/apt /var/lib/apt /var/cache/apt -newermt '1 hour ago' -printf '%p %T@\n' 2>/dev/null || :)" ]
}

@test "archive: it keeps packages of another processor beside this machine's" {
	own=$(dpkg --print-architecture)
	other=arm64
	[ "$own" != arm64 ] || other=amd64
	run -0 --separate-stderr "$packages/archive.sh" --build "$real" --arch "$other" list zlib1g-dev
	# The machine's own suite is listed too.
	# shellcheck disable=SC1091 # the machine's
	grep -q " $(. /etc/os-release && echo "$VERSION_CODENAME")\$" <<<"$output"
	read -r _ version _ <<<"${lines[-1]}"
	for arch in "$other" "$own"; do
		run -0 --separate-stderr "$packages/archive.sh" --build "$real" --arch "$arch" \
			deb zlib1g-dev "$version"
		[ "$(dpkg-deb -f "$output" Architecture)" = "$arch" ]
	done
	run -1 --separate-stderr "$packages/archive.sh" --build "$real" --arch
	[[ $stderr == "archive: --arch: needs a Debian architecture: see --help" ]]
}

@test "kernel: the newest one is complete, and needs no network again" {
	run -0 --separate-stderr "$packages/kernel.sh" --build "$real"
	directory=$output
	[ "${#lines[@]}" = 1 ]
	[ "$(tail -c +515 "$directory/bzImage" | head -c 4)" = HdrS ]
	grep -q '^struct task_struct {' "$directory/vmlinux.h"
	[ -s "$directory/version" ]
	no_network
	run -0 --separate-stderr "$packages/kernel.sh" --build "$real"
	[ "$output" = "$directory" ]
	[ -z "$stderr" ]
	run -0 --separate-stderr "$packages/kernel.sh" --build "$real" "${directory##*/}"
	[ "$output" = "$directory" ]
}

# asked WANT: print the package and version that kernel.sh asks for, from an archive of our own.
asked()
{
	own=$BATS_TEST_TMPDIR/own/vm/packages
	mkdir -p "$own"
	cp -R "$top/lib" "$BATS_TEST_TMPDIR/own"
	cp "$packages/kernel.sh" "$packages/fetch.sh" "$own"
	cp "$packages/../arch.sh" "$packages/../bzimage.sh" "$own/.."
	cat >"$own/archive.sh" <<-'EOT'
	#!/bin/sh
	[ "$3" = --arch ] || exit 1
	case $5 in
	list) cat <<-EOL | grep -Ex -- "$6 .*" ;;
		linux-image-6.1.9+deb13-cloud-amd64 6.1.9-1 trixie
		linux-image-6.12.2+deb13-cloud-amd64 6.12.2-1 trixie
		linux-image-6.12.10+deb13-cloud-amd64 6.12.10-1 trixie
		linux-binary-7.0.1+deb13-cloud-amd64 7.0.1-1~bpo13+1 trixie-backports
		linux-binary-unsigned-7.0.1+deb13-cloud-amd64 7.0.1-1~bpo13+1 trixie-backports
		linux-image-7.0.1+deb13-cloud-amd64 7.0.1-1~bpo13+1 trixie-backports
		linux-binary-unsigned-7.1.2+deb14-cloud-amd64 7.1.2-1 sid
		linux-binary-7.1-cloud-amd64 7.1~rc3-1~exp1 experimental
		linux-binary-7.2-cloud-amd64 7.2~rc1-1~exp1 experimental
		linux-image-6.12.10+deb13-cloud-arm64 6.12.10-1 trixie
		linux-image-6.12.10+deb13-rt-arm64 6.12.10-1 trixie
		linux-binary-unsigned-7.1.2+deb14-arm64 7.1.2-1 sid
		linux-binary-unsigned-7.1.2+deb14-arm64-16k 7.1.2-1 sid
		linux-binary-unsigned-7.1.2+deb14-cloud-arm64 7.1.2-1 sid
		linux-binary-7.2-arm64-16k 7.2~rc1-1~exp1 experimental
	EOL
	deb) echo "ASKED $6 $7" >&2; exit 1 ;;
	esac
	EOT
	chmod +x "$own/archive.sh"
	"$own/kernel.sh" --build "$fresh" "$@" 2>&1 | sed -n 's/^ASKED //p'
}

@test "kernel: it resolves a version, a suite and newest" {
	[ "$(asked)" = 'linux-binary-unsigned-7.1.2+deb14-cloud-amd64 7.1.2-1' ]
	[ "$(asked newest)" = "$(asked)" ]
	[ "$(asked 7.1)" = "$(asked)" ]
	[ "$(asked sid)" = "$(asked)" ]
	[ "$(asked 7.2)" = 'linux-binary-7.2-cloud-amd64 7.2~rc1-1~exp1' ]
	[ "$(asked 7.1-cloud-amd64)" = 'linux-binary-7.1-cloud-amd64 7.1~rc3-1~exp1' ]
	[ "$(asked experimental)" = "$(asked 7.2)" ]
	[ "$(asked 7.0.1)" = 'linux-binary-7.0.1+deb13-cloud-amd64 7.0.1-1~bpo13+1' ]
	[ "$(asked trixie)" = 'linux-image-6.12.10+deb13-cloud-amd64 6.12.10-1' ]
	[ "$(asked 6.12)" = "$(asked trixie)" ]
	[ "$(asked 6.12.2)" = 'linux-image-6.12.2+deb13-cloud-amd64 6.12.2-1' ]
	[ "$(asked 6.1)" = 'linux-image-6.1.9+deb13-cloud-amd64 6.1.9-1' ]
	[ -z "$(asked 6.13)" ]
}

@test "kernel: it fetches another processor's and another flavour" {
	export ARCH=arm64
	[ "$(asked)" = 'linux-binary-unsigned-7.1.2+deb14-cloud-arm64 7.1.2-1' ]
	[ "$(asked 6.12)" = 'linux-image-6.12.10+deb13-cloud-arm64 6.12.10-1' ]
	[ "$(asked 7.1-cloud-arm64)" = "$(asked)" ]
	[ "$(asked 7.1-arm64)" = 'linux-binary-unsigned-7.1.2+deb14-arm64 7.1.2-1' ]
	[ "$(asked 7.1-arm64-16k)" = 'linux-binary-unsigned-7.1.2+deb14-arm64-16k 7.1.2-1' ]
	[ "$(asked newest-arm64-16k)" = "$(asked 7.1-arm64-16k)" ]
	[ "$(asked 7.1.2+deb14-arm64-16k)" = "$(asked 7.1-arm64-16k)" ]
	[ "$(asked 7.2-arm64-16k)" = 'linux-binary-7.2-arm64-16k 7.2~rc1-1~exp1' ]
	[ -z "$(asked 7.2)" ]
	[ -z "$(asked 6.12-arm64-16k)" ]
}

@test "kernel: an unknown version is one line with the known ones" {
	run -1 --separate-stderr "$packages/kernel.sh" --build "$real" 2.4
	[ -z "$output" ]
	[ "$(errors | wc -l)" = 1 ]
	[[ $stderr == *'2.4: no such kernel: there is '*'6.12 '* ]]
}

@test "kernel: a killed download leaves no kernel, and the next run fetches it" {
	with_lists
	echo 'Acquire::http::Dl-Limit "1500"; Acquire::https::Dl-Limit "1500";' >"$BATS_TEST_TMPDIR/apt.conf"
	APT_CONFIG=$BATS_TEST_TMPDIR/apt.conf setsid "$packages/kernel.sh" --build "$fresh" \
		>/dev/null 2>&1 3>&- &
	until [ -n "$(find "$fresh/archive/packages" -name '*.deb' -size +100k 2>/dev/null)" ]; do
		kill -0 $!
		sleep 0.1
	done
	kill -KILL -- "-$!"
	wait || :
	[ -z "$(find "$fresh/kernels" -name bzImage)" ]
	[ -n "$(find "$fresh/archive/packages" -path '*.part/*')" ]
	run -0 --separate-stderr "$packages/kernel.sh" --build "$fresh"
	[ -s "$output/bzImage" ]
	[ -s "$output/vmlinux.h" ]
	[ -z "$(find "$fresh" -name '*.part*')" ]
}

@test "kernel: two runs in parallel work" {
	with_lists
	"$packages/kernel.sh" --build "$fresh" >"$BATS_TEST_TMPDIR/one" 3>&- &
	"$packages/kernel.sh" --build "$fresh" >"$BATS_TEST_TMPDIR/two"
	wait $!
	cmp "$BATS_TEST_TMPDIR/one" "$BATS_TEST_TMPDIR/two"
	[ -s "$(cat "$BATS_TEST_TMPDIR/one")/version" ]
}

@test "kernel: it reports and fetches a damaged package again" {
	with_lists
	"$packages/kernel.sh" --build "$fresh"
	truncate -s 100000 "$fresh"/archive/packages/linux-binary*/*.deb
	rm -r "$fresh/kernels"
	run -1 --separate-stderr "$packages/kernel.sh" --build "$fresh"
	[[ $stderr == *'cannot be unpacked, removed'* ]]
	[ -z "$(find "$fresh/kernels" -name bzImage)" ]
	run -0 --separate-stderr "$packages/kernel.sh" --build "$fresh"
	[ -s "$output/bzImage" ]
}

@test "kernel: without space it fails and leaves nothing" {
	[ "$(id -u)" = 0 ] || skip "mounting needs root"
	with_lists
	mkdir "$fresh/kernels"
	mount -t tmpfs -o size=20M tmpfs "$fresh/kernels"
	run -1 --separate-stderr "$packages/kernel.sh" --build "$fresh"
	left=$(find "$fresh/kernels" -name bzImage)
	umount "$fresh/kernels"
	[[ $stderr == *'pace'* ]]
	[ -z "$left" ]
}

@test "module: it unpacks the newest kernel's, and needs no network again" {
	run -0 --separate-stderr "$packages/module.sh" --build "$real" overlay
	module=$output
	[ "$module" = "$("$packages/kernel.sh" --build "$real")/modules/overlay.ko" ]
	[ "$(head -c 4 "$module")" = $'\177ELF' ]
	no_network
	run -0 --separate-stderr "$packages/module.sh" --build "$real" overlay newest
	[ "$output" = "$module" ]
	[ -z "$stderr" ]
}

@test "module: dependencies come first" {
	run -0 --separate-stderr "$packages/module.sh" --build "$real" --with-dependencies overlay
	[ "${#lines[@]}" = 1 ]
	# virtio_net needs net_failover, which needs failover.
	run -0 --separate-stderr "$packages/module.sh" --build "$real" --with-dependencies virtio_net
	mapfile -t names < <(basename -a -s .ko "${lines[@]}")
	[[ " ${names[*]} " == *' failover'*' net_failover'*' virtio_net ' ]]
}

@test "module: a missing one is one line, and leaves nothing" {
	run -1 --separate-stderr "$packages/module.sh" --build "$real" no-such-module
	[ -z "$output" ]
	[[ $(errors) == 'module: linux-modules-'*': holds no module no-such-module' ]]
	[ -z "$(find "$real/kernels/" -name '.part.*' -o -name 'no-such-module*')" ]
	run -1 --separate-stderr "$packages/module.sh" --build "$real" ../overlay
	[[ $(errors) == "module: ../overlay: not a module's name"* ]]
}

@test "linux-source: it keeps an existing tree; bad use is one line, and leaves nothing" {
	mkdir "$BATS_TEST_TMPDIR/tree"
	BUILD="$fresh" run -0 "$packages/linux-source.sh" newest "$BATS_TEST_TMPDIR/tree" MAINTAINERS
	[ -z "$output" ]
	[ -z "$(ls -A "$BATS_TEST_TMPDIR/tree")" ]
	cd "$BATS_TEST_TMPDIR"
	for use in '6.12' 'latest new' '-x 6.12 new' '--build'; do
		# shellcheck disable=SC2086 # words
		run -1 "$packages/linux-source.sh" $use
		[[ $output == 'linux-source: '*': see --help' ]]
	done
	BUILD="$real" run -1 --separate-stderr "$packages/linux-source.sh" 1.2 new
	[ "${stderr_lines[-1]}" = "linux-source: Linux 1.2: in none of the archive's suites" ]
	[ "$(echo new*)" = 'new*' ]
}

@test "linux-source: a failed unpack leaves no tree" {
	own=$BATS_TEST_TMPDIR/own/vm/packages
	mkdir -p "$own"
	cp -R "$top/lib" "$BATS_TEST_TMPDIR/own"
	cp "$packages/linux-source.sh" "$own"
	echo 'no package' >"$BATS_TEST_TMPDIR/x.deb"
	cat >"$own/archive.sh" <<-EOT
		#!/bin/sh
		case \$3 in
		list) echo linux-source-6.12 6.12.9-1 trixie ;;
		deb) echo "$BATS_TEST_TMPDIR/x.deb" ;;
		esac
	EOT
	chmod +x "$own/archive.sh"
	BUILD="$fresh" run -1 --separate-stderr "$own/linux-source.sh" \
		6.12 "$BATS_TEST_TMPDIR/tree" scripts/checkpatch.pl
	[ "${stderr_lines[-1]}" = "linux-source: $BATS_TEST_TMPDIR/x.deb: cannot be unpacked: see above; is there room?" ]
	[ ! -e "$BATS_TEST_TMPDIR/tree" ]
	[ ! -e "$BATS_TEST_TMPDIR/tree.new" ]
}

@test "deps: with every package installed it needs no network" {
	"$packages/deps.sh" "$real"
	no_network
	stub apt-get 'exit 99'
	SECONDS=0
	run -0 "$packages/deps.sh" "$real"
	[ "$SECONDS" -le 10 ]
	[[ $output == *'nothing to install'* ]]
}

@test "deps: without root it lists the missing packages and the cure" {
	stub dpkg-query "echo installed make"
	stub id 'echo 1000'
	run -1 "$packages/deps.sh" "$fresh"
	[[ $output == *'missing: '*clang*qemu-system-x86* ]]
	[[ $output == *'run as root: sudo make deps'* ]]
	[ ! -e "$fresh" ]
}

@test "deps: as root it installs the missing packages only" {
	stub dpkg-query "$(printf 'echo installed %s\n' $("$packages/deps.sh" --list | cut -d' ' -f1 | grep -v bpftool))"
	stub id 'echo 0'
	stub apt-get "echo \"\$*\" >>'$BATS_TEST_TMPDIR/apt'; case \$* in *install*) exit 1 ;; esac"
	run -1 "$packages/deps.sh" "$fresh"
	[ "$(tail -n 1 "$BATS_TEST_TMPDIR/apt")" = '-q -y --no-install-recommends install bpftool' ]
	[[ $output == *'apt-get install failed'* ]]
}

@test "deps: another distribution gets a list" {
	echo ID=fedora >"$BATS_TEST_TMPDIR/os-release"
	OS_RELEASE=$BATS_TEST_TMPDIR/os-release PKG_CONFIG_LIBDIR=/nonexistent PKG_CONFIG_PATH='' \
		run -1 "$packages/deps.sh" "$fresh"
	[[ $output == *'pkg:libelf '*' (Fedora: elfutils-libelf-devel)'* ]]
	[[ $output == *'pkg:libdw '*'(Fedora: elfutils-devel)'* ]]
	[[ $output == *'pkg:libbpf '*'(Fedora: libbpf-devel)'* ]]
	grep -q '^  sudo dnf install .*elfutils-libelf-devel.* libbpf-devel' <<<"$output"
	for way in PKG_CONFIG_PATH= VMLINUX_BTF=/sys/kernel/btf/vmlinux VMLINUX_H= KERNEL= LIBCLANG=; do
		grep -q -- "$way" <<<"$output"
	done
	[[ $output == *'this is not Debian: '* ]]
	[ ! -e "$fresh" ]
	for name in 'arch pacman' 'opensuse-leap zypper' 'ubuntu apt'; do
		echo "ID=${name% *}" >"$BATS_TEST_TMPDIR/os-release"
		[ "${name% *}" != ubuntu ] || echo ID_LIKE=debian >>"$BATS_TEST_TMPDIR/os-release"
		OS_RELEASE=$BATS_TEST_TMPDIR/os-release PKG_CONFIG_LIBDIR=/nonexistent PKG_CONFIG_PATH='' \
			run -1 "$packages/deps.sh" "$fresh"
		grep -q "^  sudo ${name#* } .*libbpf" <<<"$output"
	done
}

@test "deps: each thing is in the table of other distributions' names" {
	while read -r probe; do
		[ "$(awk -v probe="$probe" '$1 == probe { print NF }' "$packages/names")" = 5 ] || {
			echo "$probe: not in vm/packages/names, or not with four names"
			false
		}
	done < <(sed -n '/^NEEDED=/,/^"/p' "$packages/deps.sh" | sed 's/\$arch_qemu/x86_64/' | awk 'NF > 2 { print $2 }')
}

# without_apt: print a directory for PATH without Debian's commands.
without_apt()
{
	mkdir "$BATS_TEST_TMPDIR/bin"
	for tool in $(compgen -c | sort -u); do
		case $tool in
		apt*|dpkg*) continue ;;
		esac
		path=$(type -P "$tool") && ln -sf "$path" "$BATS_TEST_TMPDIR/bin/$tool"
	done
	echo ID=fedora >"$BATS_TEST_TMPDIR/os-release"
	export OS_RELEASE=$BATS_TEST_TMPDIR/os-release
}

@test "without apt each script names what to provide instead" {
	without_apt
	PATH=$BATS_TEST_TMPDIR/bin PKG_CONFIG_LIBDIR=/nonexistent PKG_CONFIG_PATH='' \
		run -1 "$packages/libbpf.sh" "$fresh"
	[[ $output == 'libbpf: libbpf 1.6 or newer: cannot be fetched without apt-get of Debian: install it '*'PKG_CONFIG_PATH' ]]
	PATH=$BATS_TEST_TMPDIR/bin run -1 "$packages/vmlinux-h.sh" "$fresh"
	[[ $output == *'VMLINUX_BTF=/sys/kernel/btf/vmlinux'*'VMLINUX_H='* ]]
	PATH=$BATS_TEST_TMPDIR/bin run -1 "$packages/kernel.sh" --build "$fresh"
	[[ $output == *'KERNEL=bzImage'* ]]
	[ "$(wc -l <<<"$output")" = 1 ]
	rm "$BATS_TEST_TMPDIR/bin/qemu-system-x86_64"
	printf '#!/bin/sh\necho QEMU emulator version 9.2.0\n' >"$BATS_TEST_TMPDIR/bin/qemu-system-x86_64"
	chmod +x "$BATS_TEST_TMPDIR/bin/qemu-system-x86_64"
	ARCH=x86 PATH=$BATS_TEST_TMPDIR/bin run -1 "$packages/qemu.sh" "$fresh"
	[[ $output == 'qemu: qemu 10 or newer: cannot be fetched without apt-get of Debian: install it (qemu-system-x86-core, '*')' ]]
}

@test "without apt make builds from provided files, and remembers the types" {
	[ -d "$real/libbpf" ] || skip "the system's libbpf will do"
	without_apt
	copy=$BATS_TEST_TMPDIR/copy
	mkdir "$copy"
	for file in "$top"/*; do
		[ "$file" -ef "$real" ] || [ "$file" = "$top/build" ] || cp -R "$file" "$copy"
	done
	export PATH=$BATS_TEST_TMPDIR/bin PKG_CONFIG_PATH=$real/libbpf/lib/pkgconfig
	# make reports headers of this system that are too old for libbpf.
	run -2 make -s -C "$copy" VMLINUX_H="$real/vmlinux/vmlinux.h"
	if [[ $output == *'linux/bpf.h: older than Linux 6.17'* ]]; then
		[ "$(grep -c 'error:' <<<"$output")" = 0 ]
		export CPATH=$real/libbpf/include/uapi
	fi
	make -s -j2 -C "$copy" VMLINUX_H="$real/vmlinux/vmlinux.h" CFLAGS=-O0
	"$copy/build/plain/test_progs" -l
	rm "$copy/build/bpf/priv_map.bpf.o"
	make -s -C "$copy" build/bpf/priv_map.bpf.o
	[ ! -e "$copy/build/vmlinux" ]
	# A missing file is named.
	run -2 make -s -C "$copy" VMLINUX_H=/nonexistent/vmlinux.h build/bpf/priv_map.bpf.o
	[ "$(grep -v '^make' <<<"$output")" = \
		'/nonexistent/vmlinux.h: no such file: set VMLINUX_H= or VMLINUX_BTF= to an existing file' ]
	# make remembers LIBCLANG= too.
	make -s -C "$copy" LIBCLANG=/some/llvm help >"$BATS_TEST_TMPDIR/help"
	run -0 make -n V=1 -C "$copy" build/exitcheck/objects/lib/utf8.o
	[[ $output == *'-I/some/llvm/include '* ]]
}

@test "archive: it reports wrong dates and a mirror in the middle of an update, not the network" {
	with_lists
	rm "$fresh/archive/binary/stamp"
	for case in 'is expired (invalid since 3d|clock is ahead' 'is not valid yet (invalid for another 2h|clock is behind' \
			'has unexpected size (1 != 2). Mirror sync in progress?|the mirror is being updated' \
			'Could not resolve host|check the network'; do
		stub apt-get "case \$* in *update*) echo \"E: Release file for x ${case%|*})\"; exit 100 ;; esac; exec /usr/bin/apt-get \"\$@\""
		run -1 "$packages/archive.sh" --build "$fresh" list libbpf-dev
		[[ $output == *"${case#*|}"* ]]
	done
}

@test "libbpf: it uses the system's if that is new enough" {
	mkdir "$BATS_TEST_TMPDIR/pc"
	mkdir -p "$BATS_TEST_TMPDIR/uapi/linux"
	echo 'struct bpf_token_info { int x; }; enum { BPF_TOKEN_CREATE };' >"$BATS_TEST_TMPDIR/uapi/linux/bpf.h"
	printf 'Name: libbpf\nDescription: x\nVersion: 1.9.0\nCflags: -I%s\n' "$BATS_TEST_TMPDIR/uapi" \
		>"$BATS_TEST_TMPDIR/pc/libbpf.pc"
	PKG_CONFIG_PATH=$BATS_TEST_TMPDIR/pc run -0 "$packages/libbpf.sh" "$fresh"
	[[ $output == *"the system's libbpf 1.9.0 will do"* ]]
	[ ! -e "$fresh" ]
}

@test "libbpf: the built one links, also from a path with a space" {
	! pkg-config --atleast-version=1.6 libbpf || skip "the system's will do"
	"$packages/libbpf.sh" "$real"
	mkdir "$fresh"
	cp -r "$real/libbpf" "$fresh/libbpf"
	export PKG_CONFIG_PATH=$fresh/libbpf/lib/pkgconfig
	printf '#include <bpf/libbpf.h>\nint main(void) { return !bpf_object__prepare; }\n' >"$fresh/a.c"
	eval "gcc -o '$fresh/a' '$fresh/a.c' $(pkg-config --cflags --libs libbpf)"
	"$fresh/a"
	unset PKG_CONFIG_PATH
	no_network
	run -0 "$packages/libbpf.sh" "$real"
	[[ $output == *'already built'* ]]
}

@test "vmlinux.h: it names its origin and is fetched once" {
	"$packages/vmlinux-h.sh" "$real"
	grep -q '^struct bpf_token_info {' "$real/vmlinux/vmlinux.h"
	[[ $(cat "$real/vmlinux/origin") == 'linux-bpf-dev '[0-9]* ]]
	no_network
	run -0 "$packages/vmlinux-h.sh" "$real"
	[[ $output == *'already there'* ]]
}

@test "every script has --help and refuses unknown options" {
	for script in archive bpftool deps kernel libbpf module qemu sysroot vmlinux-h; do
		run -0 "$packages/$script.sh" --help
		[[ $output == "usage: $script.sh "* ]]
		run ! "$packages/$script.sh" --nonsense
	done
	[ ! -e "$packages/build" ]
}
