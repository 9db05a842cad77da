#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Checks the lists of tests that 'make run_tests' reads: 'make lint-lists'.
set -eu
LC_ALL=C; export LC_ALL
lib=$(cd "$(dirname "$0")/../lib" && pwd)
# shellcheck source=lib/say.sh
. "$lib/say.sh"
die_status=$STATUS_NOT_DONE

usage()
{
	cat <<'EOT'
usage: lists.sh lint   report entries without a reason (a comment on their line), entries that match no
                       test and, if $RUN is set, denied tests that pass now, in a virtual machine
       lists.sh add    add the lines in $ALLOWLIST and in $DENYLIST to the files of these names
The files are ALLOWLIST and DENYLIST, also with a suffix such as .x86_64 or .asan. Environment:
  LISTS=   where they are (default: the checkout)
  BUILD=   where the build directories are (default: build)
  KERNEL=  kernel of the machine: a bzImage, a version or a suite (default: the newest Debian has)
Exit status: 0, 1 if an entry was reported, or 2 if the lists or tests could not be read or run.
EOT
}

list_files()
{
	for file in "$lists"/"$1" "$lists/$1".*; do
		[ ! -f "$file" ] || basename "$file"
	done
}

# entries LIST: print "LINE:ENTRY:REASON" for each entry. No test has a colon in its name.
entries()
{
	sed 's/\r$//' "$lists/$1" | awk '{
		entry = $0; sub(/#.*/, "", entry); gsub(/^[ \t]+|[ \t]+$/, "", entry)
		reason = ""
		if (match($0, /#/)) reason = substr($0, RSTART + 1)
		gsub(/^[ \t#]+|[ \t]+$/, "", reason)
		if (entry != "") print NR ":" entry ":" reason
	}'
}

# names ENTRY: succeeds if ENTRY matches one of the names on standard input, one on each line. Only
# * is special.
names()
{
	pattern=$(printf '%s\n' "$1" | sed 's/[][?\\]/\\&/g')
	while IFS= read -r name; do
		# shellcheck disable=SC2254 # a pattern
		case $name in
		$pattern) return 0 ;;
		esac
	done
	return 1
}

# Succeeds if a test has that name. If ENTRY names a subtest and the table of the matrix has
# subtests of that test, one of them must match.
is_known()
{
	echo "$tests" | names "${1%%/*}" || return 1
	case $1 in
	*/*) ! echo "$subtests" | names "${1%%/*}/*" || echo "$subtests" | names "$1" ;;
	esac
}

# complain LIST LINE ENTRY TEXT
complain()
{
	echo "$1:$2: $3: $4"
	echo >>"$out/complaints"
}

lint_entries()
{
	for list in $all; do
		entries "$list" | while IFS=: read -r line entry reason; do
			[ "$reason" ] || complain "$list" "$line" "$entry" 'no reason: add one behind it, as a comment'
			is_known "$entry" || complain "$list" "$line" "$entry" 'no such test: remove it'
		done
	done
}

# ---- run the denied tests

# denied_files FLAVOUR: print the deny lists that apply to it.
denied_files() { LISTS=$lists "$here/run_tests.sh" --lists "$1" DENYLIST; }

run_denied()
{
	for flavour in plain asan; do
		: >"$out/$flavour.denied"
		for list in $(denied_files $flavour); do
			entries "$list" | cut -d: -f2 >>"$out/$flavour.denied"
		done
	done
	status=0
	# shellcheck disable=SC2016 # the machine's shell's
	"$top/vmtest.sh" ${KERNEL:+--kernel "$KERNEL"} --cpus 4 --memory 2048 --output "$out/machine" \
		--file "$build/plain/test_progs:/root/plain/" --file "$build/asan/test_progs:/root/asan/" \
		--file "$out/plain.denied:/root/" --file "$out/asan.denied:/root/" -- sh -c '
		for flavour in plain asan; do
			# An empty list allows everything.
			[ ! -s $flavour.denied ] ||
				$flavour/test_progs -a @$flavour.denied -J /output/$flavour.json || :
		done' >&2 || status=$?
	[ "$status" = 0 ] ||
		die "the machine failed with what is denied (status $status): see $out/machine/console.log"
}

# verdicts FLAVOUR ENTRY STATUS…: print the names of the tests, or of the subtests if ENTRY names
# one, with one of these verdicts.
verdicts()
{
	[ ! -e "$out/machine/$1.json" ] || python3 -c '
import json, sys
path, entry, statuses = sys.argv[1], sys.argv[2], sys.argv[3:]
found = []
for test in json.load(open(path, errors="replace"))["tests"]:
    parts = [(test["name"] + "/" + part["name"], part["status"]) for part in test["subtests"]]
    found += parts if "/" in entry else [(test["name"], test["status"])]
sys.stdout.write("".join(name + "\n" for name, status in found if status in statuses))' "$out/machine/$1.json" "$2" "$3" ${4+"$4"}
}

# lint_verdict LIST LINE ENTRY REASON: check the entry in each flavour to which the list applies.
lint_verdict()
{
	seen='' failed='' ended=yes
	for flavour in plain asan; do
		case $1:$flavour in
		*.asan:plain) continue ;;
		esac
		! verdicts $flavour "$3" OK | names "$3" || seen=yes
		! verdicts $flavour "$3" FAIL SKIP | names "$3" || failed=yes
		! verdicts $flavour "${3%%/*}" FAIL | names "${3%%/*}" || ended=''
	done
	if [ "$failed" ] || ! is_known "$3"; then
		return
	elif [ "$seen" ]; then
		complain "$1" "$2" "$3" "passes now: remove it${4:+ ($4)}"
	elif [ "$ended" ]; then
		complain "$1" "$2" "$3" 'no such subtest was seen: remove it'
	fi
}

lint_denied()
{
	for list in $(denied_files asan); do
		entries "$list" | while IFS=: read -r line entry reason; do
			lint_verdict "$list" "$line" "$entry" "$reason"
		done
	done
}

lint()
{
	all=$(list_files ALLOWLIST; list_files DENYLIST)
	[ "$all" ] || { say "$lists: no ALLOWLIST or DENYLIST there: nothing to look at"; return 0; }
	tests=$("$build/plain/test_progs" -l) || die "$build/plain/test_progs: cannot be run: run make"
	subtests=$(sed -n 's|^ *"\([^"]*/[^"]*\)":.*|\1|p' "$top/tests/matrix.json" | sort -u)
	out=$build/lists
	rm -rf "$out"
	mkdir -p "$out"
	lint_entries
	if [ "${RUN-}" ] && [ "$(denied_files asan)" ]; then
		run_denied
		lint_denied
	fi
	[ ! -e "$out/complaints" ]
}

add()
{
	[ -z "${ALLOWLIST-}" ] || printf '%s\n' "$ALLOWLIST" >>"$lists/ALLOWLIST"
	[ -z "${DENYLIST-}" ] || printf '%s\n' "$DENYLIST" >>"$lists/DENYLIST"
}

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/.." && pwd)
build=${BUILD:-$top/build}
lists=${LISTS:-$top}
[ -d "$lists" ] || die "LISTS=$lists: no such directory"
case ${1-} in
lint) lint ;;
add) add ;;
--help) usage ;;
*) usage >&2; exit "$STATUS_NOT_DONE" ;;
esac
