#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Finds the kernel's splats on the console with lists of regular expressions. Sourced by vmtest.sh.
# shellcheck disable=SC2034,SC2154 # variables of the other parts

# Limits in lines: length of a splat; context on each side; lines without a sign of a trace that end
# a splat.
SPLAT_LINES=80 SPLAT_CONTEXT=4 SPLAT_QUIET=8

# splat_patterns FILE…: print their entries, without comments.
splat_patterns() { sed -E 's/\r$//; s/(^|[[:blank:]])#.*//; s/^[[:blank:]]+|[[:blank:]]+$//g; /^$/d' "$@"; }

# Make the files deny and allow in the scratch directory from our lists and the user's.
read_splat_lists()
{
	local file why
	for file in "${splat_denylists[@]}" "${splat_allowlists[@]}"; do
		if [ ! -f "$file" ] || [ ! -r "$file" ]; then
			die "$file: no such list of splats: check the path"
		fi
		splat_patterns "$file" >"$tmp/patterns"
		why=$(grep -E -f "$tmp/patterns" </dev/null 2>&1) || [ $? = 1 ] ||
			die "$file: not a list of regular expressions: ${why##*: }"
	done
	splat_patterns "$here/vm/SPLAT_DENYLIST" "${splat_denylists[@]}" >"$tmp/deny"
	splat_patterns "$here/vm/SPLAT_ALLOWLIST" "${splat_allowlists[@]}" >"$tmp/allow"
}

# console_lines LIST: print the numbers of the lines that LIST matches, with or without prefixes.
console_lines()
{
	{
		grep -anE -f "$1" console.log
		grep -anE -f "$1" console.bare
	} | cut -d: -f1 | sort -n -u
}

# Write the splats to the file splat, each with the lines around it and the tests that were running.
# Set complaints to their number. A matching line within another splat's trace is part of that
# splat.
find_splats()
{
	sed -E 's/^<[0-9]+>//; s/^(\[[^]]*\] *)+//' console.log >console.bare
	console_lines deny >denied
	console_lines allow >allowed
	sort denied allowed allowed | uniq -u | sort -n >starts
	awk -v most=$SPLAT_LINES -v around=$SPLAT_CONTEXT -v quiet=$SPLAT_QUIET "$(splat_program)" \
		starts console.bare console.log >splat
	complaints=$(grep -c '^== ' splat) || :
}

# The program of awk. Its inputs: the first lines of splats; the console without prefixes, for the
# ends of traces and the runner's --kmsg lines; the console itself.
splat_program()
{
	cat <<'EOT'
	FILENAME == "starts" { starts[$1] = 1; next }
	FILENAME == "console.log" { text[FNR] = $0; last = FNR; next }

	/^test_progs: start / { running[substr($0, 19)] = 1 }
	/^test_progs: end / {
		name = substr($0, 17)
		sub(/: (OK|SKIP|FAIL)$/, "", name)
		delete running[name]
	}
	FNR in starts && !left { from[++count] = FNR; names[count] = those_running(); left = quiet }
	left {
		to[count] = FNR
		if (/\+0x[0-9a-f]+\/0x|^ *<?(RIP|R[A-Z0-9][A-Z0-9]|CR2|Code|Call [Tt]race|Modules linked in|CPU|Hardware name|TASK)/)
			left = quiet
		left--
		if (/end trace/ || FNR - from[count] + 1 == most) left = 0
	}

	# If a subtest of the test runs, name only the subtest.
	function those_running(    name, other, whole, list) {
		for (name in running) {
			whole = 1
			for (other in running)
				if (index(other, name "/") == 1) whole = 0
			if (whole) list = list (list != "" ? ", " : "") name
		}
		return list
	}

	END {
		for (i = 1; i <= count; i++) {
			print "== line " from[i] " of the console" (names[i] != "" ? ", while " names[i] " ran" : "")
			for (line = from[i] - around; line <= to[i] + around && line <= last; line++)
				if (line > 0) print text[line]
		}
	}
EOT
}
