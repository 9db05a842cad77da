#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Reports the rows of 'make repro': a table, JSON, data for the plot, and rows with unexpected results.
set -eu

usage()
{
	cat <<'EOT'
usage: report.sh PLAN RESULTS DIR
Prints a table of RESULTS (from machine.sh) in the order of PLAN (from plan.sh), and writes
DIR/repro.json and DIR/repro.dat. On standard error it names each row that did not go as PLAN says,
and those that could not be run. Exit status: 0 if all that were measured did, 1 if not.
EOT
}

[ $# = 3 ] || { usage >&2; exit 2; }

# shellcheck disable=SC2016 # awk's
exec awk -F '\t' -v json="$3/repro.json" -v dat="$3/repro.dat" '
function quote(text)
{
	gsub(/\\/, "&&", text)
	gsub(/"/, "\\\"", text)
	gsub(/[[:cntrl:]]/, " ", text)
	return "\"" text "\""
}

function max(a, b) { return a > b ? a : b }

# Prints how row i differs from the plan, or nothing.
function wrong(i)
{
	if (state[i] == "")
		return "no result"
	if (state[i] == "error")
		return "could not be measured: " seen[i]
	if (state[i] == "skipped")
		return ""
	if (expected[i] == "skips")
		return "ran, but is to skip"
	if (runs[i] == 0)
		return "not run once"
	if (expected[i] == "fails" && failures[i] == 0)
		return "did not fail in " runs[i] " runs, but is to show the failure"
	if (expected[i] == "passes" && failures[i] > 0)
		return "failed in " failures[i] " of " runs[i] " runs, but is to pass"
	return ""
}

function print_line(what, how, runs, failures, rate, seen)
{
	line = sprintf("%-" width_what "s  %-" width_how "s  %5s  %8s  %5s  %s", what, how, runs,
		       failures, rate, seen)
	sub(/ +$/, "", line)
	print line
}

function print_row(i)
{
	if (state[i] == "measured")
		print_line(what[i], how[i], runs[i], failures[i],
			   sprintf("%.0f %%", 100 * failures[i] / max(runs[i], 1)),
			   seen[i] note[expected[i]])
	else
		print_line(what[i], how[i], "-", "-", "-",
			   (state[i] == "" ? "no result" : state[i]) \
			   (seen[i] == "" ? "" : ": " seen[i]))
}

function json_row(i)
{
	return sprintf("    {\"what\": %s, \"how\": %s, \"expected\": %s, \"state\": %s, " \
		"\"runs\": %d, \"failures\": %d, \"rate\": %s, \"seen\": %s}",
		quote(what[i]), quote(how[i]), quote(expected[i]), quote(state[i] == "" ? "missing" : state[i]),
		runs[i], failures[i], runs[i] ? sprintf("%.4g", failures[i] / runs[i]) : "null",
		quote(seen[i]))
}

function write_json(   i)
{
	printf "{\n  \"kernel\": %s,\n  \"rows\": [\n", quote(kernel) >json
	for (i = 1; i <= count; i++)
		print json_row(i) (i < count ? "," : "") >json
	print "  ]\n}" >json
}

# One bar of the plot for each subject and method, with the runs of all builds added.
function write_dat(   i, n, part, group, bars)
{
	for (i = 1; i <= count; i++) {
		split(what[i], part, ", ")
		if (part[1] == "leaked child" || !sub(/^beside /, "", part[3]))
			part[3] = ""
		group = part[1] "\t" part[2] "\t" part[3] "\t" how[i]
		if (!(group in all_runs))
			bars[++n] = group
		all_runs[group] += runs[i]
		all_failures[group] += failures[i]
	}
	for (i = 1; i <= n; i++)
		printf "%s\t%d\t%d\n", bars[i], all_failures[bars[i]], all_runs[bars[i]] >dat
}

BEGIN {
	width_what = length("what")
	width_how = length("how")
	note["either"] = " (not promised)"
}

FILENAME == ARGV[1] {
	expected[++count] = $1
	what[count] = $2
	how[count] = $3
	at[$2, $3] = count
	width_what = max(width_what, length($2))
	width_how = max(width_how, length($3))
	next
}

$1 == "kernel" { kernel = $2; next }

($2, $3) in at {
	i = at[$2, $3]
	state[i] = $1
	runs[i] = $4
	failures[i] = $5
	seen[i] = $6
	next
}

{ print "repro: not in the plan: " $0 >"/dev/stderr"; bad++ }

END {
	print_line("what", "how", "runs", "failures", "rate", "seen")
	for (i = 1; i <= count; i++) {
		print_row(i)
		why = wrong(i)
		if (why != "") {
			print "repro: WRONG: " what[i] ", " how[i] ": " why >"/dev/stderr"
			bad++
		}
		skipped += state[i] == "skipped" && expected[i] != "skips"
	}
	write_json()
	write_dat()
	if (skipped)
		print "repro: " skipped " of " count " rows could not be run here: see the table" >"/dev/stderr"
	exit bad > 0
}' "$1" "$2"
