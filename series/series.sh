#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# A kernel tree -> the patch series that fixes exit() in forked children of its BPF selftests, and
# file_reader. The tree itself is only read: patches are made in a copy of what they touch.
set -eu
lib=$(cd "$(dirname "$0")/../lib" && pwd)
# shellcheck source=lib/say.sh
. "$lib/say.sh"
die_status=$STATUS_NOT_DONE
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/.." && pwd)
exitcheck=${EXITCHECK:-${BUILD:-$top/build}/exitcheck/exitcheck}
selftests=tools/testing/selftests/bpf

usage()
{
	cat <<'EOT'
usage: patches.sh [OPTION…] LINUX
Makes a patch series for the BPF selftests of kernel tree LINUX, as git format-patch does, and
checks it: git am on a clean copy, the tree's checkpatch.pl --strict and get_maintainer.pl.

  --output DIR     where the patches go (default: patches/); it must be empty or new
  --version N      of the series (default: 1)
  --tree NAME      bpf-next or bpf (default: bpf-next)
  --signoff        add your Signed-off-by, from your git identity: you say by it that you may
                   pass the patches on (Documentation/process/submitting-patches.rst)
  --only PART      one of: token test_bpffs file_reader others (default: all of them)
  --help
A part that is already in the tree is left out. Exit status: 0 the series is there, or there is
nothing left to fix; 1 it is there, but checkpatch.pl complains; 2 bad use, or a tree that cannot
be worked with.
EOT
}

# --- options ---

output=patches version=1 tree=bpf-next signoff="" only=""
while [ $# -gt 0 ]; do
	case $1 in
	--output|--version|--tree|--only)
		[ $# -gt 1 ] || die "$1: a value is missing: see --help" ;;&
	--output) output=$2; shift ;;
	--version) version=$2; shift ;;
	--tree) tree=$2; shift ;;
	--only) only=$2; shift ;;
	--signoff) signoff=1 ;;
	--help|-h) usage; exit 0 ;;
	-*) die "$1: unknown option: see --help" ;;
	*) break ;;
	esac
	shift
done
[ $# = 1 ] || die "one kernel tree is needed: make patches LINUX=DIRECTORY"
linux=$1
[[ $version =~ ^[1-9][0-9]?$ ]] || die "--version $version: not a number from 1 to 99"
case $tree in bpf-next|bpf) ;; *) die "--tree $tree: neither bpf-next nor bpf" ;; esac
case $only in ''|token|test_bpffs|file_reader|others) ;;
*) die "--only $only: none of token, test_bpffs, file_reader, others" ;;
esac
[ -x "$exitcheck" ] || die "$exitcheck: not there: run make exitcheck"

# --- the tree ---

check_tree()
{
	[ -d "$linux" ] || die "$linux: no such directory"
	for file in "$selftests/test_progs.c" "$selftests/prog_tests/token.c" \
		scripts/checkpatch.pl MAINTAINERS; do
		[ -f "$linux/$file" ] || die "$linux: no kernel tree, $file is not in it"
	done
	linux=$(cd "$linux" && pwd)
	git_tree=
	# A tree unpacked inside of some other repository is a plain one.
	if [ "$(git -C "$linux" rev-parse --show-toplevel 2>/dev/null)" = "$linux" ]; then
		git_tree=1
		[ "$(git -C "$linux" rev-parse --is-shallow-repository)" = false ] ||
			die "$linux: a shallow clone, in which Fixes: cannot be found: git fetch --unshallow"
		[ -z "$(git -C "$linux" status --porcelain --untracked-files=no)" ] ||
			die "$linux: has changes that are not committed: commit or stash them"
	fi
	author=$(git -C "$linux" config user.name || :)
	email=$(git -C "$linux" config user.email || :)
	if [ -z "$author" ] || [ -z "$email" ]; then
		die "git does not know who you are: git config --global user.name NAME; user.email ADDRESS"
	fi
}

