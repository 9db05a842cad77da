#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# vmtest.sh: each way out of the machine, each exit status, and that nothing stays behind.

bats_require_minimum_version 1.5.0

setup_file()
{
	top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	export top BUILD="${BUILD:-$top/build}"
	# Once for all: the kernel, and the word on KVM.
	"$top/vm/packages/kernel.sh" >/dev/null
	"$top/vmtest.sh" -- true
}

setup()
{
	scratch="$BATS_TEST_TMPDIR/a dir"
	mkdir "$scratch"
	export TMPDIR=$scratch/tmp
	mkdir "$TMPDIR"
}

# Nothing of a run stays behind: neither its scratch directory nor a qemu that uses it. Of a
# teardown only the last command's status counts.
teardown()
{
	for _ in $(seq 30); do
		[ -n "$(ls -A "$TMPDIR")" ] || [ -n "$(machines)" ] || break
		sleep 0.1
	done
	[ -z "$(ls -A "$TMPDIR")" ] && [ -z "$(machines)" ]
}

# The qemu processes whose directory is (or was) under this test's scratch directory.
machines()
{
	for process in /proc/[0-9]*; do
		case $(readlink "$process/cwd" 2>/dev/null):$(cat "$process/comm" 2>/dev/null) in
		"$TMPDIR"/*:qemu*) echo "${process#/proc/}" ;;
		esac
	done
}

vmtest() { "$top/vmtest.sh" "$@"; }

@test "standard output and standard error come out byte for byte, the status is 0" {
	head -c 300000 /dev/urandom >"$scratch/in"
	printf 'end\r\n\n' >>"$scratch/in"
	vmtest --file "$scratch/in" -- sh -c 'cat in; echo error >&2' >"$scratch/out" 2>"$scratch/err"
	echo error >>"$scratch/in"
	cmp "$scratch/in" "$scratch/out"
	grep -q '^vmtest: booting .*(processors: 2, ' "$scratch/err"
	grep -q '^vmtest: machine ran [0-9.]* s (userland after [0-9.]* s)' "$scratch/err"
}

@test "the command's status comes out, and its files, into a directory with a space" {
	head -c 8000000 /dev/urandom >"$scratch/data"
	run -3 vmtest --file "$scratch/data:/data/" --output "$scratch/files out" --chdir /output -- \
		sh -c 'mkdir -p sub/empty; cp /data/data sub/copy; ln -s copy sub/link; exit 3'
	[[ $output == *'vmtest: command exited with 3'* ]]
	cmp "$scratch/data" "$scratch/files out/sub/copy"
	[ -d "$scratch/files out/sub/empty" ]
	[ "$(readlink "$scratch/files out/sub/link")" = copy ]
	grep -q 'Linux version' "$scratch/files out/console.log"
}

@test "arguments arrive as they are" {
	run -0 --separate-stderr vmtest -- printf '<%s>' 'a b' "it's" '$x' '' '*' '"'
	[ "$output" = "<a b><it's><\$x><><*><\">" ]
}

@test "what only mentions a warning is no complaint" {
	run -0 vmtest -- sh -c 'echo "<4>x: WARNING: y" >/dev/kmsg; echo "WARNING: BUG: Oops"
		echo "<4>traps: a[1] general protection fault ip:0" >/dev/kmsg'
}

@test "a program goes with its libraries, a directory with what is in it" {
	mkdir "$scratch/some dir"
	cp /bin/bash "$scratch/some dir/a shell"
	run -0 --separate-stderr vmtest --file "$scratch/some dir:/opt/d" -- \
		'/opt/d/a shell' -c 'echo "$BASH_VERSION"'
	[ "$output" = "$BASH_VERSION" ]
}

@test "the machine is set up, and all files are root's" {
	[ "$(id -u)" != 0 ] || as='setpriv --reuid=65534 --regid=65534 --clear-groups'
	[ "$(id -u)" != 0 ] || chown -R 65534 "$scratch"
	[ "$(id -u)" != 0 ] || chmod 755 "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR"
	kernel=$("$top/vm/packages/kernel.sh")
	mkdir -p "$scratch/linux/arch/x86/boot"
	cp "$kernel/bzImage" "$scratch/linux/arch/x86/boot/"
	HOME=$scratch BUILD=$scratch/build run -0 --separate-stderr ${as-} "$top/vmtest.sh" \
		--kernel "$scratch/linux" --cpus 1 --append 'quiet some.word=1' -- sh -c '
		find / -xdev ! -user 0
		for dir in /proc /sys /sys/fs/bpf /sys/fs/cgroup /sys/kernel/debug \
			   /sys/kernel/tracing /sys/kernel/security /dev /dev/pts /dev/shm; do
			grep -q " $dir " /proc/mounts || echo $dir
		done
		grep " /tmp " /proc/mounts
		grep -o "some.word=1" /proc/cmdline; nproc; pwd; id -u
		ifconfig lo | grep -o "127.0.0.1"; grep -o "^lockdown,capability,landlock,bpf" \
			/sys/kernel/security/lsm'
	[ "$output" = "some.word=1
1
/root
0
127.0.0.1
lockdown,capability,landlock,bpf" ]
}

@test "another kernel boots, without a virtio port too" {
	run -0 --separate-stderr vmtest --kernel trixie --append initcall_blacklist=virtio_console_init \
		-- uname -r
	[[ $output == 6.12.* ]]
	[[ $stderr == *'the kernel has no virtio console'* ]]
}

@test "a full disk does not swallow the status; one like our own is told apart" {
	run -120 vmtest --free 1 -- sh -c 'cat /dev/zero >/fill; i=0
		while echo x >/fill$i; do i=$((i + 1)); done; exit 120'
	[[ $output == *'vmtest: command exited with 120'* ]]
	[[ $output != *'the kernel complained'* ]]
}

@test "what the command leaves running is not waited for, and its output is not lost" {
	run -0 --separate-stderr vmtest --timeout 30 -- \
		sh -c 'sleep 1000 & seq 20000; (trap "" TERM; sleep 1000) &'
	[ "${lines[19999]}" = 20000 ]
}

@test "a complaint of the kernel is 120, with its lines" {
	run -120 vmtest -- sh -c 'echo "<4>WARNING: CPU: 0 PID: 1 at x.c:1" >/dev/kmsg; exit 5'
	[[ $output == *'vmtest: the kernel complained:'*'WARNING: CPU: 0 PID: 1 at x.c:1'* ]]
	[[ $output == *'vmtest: command exited with 5'* ]]
	grep -q 'WARNING: CPU: 0' "$BUILD/vmtest-console.log"
	run -120 vmtest --output "$BATS_TEST_TMPDIR/out" -- sh -c 'echo "<4>WARNING: here" >/dev/kmsg'
	[[ $(head -n 1 "$BATS_TEST_TMPDIR/out/splat.log") == *'WARNING: here' ]]
}

@test "a panic is 121, with its reason" {
	run -121 vmtest -- sh -c 'echo c >/proc/sysrq-trigger'
	[[ $output == *'Kernel panic - not syncing: sysrq triggered crash'* ]]
}

@test "a machine that ends without a status is 121" {
	run -121 vmtest -- reboot -f
	[[ $output == *"ended without the command's status; last console lines:"*'restart'* ]]
}

@test "a hang is 122, in time, and what was written comes out" {
	SECONDS=0
	run -122 vmtest --timeout 8 --output "$scratch/out" -- \
		sh -c 'echo so far >/output/file; sync; sleep 1000'
	[ "$SECONDS" -le 14 ]
	[[ $output == *'time limit of 8 s reached; the last console lines:'* ]]
	[ "$(cat "$scratch/out/file")" = 'so far' ]
}

# Wait for the machine of a vmtest in the background.
await_machine()
{
	for _ in $(seq 100); do
		[ -z "$(machines)" ] || return 0
		sleep 0.1
	done
	false
}

@test "on TERM the machine and the scratch directory go" {
	"$top/vmtest.sh" --timeout 20 -- sleep 1000 >/dev/null 2>&1 3>&- &
	await_machine
	kill -TERM $!
	status=0
	SECONDS=0
	wait $! || status=$?
	[ $status = 143 ]
	[ "$SECONDS" -le 2 ]
}

@test "on KILL the machine and the scratch directory go" {
	"$top/vmtest.sh" --timeout 20 -- sleep 1000 >/dev/null 2>&1 3>&- &
	await_machine
	kill -KILL $!
	wait $! || :
}

@test "a power cut in the middle of the tests is 121, and nothing stays behind" {
	"$top/vmtest.sh" --timeout 60 --file "$BUILD/plain/test_progs" -- \
		sh -c 'while :; do ./test_progs; done' >"$scratch/said" 2>&1 3>&- &
	for _ in $(seq 300); do
		! grep -q '^#3/1 ' "$scratch/said" || break
		sleep 0.1
	done
	kill -KILL "$(machines)"
	status=0
	wait $! || status=$?
	cat "$scratch/said"
	[ $status = 121 ]
	grep -q "^vmtest: the machine ended without the command's status" "$scratch/said"
}

# refused TEXT ARGUMENT…: status 2, nothing on standard output, one line with TEXT.
refused()
{
	local text=$1
	shift
	run -2 --separate-stderr vmtest "$@"
	[ -z "$output" ]
	[ "$(wc -l <<<"$stderr")" = 1 ]
	[[ $stderr == "vmtest: "*"$text"* ]]
}

@test "bad use is one line and 2" {
	refused 'command: none given'
	refused '--bogus: unknown option' --bogus -- true
	refused '--cpus x: not a number' --cpus x -- true
	refused '--timeout 0: not a number' --timeout 0 -- true
	refused '--accel vax: not auto' --accel vax -- true
	refused '--append: needs an argument' --append
	refused 'no such file' --file /nonexistent -- true
	refused 'no such file' --kernel ./nonexistent -- true
	refused 'not a kernel image (no HdrS signature)' --kernel /etc/passwd -- true
	refused 'cannot be made' --output /proc/x -- true
}

@test "a version that is not there is 2 and says what is" {
	run -2 --separate-stderr vmtest --kernel 2.4 -- true
	[[ $stderr == *'2.4: no such kernel: there is '* ]]
}

@test "a library that is not there is 2" {
	printf 'void f(void) {}\n' | gcc -shared -fPIC -x c -o "$scratch/libgone.so" -
	printf 'void f(void); int main(void) { f(); }\n' |
		gcc -x c -o "$scratch/program" - -x none "$scratch/libgone.so"
	rm "$scratch/libgone.so"
	refused 'not found: install it' --file "$scratch/program" -- true
}

@test "a missing tool is 2 and names its package" {
	mkdir "$scratch/bin"
	for tool in bash dirname sed grep cat mkdir realpath ldd id uname od dd tr; do
		ln -s "$(command -v $tool)" "$scratch/bin/"
	done
	run -2 --separate-stderr env PATH="$scratch/bin" bash -c \
		'sed "s|^PATH=.*||; s|^here=.*|here=$top|" "$top/vmtest.sh" >"$TMPDIR/../copy"; bash "$TMPDIR/../copy" -- true'
	[ "$stderr" = 'vmtest: qemu-system-x86_64: not found: run make deps, or install qemu-system-x86' ]
}

@test "no space is 2" {
	[ "$(id -u)" = 0 ] || skip "mounting needs root"
	mount -t tmpfs -o size=3M tmpfs "$TMPDIR"
	head -c 5000000 /dev/urandom >"$scratch/big"
	run -2 --separate-stderr vmtest --file "$scratch/big" -- true
	umount "$TMPDIR"
	[[ $stderr == *'No space left on device: '*'set TMPDIR'* ]]
	[ "$(wc -l <<<"$stderr")" = 1 ]
}

@test "more memory than there is is 2" {
	run -2 --separate-stderr vmtest --memory 9999999 -- true
	[[ $stderr == *'qemu: '*'memory'* ]]
}
