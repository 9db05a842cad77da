#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# make repro: originals fail, fixes pass, and it names every other row.

bats_require_minimum_version 1.5.0

setup()
{
	top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	BUILD=${BUILD:-$top/build}
	dir=$BATS_TEST_TMPDIR
}

# The required rows and their expected results, written down again, as the plan may be wrong.
expected_rows()
{
	for kind in pointer thread library; do
		for build in gcc-shared gcc-static clang-shared clang-static; do
			echo "leaked child, $kind, $build|exit()|2 of 2|status 1"
			echo "leaked child, $kind, $build|_exit()|0 of 2|status 0"
			case $kind in
			thread) seen='status 0, no leak in parent' ;;
			*) seen='status 0, leak found in parent' ;;
			esac
			echo "leaked child, $kind, $build|exit(), guarded|0 of 2|$seen"
		done
	done
	echo "evicted pages, ext4, beside 0|MADV_PAGEOUT after read()|2 of 2|read, all pages resident"
	for fs in ext4 tmpfs overlayfs; do
		for count in 0 1 3 7; do
			what="evicted pages, $fs, beside $count"
			case $fs in
			overlayfs) echo "$what|private file|0 of 0|no directory for a file that can leave" ;;
			*) echo "$what|private file|0 of 2|OK" ;;
			esac
			case $fs:$count in
			ext4:0) ;;
			overlayfs:0) echo "$what|MADV_PAGEOUT|" ;;
			overlayfs:*) echo "$what|MADV_PAGEOUT|2 of 2|read, all pages resident" ;;
			*) echo "$what|MADV_PAGEOUT|2 of 2|read, all pages resident" ;;
			esac
		done
	done
}

# Prints a line for each row of a JSON file: what|how|failures of runs|seen
json_rows()
{
	python3 -c '
import json, sys
for row in json.load(open(sys.argv[1]))["rows"]:
    print(row["what"], row["how"], "%d of %d" % (row["failures"], row["runs"]), row["seen"], sep="|")
' "$1"
}

# Prints the same lines from a table, whose columns are at least two blanks apart.
table_rows()
{
	sed '1d; s/ (not promised)$//' "$1" | awk -F '   *' '{
		if ($3 == "-") {
			sub(/^skipped: /, "", $6)
			print $1 "|" $2 "|0 of 0|" $6
			next
		}
		print $1 "|" $2 "|" $4 " of " $3 "|" $6
		if ($5 != sprintf("%.0f %%", 100 * $4 / $3))
			print "wrong rate: " $0
	}'
}

@test "a short run has the expected rows, and table and JSON agree" {
	export BUILD
	unset KERNEL CPUS PLOT
	RUNS=2 run -0 --separate-stderr "$top/repro/run.sh"
	echo "$stderr"
	echo "$output" | tee "$dir/table"
	json_rows "$BUILD/repro/repro.json" >"$dir/json"
	diff "$dir/json" <(table_rows "$dir/table")
	[ "$(wc -l <"$dir/json")" = 61 ]
	while IFS= read -r row; do
		grep -qF "$row" "$dir/json" || {
			echo "not there: $row"
			false
		}
	done < <(expected_rows)
	grep -q '^evicted pages, ext4, beside 0|MADV_PAGEOUT|[0-2] of 2|' "$dir/json"
	grep -q '^repro: 61 of 61: ' <<<"$stderr"
}

# results [SED-SCRIPT]: print the lines of a good run of two rounds, changed by the script.
results()
{
	"$top/repro/plan.sh" >"$dir/plan"
	awk -F '\t' -v OFS='\t' 'BEGIN { print "kernel", "1.2" }
		$1 == "skips" { print "skipped", $2, $3, 0, 0, "why"; next }
		{ print "measured", $2, $3, 2, ($1 == "fails") * 2, "seen" }' "$dir/plan" |
		sed "${1-}" >"$dir/results"
}

report() { "$top/repro/report.sh" "$dir/plan" "$dir/results" "$dir"; }

# complains LINE SED-SCRIPT: check that changed results give exactly this line.
complains()
{
	results "$2"
	run -1 --separate-stderr report
	echo "$stderr"
	[ "$stderr" = "repro: $1" ]
}

@test "repro names an unexpected row" {
	results
	run -0 --separate-stderr report
	[ -z "$stderr" ]
	tab=$(printf '\t')
	row="leaked child, pointer, gcc-shared"
	complains "WRONG: $row, exit(): did not fail in 2 runs, but is to show the failure" \
		"/$row${tab}exit()$tab/s/2${tab}2/2${tab}0/"
	complains "WRONG: $row, _exit(): failed in 1 of 2 runs, but is to pass" \
		"/$row${tab}_exit()$tab/s/2${tab}0/2${tab}1/"
	complains "WRONG: $row, exit(), guarded: no result" "/$row${tab}exit(), guarded/d"
	complains "WRONG: $row, exit(): could not be measured: seen" \
		"/$row${tab}exit()$tab/s/measured/error/"
	row="evicted pages, overlayfs, beside 7"
	complains "WRONG: $row, MADV_PAGEOUT: did not fail in 2 runs, but is to show the failure" \
		"/$row${tab}MADV_PAGEOUT$tab/s/2${tab}2/2${tab}0/"
	complains "WRONG: $row, private file: ran, but is to skip" \
		"/$row${tab}private file$tab/s/skipped/measured/"
	complains "not in the plan: measured${tab}something${tab}else${tab}2${tab}0${tab}seen" \
		"\$a measured\\tsomething\\telse\\t2\\t0\\tseen"
	# A row with expected result "either" cannot differ.
	results "/ext4, beside 0${tab}MADV_PAGEOUT$tab/s/2${tab}0/2${tab}1/"
	run -0 --separate-stderr report
	grep -q '^evicted pages, ext4, beside 0  *MADV_PAGEOUT  *2  *1  *50 %  seen (not promised)$' \
		<<<"$output"
}

@test "table and JSON have a skipped row with its reason" {
	results 's/^measured\(\t.*static\t.*\t\)2\t[02]\tseen/skipped\10\t0\tno "runtime" \\ here/'
	run -0 --separate-stderr report
	[ "$stderr" = 'repro: 18 of 61 rows could not be run here: see the table' ]
	[ "$(grep -c -F -- '-  skipped: no "runtime" \ here' <<<"$output")" = 18 ]
	python3 -m json.tool "$dir/repro.json" >/dev/null
	[ "$(json_rows "$dir/repro.json" | grep -c -F '|0 of 0|no "runtime" \ here')" = 18 ]
}

@test "a missing compiler skips its rows with a reason" {
	make -C "$top" BUILD="$dir/build" GCC=no-such-compiler \
		"$dir/build/repro/programs/"{gcc-shared,gcc-static,clang-static}/leaked_child
	grep -q 'no-such-compiler: .*not found' "$dir/build/repro/programs/gcc-shared/why"
	[ ! -e "$dir/build/repro/programs/gcc-static/leaked_child" ]
	[ -x "$dir/build/repro/programs/clang-static/guarded" ]
	[ ! -e "$dir/build/repro/programs/clang-static/why" ]
}

@test "bad use is an error before a row runs" {
	for runs in 0 x -1 1.5 12345; do
		RUNS=$runs BUILD=$BUILD run -2 --separate-stderr "$top/repro/run.sh"
		[ "$stderr" = "repro: RUNS=$runs: not a number from 1 to 9999" ]
	done
	run -2 "$top/repro/run.sh" --nonsense
	run -2 "$BUILD/repro/programs/evict" 1
	run -2 "$BUILD/repro/programs/clang-static/leaked_child" pointer
}
