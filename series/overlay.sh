#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Puts our tests and their BPF programs into a kernel tree's tools/testing/selftests/bpf, and
# removes them. Keeps replaced files in .overlay/originals, and the checksums of ours in
# .overlay/put.
set -eu
LC_ALL=C; export LC_ALL
lib=$(cd "$(dirname "$0")/../lib" && pwd)
# shellcheck source=lib/say.sh
. "$lib/say.sh"

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/.." && pwd)
selftests=tools/testing/selftests/bpf

usage()
{
	cat <<'EOF'
usage: overlay.sh --output DIR TREE  copy the sources of TREE's BPF selftests to DIR, and overlay them
       overlay.sh --in-place TREE    overlay TREE itself
       overlay.sh --undo TREE        restore TREE (or such a DIR)
Overlays token, test_bpffs and file_reader with their headers and BPF programs, and prints "added",
"replaced" or "same" for each file. If you have changed one of these files since, it refuses to restore
or overlay, so that your changes are not lost.
Exit status: 0, or 1 with the reason on standard error.
EOF
}

# Lists the files to copy. The tree's own bpf_misc.h has more annotations than ours.
files()
{
	(cd "$top" && printf '%s\n' prog_tests/*.[ch] progs/*.[ch]) | grep -vx progs/bpf_misc.h
}

# is_whole FILE SUM: succeeds if the file is missing, ours, or the original (after an interruption).
is_whole()
{
	[ ! -e "$1" ] || [ "$(sha256sum <"$1")" = "$2  -" ] || cmp -s "$1" "$kept/originals/$1"
}

undo()
{
	while read -r sum file; do
		is_whole "$file" "$sum" ||
			die "$file: differs from what was put there: save your changes, and remove it"
	done <$kept/put
	while read -r sum file; do
		if [ -e "$kept/originals/$file" ]; then
			mv "$kept/originals/$file" "$file"
			echo "restored $file"
		elif [ -e "$file" ]; then
			rm "$file"
			echo "removed $file"
		fi
	done <$kept/put
	rm -r $kept
}

# Saves the originals before the first file changes.
keep_originals()
{
	for file in $list; do
		[ -e "$file" ] || continue
		mkdir -p "$kept/originals/$(dirname "$file")"
		cp -p "$file" "$kept/originals/$file"
	done
	# shellcheck disable=SC2086 # a list of names without blanks
	(cd "$top" && sha256sum $list) >$kept/put.new
	mv $kept/put.new $kept/put
}

put()
{
	list=$(files)
	mkdir -p $kept
	keep_originals
	for file in $list; do
		how=added
		if [ -e "$file" ]; then
			how=replaced
			! cmp -s "$top/$file" "$file" || how=same
		fi
		cp "$top/$file" "$file.new"
		mv "$file.new" "$file"
		echo "$how $file"
	done
}

case "${1-} $#" in
'--output 3')
	"$here/selftests.sh" copy "$3" "$2"
	tree=$2 ;;
'--in-place 2'|'--undo 2')
	tree=$2 ;;
--help*|-h*)
	usage; exit 0 ;;
*)
	usage >&2; exit "$STATUS_FAILED" ;;
esac
cd "$tree/$selftests" 2>/dev/null || die "$tree: no kernel tree: there is no $selftests"
[ -w . ] || die "$tree/$selftests: cannot be written: is it another user's?"
kept=.overlay
if [ -e $kept/put ]; then
	[ "$1" = --undo ] && { undo; exit; }
	undo >/dev/null
elif [ "$1" = --undo ]; then
	die "$tree: nothing of ours was put there"
fi
rm -rf $kept
put
