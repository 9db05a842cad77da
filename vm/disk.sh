#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The machine's disk: an ext4 image with busybox, init and the copied files. Sourced by vmtest.sh.
# shellcheck disable=SC2034,SC2154 # variables of the other parts

# Quotes words for the machine's shell.
quoted()
{
	local word quote="'\\''"
	for word; do
		printf " '%s'" "${word//\'/$quote}"
	done
	printf '\n'
}

# Prints the environment of commands and of the shell.
write_environment()
{
	printf 'cd%s' "$(quoted "$chdir")"
	printf ' || exit 127\n'
	# Libraries found by LD_LIBRARY_PATH have the same paths in the machine.
	[ -z "${LD_LIBRARY_PATH-}" ] || ! arch_is_own ||
		printf 'export LD_LIBRARY_PATH=%s\n' "$(quoted "$(absolute "$LD_LIBRARY_PATH")" | cut -c2-)"
}

# absolute PATHS: print the list, separated by colons, with each path absolute.
absolute()
{
	local paths path list=''
	IFS=: read -ra paths <<<"$1"
	for path in "${paths[@]}"; do
		list+=:$(realpath -ms -- "${path:-.}")
	done
	echo "${list#:}"
}

# Writes a script for each command, in order: the words of COMMAND, or the lines of --run.
write_commands()
{
	local directory=$1 line number=100
	for line in "${lines[@]}"; do
		number=$((number + 1))
		printf '. /.vmtest/environment\n%s\n' "$line" >"$directory/$number"
	done
	[ ${#command[@]} = 0 ] ||
		printf '. /.vmtest/environment\nexec%s\n' "$(quoted "${command[@]}")" >"$directory/last"
}

# Tell init if there is input, and if it must start a shell.
write_wishes()
{
	local rows columns
	[ "$input" != pipe ] || : >"$1/stdin"
	[ ! -e "$tmp/shares" ] || cp "$tmp/shares" "$1/shares"
	[ -n "$shell" ] || return 0
	read -r rows columns < <(stty size <&8) || :
	[ "${rows:-0}" != 0 ] || rows=24 columns=80
	echo "$shell $rows $columns ${TERM:-linux}" >"$1/shell"
}

# Make the directories and links that init copies into /dev.
make_dev()
{
	mkdir -p "$1/pts" "$1/shm"
	ln -s /proc/self/fd "$1/fd"
	ln -s /proc/self/fd/0 "$1/stdin"
	ln -s /proc/self/fd/1 "$1/stdout"
	ln -s /proc/self/fd/2 "$1/stderr"
}

make_tree()
{
	local root=$tmp/root file
	umask 022
	mkdir -p "$root"/{usr/{bin,sbin,lib,lib64},root,output,proc,sys,dev,run,var/{tmp,log},mnt,etc,opt,.vmtest}
	mkdir "$root/tmp"
	chmod 1777 "$root/tmp"
	chmod 700 "$root/root"
	for file in bin sbin lib lib64; do
		ln -s "usr/$file" "$root/$file"
	done
	ln -s ../run "$root/var/run"
	# busybox makes links to the path that it has here, so it gets the same path in the machine.
	carry "$machine_busybox" "$busybox"
	"$busybox" --install -s "$root/usr/bin" 2>/dev/null || :
	if [ -n "$kconfig" ]; then
		mkdir "$root/boot"
		cp "$kconfig" "$root/boot/config-$release"
	fi
	cp "$here/vm/init" "$root/init"
	chmod 755 "$root/init"
	echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
	echo 'nobody:x:65534:65534:nobody:/:/bin/false' >>"$root/etc/passwd"
	printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
	echo '127.0.0.1 localhost vmtest' >"$root/etc/hosts"
	make_dev "$root/.vmtest/dev"
	mkfifo "$root/.vmtest/pipe" "$root/.vmtest/input"
	mkdir "$root/.vmtest/commands"
	write_environment >"$root/.vmtest/environment"
	write_commands "$root/.vmtest/commands"
	write_wishes "$root/.vmtest"
	# Reserve the space for the statuses now: a command may fill the disk.
	printf '%1000s\n' '' >"$root/.vmtest/status"
	for file in "${files[@]}"; do
		carry_file "$file"
	done
	mkdir -p "$root$chdir"
}

# mke2fs copies the owners of files. In the machine root must own them.
own_image()
{
	local inode last=$((11 + $1))
	[ "$(id -u)" != 0 ] || return 0
	for ((inode = 11; inode <= last; inode++)); do
		printf 'sif <%d> uid 0\nsif <%d> gid 0\n' $inode $inode
	done | debugfs -w -f - "$tmp/disk" >/dev/null 2>&1
}

make_disk()
{
	local inodes kib
	make_tree
	inodes=$(($(find "$tmp/root" | wc -l) + 16384))
	kib=$(du -sk "$tmp/root" | cut -f 1)
	# A quarter KiB for each inode, and some space for the file system itself.
	mke2fs -q -t ext4 -d "$tmp/root" -O ^has_journal -m 0 -b 4096 -N $inodes \
		-E lazy_itable_init=0,root_owner=0:0 -L vmtest \
		"$tmp/disk" $((kib + inodes / 4 + 4096 + free * 1024))k >/dev/null
	own_image $((inodes - 16384))
	rm -rf "$tmp/root"
}

# A subshell ends at the first error, except in a condition. Keep its messages in memory, as the
# disk may be full.
make_image()
{
	local said status
	set +e
	said=$(set -e; make_disk 7>&2 2>&1)
	status=$?
	set -e
	[ $status != 0 ] || return 0
	said=$(grep -v '^mke2fs [0-9]' <<<"$said" | tail -n 1)
	case $said in
	"$SAY_AS":*) printf '%s\n' "$said" >&2; exit "$STATUS_NOT_DONE" ;;
	*'o space'*) die "$tmp: ${said##*: }: the image does not fit: free space, or set TMPDIR" ;;
	*) die "image: ${said:-could not be made}: check $tmp" ;;
	esac
}
