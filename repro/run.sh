#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# 'make repro': runs each original failure beside its fix, in a virtual machine.
set -eu
: "${SAY_AS:=repro}"
lib=$(cd "$(dirname "$0")/../lib" && pwd)
# shellcheck source=lib/say.sh
. "$lib/say.sh"
die_status=$STATUS_NOT_DONE

usage()
{
	cat <<'EOT'
usage: run.sh
Boots a virtual machine (see vmtest.sh) and runs each row of plan.sh there, with the programs of 'make
repro'. Prints a table, and writes it to build/repro as repro.json, and as repro.svg if gnuplot is
installed. Environment:
  BUILD=   where the build directories are (default: build)
  RUNS=    runs of each row (default: 20)
  KERNEL=  kernel of the machine: a bzImage, a version or a suite (default: the newest Debian has)
  CPUS=    its processors (default: 4)
  PLOT=    file of the plot (default: build/repro/repro.svg)
Exit status: 0 if each original failed at least once and each fix never, 1 if not (it names the
rows), 2 bad use, or vmtest.sh's own.
EOT
}

# overlayfs may be a module. Fetches it, except for the user's own kernel, which has no package.
bring_overlay()
{
	rm -f "$out/overlay.ko"
	case $kernel in
	*/*) say "$kernel: overlayfs only if it is built in"; return ;;
	esac
	if module=$("$top/vm/packages/module.sh" --build "$build" overlay "$kernel"); then
		cp "$module" "$out/overlay.ko"
	else
		say "without overlayfs: see above"
	fi
}

# Writes the results, one on each line, and prints the progress.
follow()
{
	total=$(wc -l <"$out/plan")
	number=0
	: >"$out/results"
	while IFS= read -r line; do
		printf '%s\n' "$line" >>"$out/results"
		case $line in
		kernel*) continue ;;
		esac
		number=$((number + 1))
		say "$number of $total: $(printf '%s\n' "$line" | cut -f 2-3 | sed 's/\t/, /')"
	done
}

run_machine()
{
	overlay=$out/overlay.ko
	[ -e "$overlay" ] || overlay=''
	{
		status=0
		"$top/vmtest.sh" --kernel "$kernel" --cpus "${CPUS:-4}" --memory 2048 \
			--timeout $((1800 + 120 * runs)) --file "$out/programs:/root/programs" \
			--file "$build/plain/test_progs" --file "$out/plan" ${overlay:+--file "$overlay"} \
			--file "$here/machine.sh" -- ./machine.sh "$runs" plan || status=$?
		echo $status >"$out/status"
	} | follow
	status=$(cat "$out/status")
	[ "$status" = 0 ] || exit "$status"
}

# Skipped rows have no bar; gnuplot's warning about that is not printed.
plot()
{
	svg=${PLOT:-$out/repro.svg}
	if gnuplot -c "$here/plot.gp" "$out/repro.dat" "$svg" 2>"$out/plot.log"; then
		return
	fi
	say "$svg: could not be drawn: $(grep . "$out/plot.log" | tail -n 1)"
	return "$STATUS_NOT_DONE"
}

case ${1-} in
'') ;;
--help|-h) usage; exit 0 ;;
*) usage >&2; exit "$STATUS_NOT_DONE" ;;
esac
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/.." && pwd)
build=${BUILD:-$top/build}
build=$(cd "$build" && pwd) || die "$build: nothing built there: run make repro"
out=$build/repro
kernel=${KERNEL:-newest}
runs=${RUNS:-20}
case $runs in
''|*[!0-9]*|0*|?????*) die "RUNS=$runs: not a number from 1 to 9999" ;;
esac
if [ -n "${PLOT-}" ] && ! command -v gnuplot >/dev/null; then
	die "gnuplot: not found: install gnuplot-nox, or do without PLOT="
fi
[ -x "$out/programs/evict" ] || die "$out/programs: nothing built there: run make repro"
"$here/plan.sh" >"$out/plan"
bring_overlay
run_machine
verdict=0
"$here/report.sh" "$out/plan" "$out/results" "$out" >"$out/table" || verdict=$?
cat "$out/table"
if [ -n "${PLOT-}" ] || command -v gnuplot >/dev/null; then
	plot || [ $verdict != 0 ] || verdict=$STATUS_NOT_DONE
fi
exit "$verdict"