check_output()
{
	if [ -e "$output" ]; then
		[ -d "$output" ] || die "$output: not a directory"
		[ -z "$(ls -A "$output")" ] || die "$output: not empty: choose another directory with OUT="
	fi
	mkdir -p "$output" || die "$output: cannot be made"
	rmdir "$output" # until there is something to put there
	case $output in /*) ;; *) output=$PWD/$output ;; esac
}

in_copy() { git -C "$copy" "$@"; }

# What the patches and their checks need, as a git repository of its own.
copy_tree()
{
	local parts=("$selftests" tools/lib tools/include tools/arch Kconfig) links

	copy=$scratch/copy
	# Some of the selftests' files are links to others of the kernel.
	mapfile -t links < <(cd "$linux" && find "$selftests" -type l -exec realpath --relative-to=. {} + |
		grep -v -e '^\.\./' -e "^$selftests/" | sort -u)
	parts+=("${links[@]}")
	if [ "$git_tree" ]; then
		git clone -q --shared --no-checkout "$linux" "$copy"
		in_copy sparse-checkout set --no-cone "${parts[@]/#//}"
		in_copy checkout -q --detach "$(git -C "$linux" rev-parse HEAD)"
	else
		say "$linux has no history: no Fixes: tags"
		mkdir -p "$copy"
		(cd "$linux" && tar -cf - "${parts[@]}") | tar -xf - -C "$copy"
		git init -q "$copy"
		in_copy add -A -f
	fi
	in_copy config user.name "$author"
	in_copy config user.email "$email"
	# The user's own hooks, signatures and templates are for the user's own commits.
	in_copy config core.hooksPath /dev/null
	in_copy config commit.gpgSign false
	[ "$git_tree" ] || in_copy commit -q -m base
	base=$(in_copy rev-parse HEAD)
}

# --- commits ---

# "Fixes:" of the commits named on standard input, without doubles, oldest first.
fixes()
{
	local commit
	while read -r commit; do
		in_copy log -1 --format='%ct Fixes: %h ("%s")' --abbrev=12 "$commit"
	done | sort -un | cut -d' ' -f2-
}

# The commits that wrote the lines which the work tree changes.
blamed()
{
	[ "$git_tree" ] || return 0
	in_copy diff -U0 | awk '
		/^--- a\// { file = substr($0, 7) }
		/^@@ / { split(substr($2, 2), range, ","); count = range[2] == "" ? 1 : range[2]
			if (count) print range[1], count, file }' |
	while read -r line count file; do
		in_copy blame --porcelain -L "$line,+$count" HEAD -- "$file" |
			awk '/^[0-9a-f]+ [0-9]+ [0-9]+ [0-9]+$/ { print $1 }'
	done | sort -u
}

# The commit that made file_reader accept success, as it is cited.
weakening()
{
	local found
	found=$(weakened)
	if [ "$found" ]; then
		in_copy log -1 --format='%h ("%s")' --abbrev=12 "$found"
	else
		echo 'aa22d619ba22 ("selftests/bpf: Fix flaky file_reader test")'
	fi
}

# commit TEMPLATE: the changes of the work tree; Fixes: are the commits on standard input.
commit()
{
	local tags
	tags=$(fixes)
	{
		sed "s|@WEAKENING@|$(weakening)|" "$here/templates/$1"
		[ -z "$tags" ] || printf '\n%s\n' "$tags"
	} >"$scratch/message"
	in_copy commit -q -a ${signoff:+-s} -F "$scratch/message"
	say "made: $(in_copy log -1 --format=%s)"
}

changed() { ! in_copy diff --quiet; }

left_out() { say "$1: already in the tree, left out"; }

# --- parts ---

# check FILE…: exitcheck's report as "path verdict" lines; it has to have seen it all.
check()
{
	local status=0
	(cd "$copy/$selftests" && "$exitcheck" --json "$@") >"$scratch/report" 2>"$scratch/said" || status=$?
	[ $status != 2 ] || die "$(grep -v ' found' "$scratch/said" | tail -n 1)"
	python3 - "$scratch/report" <<'PY'
import json, sys
for finding in json.load(open(sys.argv[1]))["findings"]:
    print(finding["path"], finding["line"], finding["verdict"])
PY
}

safe_only() { grep -E ' child( \(exec failed\))?$' || :; }

rewrite()
{
	(cd "$copy/$selftests" && "$exitcheck" --fix --allow-dirty "$@") >/dev/null 2>"$scratch/said" ||
		[ $? = 1 ] || die "$(tail -n 1 "$scratch/said")"
}

# fix_exits NAME FILE: one file that is known to fork.
fix_exits()
{
	local name=$1 file=prog_tests/$1.c
	[ -f "$copy/$selftests/$file" ] || { say "$name: not in this tree, left out"; return; }
	grep -q 'fork *(' "$copy/$selftests/$file" || grep -q 'clone *(' "$copy/$selftests/$file" ||
		die "$file: no child is forked in it: it is not the file that this series is for"
	check "$file" >"$scratch/found"
	rewrite "$file"
	if ! changed; then
		grep -q '_exit *(' "$copy/$selftests/$file" ||
			die "$file: no exit of a child in it: it is not the file that this series is for"
		left_out "$name: _exit() in forked children"
		return
	fi
	commit "$name-exit" < <(blamed)
}

# edit NAME FILE…: see edit.pl. Returns 3 if the files are as they should be.
edit()
{
	local name=$1 status=0
	shift
	(cd "$copy/$selftests" && perl "$here/edit.pl" "$name" "$@") 2>"$scratch/said" || status=$?
	case $status in
	0|3) return $status ;;
	*) die "$(tail -n 1 "$scratch/said")" ;;
	esac
}

part_test_bpffs()
{
	fix_exits test_bpffs
	if edit wifexited prog_tests/test_bpffs.c; then
		commit test_bpffs-wifexited < <(blamed)
	else
		left_out "test_bpffs: WIFEXITED()"
	fi
}

# The commit that made the test accept success: looked for by what it is called.
weakened()
{
	[ "$git_tree" ] || return 0
	in_copy log -1 --format=%H --grep='^selftests/bpf: Fix flaky file_reader test$' -- "$selftests"
}

# The commit that brought file $1.
added()
{
	[ "$git_tree" ] || return 0
	in_copy log --format=%H --diff-filter=A -- "$selftests/$1" | tail -n 1
}

part_file_reader()
{
	local user=prog_tests/file_reader.c program=progs/file_reader.c
	[ -f "$copy/$selftests/$user" ] || { say "file_reader: not in this tree, left out"; return; }
	if edit evict "$user" "$program"; then
		commit file_reader-evict < <(added "$user")
	else
		left_out "file_reader: eviction that is seen"
	fi
	if edit serial "$user"; then
		commit file_reader-serial < <(added "$user")
	else
		left_out "file_reader: serial"
	fi
	if edit strict "$program"; then
		commit file_reader-strict < <(weakened)
	else
		left_out "file_reader: only -EFAULT passes"
	fi
}

# others TEMPLATE FILE…: all files at once.
others()
{
	local template=$1
	shift
	[ $# -gt 0 ] || return 0
	rewrite "$@"
	changed || return 0
	commit "$template" < <(blamed)
}

part_others()
{
	check . >"$scratch/found"
	# What has a commit of its own is not here.
	grep -vE '^(\./)?prog_tests/(token|test_bpffs)\.c ' "$scratch/found" | safe_only >"$scratch/safe"
	[ -s "$scratch/safe" ] || { left_out "other tests: _exit() in forked children"; return; }
	cut -d' ' -f1 "$scratch/safe" | sort -u >"$scratch/files"
	# shellcheck disable=SC2046 # names of kernel files
	others others-prog_tests $(grep -E '^(\./)?prog_tests/' "$scratch/files")
	# shellcheck disable=SC2046
	others others-programs $(grep -vE '^(\./)?prog_tests/' "$scratch/files" | grep '\.c$')
}

# --- the series ---

list_rest()
{
	check . | sort -t' ' -k1,1 -k2,2n | awk '{
		place = $1 ":" $2; sub(/^\.\//, "", place); $1 = $2 = ""; print "  " place ":" $0 }'
}

cover_text()
{
	cat "$here/templates/cover"
	list_rest >"$scratch/rest"
	if [ -s "$scratch/rest" ]; then
		printf '\nWhat exitcheck still finds, and no program can decide:\n\n'
		cat "$scratch/rest"
	fi
}

format()
{
	local count prefix="PATCH $tree" cover=()
	count=$(in_copy rev-list --count "$base..HEAD")
	if [ "$count" -gt 1 ]; then
		in_copy checkout -q -b series
		in_copy config branch.series.description "$(cover_text)"
		cover=(--cover-letter --cover-from-description=subject)
	fi
	in_copy format-patch -q -v"$version" --subject-prefix="$prefix" "${cover[@]}" --base="$base" \
		-o "$scratch/patches" "$base"
	[ "$git_tree" ] || sed -i '/^base-commit: /d' "$scratch"/patches/*
}

apply_check()
{
	git clone -q --shared "$copy" "$scratch/clean" 2>/dev/null
	git -C "$scratch/clean" checkout -q --detach "$base"
	git -C "$scratch/clean" -c user.name="$author" -c user.email="$email" -c core.hooksPath=/dev/null \
		am -q "$scratch"/patches/*-[0-9][0-9][0-9][1-9]-* >"$scratch/am" 2>&1 ||
		die "git am: $(tail -n 1 "$scratch/am")"
	[ "$(git -C "$scratch/clean" rev-parse 'HEAD^{tree}')" = "$(in_copy rev-parse 'HEAD^{tree}')" ] ||
		die "git am: does not give the tree that the patches were made from"
	say "git am: all apply"
}

# In the copy, where it finds the history and may leave notes of its own.
checkpatch()
{
	(cd "$copy" && perl "$linux/scripts/checkpatch.pl" --root="$linux" --strict --terse "$@" 2>&1)
}

style_check()
{
	local status=0 ignore=()
	[ "$signoff" ] || ignore+=(--ignore MISSING_SIGN_OFF)
	# Without history no commit is known.
	[ "$git_tree" ] || ignore+=(--ignore UNKNOWN_COMMIT_ID)
	checkpatch "${ignore[@]}" "$scratch"/patches/*-[0-9][0-9][0-9][1-9]-* >"$scratch/style" || status=1
	sed "s|^$scratch/patches/||; s|^|  |" "$scratch/style"
	say "checkpatch.pl --strict: $([ $status = 0 ] && echo 'no complaint' || echo 'see above')"
	return $status
}

recipients()
{
	say "get_maintainer.pl:"
	(cd "$linux" && perl scripts/get_maintainer.pl --no-rolestats --no-git-fallback \
		"$scratch"/patches/*-[0-9][0-9][0-9][1-9]-* 2>&1) | sed 's/^/  /'
}

check_tree
check_output
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
copy_tree
case $only in ''|token) fix_exits token ;; esac
case $only in ''|test_bpffs) part_test_bpffs ;; esac
case $only in ''|file_reader) part_file_reader ;; esac
case $only in ''|others) part_others ;; esac
if [ "$(in_copy rev-parse HEAD)" = "$base" ]; then
	say "the tree has all of it: nothing to do"
	exit 0
fi
format
apply_check
status=0
style_check || status=1
recipients
mkdir -p "$output"
cp "$scratch"/patches/* "$output/"
say "in $output:"
(cd "$output" && printf '  %s\n' *)
[ "$signoff" ] || say "not signed off: that is yours to say: make patches … SIGNOFF=1"
exit $status
