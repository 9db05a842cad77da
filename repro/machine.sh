#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# machine.sh RUNS PLAN: the part of 'make repro' that runs in the virtual machine. Runs each row of
# PLAN (see plan.sh) RUNS times. Prints a line "kernel RELEASE", then one line for each row. Its fields
# are separated by tabs: state (measured, skipped or error), subject, method, runs, failures, results.
set -eu
cd "$(dirname "$0")"

SKIP=4	# exit status of a run that could not be made here; 0 and 1 are passed and failed

tab=$(printf '\t')
tmp=$(mktemp -d)

# ---- one run of a row: prints the result

leaked_child()
{
	program=programs/$1
	if [ ! -x "$program" ]; then
		echo "cannot be built: $(head -n 1 "${program%/*}/why")"
		return $SKIP
	fi
	timeout 60 "$program" "$2" "$3"
}

# need_fs FS: print why it is missing, if it is missing.
need_fs()
{
	[ ! -e "/mnt/$1.why" ] || { cat "/mnt/$1.why"; return $SKIP; }
}

evict()
{
	need_fs "$1" || return
	timeout 60 "/mnt/$1/evict" "$2" "$3"
}

# private_file FS COUNT: run our test beside idle processes of the same binary.
private_file()
{
	need_fs "$1" || return
	start_idle "$2" "/mnt/$1/test_progs" || return
	status=0
	# A container has only its overlay, so there is no other directory for the private file.
	other=/var/tmp
	[ "$1" != overlayfs ] || other=/mnt/overlayfs
	# shellcheck disable=SC2016 # expanded by that shell
	TMPDIR=/mnt/$1 timeout 60 unshare -m sh -c 'mount --bind "$1" /var/tmp && shift && exec "$@"' \
		sh "$other" "/mnt/$1/test_progs" -a file_reader/on_open_expect_fault \
		>"$tmp/log" 2>&1 || status=$?
	kill_idle
	case $status:$(grep '/on_open_expect_fault:' "$tmp/log") in
	0:*:OK) echo OK ;;
	*:SKIP:*) sed -n 's/^[^ ]*:SKIP://p' "$tmp/log" | head -n 1; return $SKIP ;;
	1:*:FAIL) echo FAIL; return 1 ;;
	*) tail -n 1 "$tmp/log" >&2; return 2 ;;
	esac
}

# Close descriptor 3, which is this script's own.
is_waiting()
{
	for fd in "/proc/$1/fd"/*; do
		if [ "${fd##*/}" != 3 ] && [ "$(readlink "$fd")" = "$tmp/names" ]; then
			return 0
		fi
	done
	return 1
}

# start_idle COUNT PROGRAM: start processes that stay idle, as they read names of tests from a pipe
# without input.
start_idle()
{
	idle=''
	for _ in $(seq "$1"); do
		"$2" -l -a "@$tmp/names" >/dev/null 2>&1 &
		idle="$idle $!"
	done
	for pid in $idle; do
		until is_waiting "$pid"; do
			kill -0 "$pid" || return 2
			usleep 10000
		done
	done
}

kill_idle()
{
	for pid in $idle; do
		kill -KILL "$pid"
		wait "$pid" || :
	done
}

# ---- the file systems

# make_fs FS COMMAND…: mount it on /mnt/FS with COMMAND, and copy the binaries there.
make_fs()
{
	fs=$1
	shift
	mkdir -p "/mnt/$fs"
	if ! "$@" 2>"$tmp/error"; then
		echo "no $fs in this kernel: $(tail -n 1 "$tmp/error")" >"/mnt/$fs.why"
		return
	fi
	cp programs/evict test_progs "/mnt/$fs/"
	sync
}

mount_overlay()
{
	if [ -e overlay.ko ]; then
		insmod overlay.ko
	fi
	mkdir -p layers/lower layers/upper layers/work
	mount -t overlay -o lowerdir=layers/lower,upperdir=layers/upper,workdir=layers/work \
		overlay /mnt/overlayfs
}

# ---- rows

# row WHAT HOW COMMAND
row()
{
	done=0 failures=0 state=measured
	: >"$tmp/seen"
	while [ $done -lt "$runs" ]; do
		status=0
		# shellcheck disable=SC2086 # words are wanted
		$3 </dev/null >"$tmp/out" 2>"$tmp/error" || status=$?
		case $status in
		0) ;;
		1) failures=$((failures + 1)) ;;
		"$SKIP") state=skipped; break ;;
		*) state=error
		   echo "exit status $status: $(tail -n 1 "$tmp/error")" >"$tmp/out"
		   break ;;
		esac
		tail -n 1 "$tmp/out" >>"$tmp/seen"
		done=$((done + 1))
	done
	case $state in
	measured) seen=$(summarize <"$tmp/seen") ;;
	*) seen=$(tail -n 1 "$tmp/out") ;;
	esac
	printf '%s\t%s\t%s\t%s\t%s\t%s\n' $state "$1" "$2" $done $failures "$seen"
}

# The most frequent result comes first; counts are printed if there is more than one.
summarize()
{
	sort | uniq -c | sort -rn | awk '{
		count[NR] = $1
		sub(/^ *[0-9]+ /, "")
		seen[NR] = $0
	} END {
		for (i = 1; i <= NR; i++)
			printf "%s%s%s", (i > 1 ? "; " : ""), (NR > 1 ? count[i] " x " : ""), seen[i]
	}'
}

runs=$1
plan=$2
mkfifo "$tmp/names"
# A writer that writes nothing, so that open() does not block.
exec 3<>"$tmp/names"
make_fs ext4 true
make_fs tmpfs mount -t tmpfs tmpfs /mnt/tmpfs
make_fs overlayfs mount_overlay
echo "kernel$tab$(uname -r)"
while IFS=$tab read -r _ what how command; do
	row "$what" "$how" "$command"
done <"$plan"
