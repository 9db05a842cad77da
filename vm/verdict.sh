#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Reads the result off the console and the disk, and picks vmtest.sh's exit status.
# Sourced by vmtest.sh.
# shellcheck disable=SC2034,SC2154 # variables of the other parts

# The machine's answer on its disk, nothing if it died: a line with the statuses of the commands, and
# one with the second of the kernel's clock at which the first process ran.
answer() { debugfs -R 'cat /.vmtest/status' disk 2>/dev/null; }

# A machine without a virtio port leaves the command's output on the disk.
print_stdout()
{
	debugfs -R 'stat /.vmtest/stdout' disk 2>/dev/null | grep -q Inode: || return 0
	say "the kernel has no virtio console: the command's output comes at the end, its input is empty"
	debugfs -R 'dump /.vmtest/stdout stdout' disk 2>/dev/null
	cat stdout 2>out.error || output_lost
}

# Errors on the way out, except that the files cannot be root's here.
bring_output()
{
	local why
	[ -n "$output" ] || return 0
	mkdir files
	debugfs -R 'rdump /output files' disk 2>&1 >/dev/null |
		grep -E ': .* while |not found' | grep -v 'changing ownership' >error || :
	# A directory or file without rights could not be copied, and the directory not be removed.
	find files -type d ! -perm -700 -exec chmod u+rwx '{}' ';'
	find files -type f ! -perm -400 -exec chmod u+r '{}' +
	if [ ! -s error ] && [ -d files/output ]; then
		cp -R --preserve=mode,timestamps,links files/output/. "$output/" 2>error || :
	fi
	why=$(tail -n 1 error)
	[ -z "$why" ] || say "$output: the command's files did not come out whole: $why"
	[ -z "$why" ]
}

last_lines() { tail -n 15 console.log | sed "s/^/$SAY_AS: | /" >&2; }

verdict()
{
	local statuses userland=''
	sed -i 's/\r*$//' console.log
	{ read -ra statuses && read -r userland; } < <(answer) || :
	print_stdout
	say "machine ran $(seconds $(((ended - started) / 1000000))) s${userland:+ (userland after ${userland%?} s)}"
	find_splats
	if [ "$outcome" = lost ]; then
		say "standard output: $lost_reason: the rest is lost, the machine was ended"
		return "$STATUS_NOT_DONE"
	fi
	if [ "$outcome" != ended ]; then
		report_time_up
		return "$STATUS_TIME_UP"
	fi
	[ "$complaints" = 0 ] || report_splats
	if [ ${#statuses[@]} = 0 ]; then
		report_death
		return "$STATUS_DIED"
	fi
	report_statuses "${statuses[@]}"
	[ "$complaints" = 0 ] || return "$STATUS_SPLAT"
	return "$failed"
}

# Sets failed to the first status that is not 0.
report_statuses()
{
	local status number=0 name=command
	failed=0
	for status; do
		number=$((number + 1))
		[ $# = 1 ] || name="command $number"
		[ "$status" = 0 ] || say "$name exited with $status"
		[ "$failed" != 0 ] || failed=$status
	done
}

report_time_up()
{
	local why="time limit of $limit s reached"
	[ "$outcome" = time ] ||
		why="no output, no console line and no processor time for $stall s (--stall)"
	say "$why; the last console lines:"
	last_lines
}

# The first complaint in full: those that follow are often its consequences.
report_splats()
{
	local more=''
	[ "$complaints" = 1 ] || more=" $complaints times; the first"
	say "the kernel complained$more:"
	awk '/^== / && seen++ { exit } { print }' splat | sed "s/^== //; s/^/$SAY_AS: | /" >&2
}

# A panic's reason stands before its trace, where the last lines do not show it.
report_death()
{
	local panic
	sed -n 's/.*vmtest: /the machine says: /p' console.log | while IFS= read -r line; do say "$line"; done
	panic=$(grep -m 1 'Kernel panic - ' console.log) || :
	say "the machine ended without the command's status${panic:+, by a panic}; last console lines:"
	[ -z "$panic" ] || say "| $panic"
	last_lines
	[ ! -s qemu.error ] || say "qemu: $(tail -n 1 qemu.error)"
}

seconds() { printf '%d.%d' $(($1 / 1000)) $(($1 % 1000 / 100)); }

# The console is kept in the output directory in any case, elsewhere when something failed.
keep_console()
{
	local target=$build/vmtest-console.log
	if [ -n "$output" ]; then
		target=$output/console.log
		[ ! -s splat ] || cp splat "$output/splat.log" || :
	elif [ "$1" = 0 ]; then
		return 0
	fi
	cp console.log "$target" || return 0
	[ "$1" = 0 ] || say "console: $target"
}
