#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# .github/workflows: the interface for callers, and the run: steps of test_progs_asan, executed in order
# in a fresh clone.

bats_require_minimum_version 1.5.0

setup()
{
	top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	BUILD=${BUILD:-$top/build}
	workflow=$top/.github/workflows/test-progs-asan.yml
	dir=$BATS_TEST_TMPDIR
}

# ask PYTHON: run it with the workflow in w and its one job in j. YAML reads "on" as true.
ask()
{
	python3 -c "
import re, sys, yaml
w = yaml.safe_load(open(sys.argv[1]))
(j,) = w['jobs'].values()
$1" "$workflow"
}

@test "the jobs' names are the five words that BPF CI's bot reads" {
	run -0 ask "
import json
m = j['strategy']['matrix']
for arch in json.loads(re.findall(r'\[.*?\]', m['arch'])[-1]):
    for cc in m['cc']:
        if {'arch': arch, 'cc': cc} not in m['exclude']:
            print(j['name'].replace('\${{ matrix.arch }}', arch).replace('\${{ matrix.cc }}', cc))"
	[ "$output" = 'test_progs_asan on x86_64 with gcc-12
test_progs_asan on x86_64 with clang-14
test_progs_asan on aarch64 with gcc-12' ]
}

# exported NAME: print its values in the written steps.
exported() { sed -n "s/^export $1=//p" "$dir"/steps/*.sh | sort -u; }

@test "aarch64 is cross-built and emulated, or native on arm64_runner" {
	mkdir "$dir/steps"
	run -0 "$top/tests/workflow.py" "$workflow" "$dir/steps" 'arches=["aarch64"]'
	[ "$output" = 'test_progs_asan on aarch64 with gcc-12' ]
	[ "$(exported ARCH)" = aarch64 ]
	[ "$(exported CC)" = aarch64-linux-gnu-gcc-12 ]
	[ "$(cat "$dir"/steps/*.sh | grep -c '^make run_tests')" = 2 ]
	# exitcheck runs once, as it checks the sources.
	[ -z "$(grep '^make exitcheck' "$dir"/steps/*.sh)" ]
	rm "$dir"/steps/*
	"$top/tests/workflow.py" "$workflow" "$dir/steps" 'arches=["aarch64"]' arm64_runner=ubuntu-arm
	[ "$(exported CC)" = gcc-12 ]
	rm "$dir"/steps/*
	"$top/tests/workflow.py" "$workflow" "$dir/steps" kernel=artifacts/a/bzImage
	[ "$(exported ARCH)" = x86_64 ]
	grep -q "runs-on: .*matrix.arch == 'aarch64' && inputs.arm64_runner || 'ubuntu-latest'" "$workflow"
}

@test "callers and users can set a kernel and lists" {
	run -0 ask "
called, by_hand = w[True]['workflow_call']['inputs'], w[True]['workflow_dispatch']['inputs']
assert called == by_hand
assert all(i['type'] == 'string' and not i.get('required') for i in called.values())
print(*called)"
	[ "$output" = 'kernel allowlist denylist repository ref arches arm64_runner' ]
}

# steps PYTHON: run it for each step of each job of each workflow, in step.
steps()
{
	python3 -c "
import sys, yaml
for path in sys.argv[1:]:
    workflow = yaml.safe_load(open(path))
    assert workflow['permissions'] == {'contents': 'read'}, path
    for job in workflow['jobs'].values():
        assert job['timeout-minutes'] <= 60, path
        for step in job['steps']:
            $1" "$top"/.github/workflows/*.yml
}

@test "actions are pinned by commit, with the version in a comment" {
	steps "assert ('uses' in step) != ('run' in step), step"
	grep -h 'uses: ' "$top"/.github/workflows/*.yml >"$dir/uses"
	[ "$(wc -l <"$dir/uses")" -ge 8 ]
	run grep -vE 'uses: [a-z-]+/[a-z-]+@[0-9a-f]{40} # v[0-9]+\.[0-9]+\.[0-9]+$' "$dir/uses"
	[ -z "$output" ]
	# All uses of an action have the same commit.
	[ "$(sed 's/.*uses: //' "$dir/uses" | sort -u | wc -l)" = "$(sed 's/.*uses: //; s/@.*//' "$dir/uses" | sort -u | wc -l)" ]
}

@test "no checkout keeps its token" {
	steps "assert 'checkout' not in step.get('uses', '') or step['with']['persist-credentials'] is False"
}

@test "each run: step is one target or script" {
	steps "print(step.get('run', '').strip())" | grep . >"$dir/runs"
	[ "$(wc -l <"$dir/runs")" -ge 12 ]
	[ -z "$(grep '[;&|<>\`$]' "$dir/runs")" ]
	while read -r command target _; do
		case $command in
		make) grep -q "^$target: " "$top/Makefile" "$top"/mk/*.mk ;;
		*/*) [ -x "$top/$command" ] ;;
		*) false ;;
		esac || {
			echo "$command $target: neither a make target nor a script"
			false
		}
	done <"$dir/runs"
}

@test "no run: step has an expression in it" {
	steps "assert '\${{' not in step.get('run', ''), step"
}

@test "the oldest kernel is the oldest of the matrix" {
	oldest=$(sed -n 's/^OLDEST = (\([0-9]*\), \([0-9]*\))$/\1.\2/p' "$top/tests/matrix.py")
	grep -q "run: make run_tests KERNEL=$oldest " "$workflow"
}

# borrow NAME…: copy downloads into the clone.
borrow()
{
	for name; do
		[ ! -e "$BUILD/$name" ] || cp -a --reflink=auto "$BUILD/$name" "$clone/build/"
	done
}

borrow_kernels()
{
	mkdir "$clone/build/kernels"
	for kernel in newest 6.12; do
		cp -a --reflink=auto "$("$top/vm/packages/kernel.sh" --build "$BUILD" "$kernel")" \
			"$BUILD/kernels/.$kernel.chosen" "$clone/build/kernels/"
	done
}

make_clone()
{
	clone="$dir/a clone"
	# The checkout may belong to another user.
	GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*' \
		git clone -q "$top" "$clone"
	mkdir "$clone/build"
	borrow libbpf vmlinux qemu kvm-verdict
	borrow_kernels
}

# run_step SCRIPT: run it as GitHub's runner does.
run_step()
{
	(cd "$clone" && env -i PATH="$PATH" HOME="$HOME" TMPDIR="${TMPDIR:-/tmp}" CI=true \
		GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY="$dir/summary" sh -e "$1") 3>&-
}

@test "every run: step works in a fresh clone" {
	[ -e "$top/.git" ] || skip "not a git checkout"
	make_clone
	mkdir "$dir/steps"
	run -0 "$top/tests/workflow.py" "$clone/.github/workflows/test-progs-asan.yml" "$dir/steps" \
		'denylist=token/map_token # to see it denied'
	[ "$output" = 'test_progs_asan on x86_64 with gcc-12' ]
	[ "$(find "$dir/steps" -name '*.sh' | wc -l)" = 6 ]
	for step in "$dir"/steps/*.sh; do
		head -n 1 "$step"
		run_step "$step"
	done
	results=$clone/build/results
	for kernel in newest oldest; do
		[ -s "$results/$kernel/console.log" ]
		for run in plain-serial plain-j4 asan-serial asan-j4; do
			grep -q '^#3 .* token:OK' "$results/$kernel/$run.log"
			[ -z "$(grep map_token "$results/$kernel/$run.json")" ]
			grep -q "^| $run | passed |" "$dir/summary"
		done
	done
	python3 -m json.tool "$results/exitcheck.sarif" >/dev/null
	[ "$(grep -c '^### test_progs on [67]\.' "$dir/summary")" = 2 ]
	grep -q '^gcc-12 ' "$clone/build/plain/flags"
}

@test "the matrix' jobs use the plan's shards" {
	python3 -c "
import sys, yaml
jobs = yaml.safe_load(open(sys.argv[1]))['jobs']
assert jobs['shard']['strategy']['matrix']['include'] == '\${{ fromJSON(needs.plan.outputs.shards) }}'
name = jobs['shard']['name']
for part in ('kernel', 'arch', 'toolchain'):
    name = name.replace('\${{ matrix.%s }}' % part, part)
assert name == 'kernel-kernel on arch with toolchain', name
runs = [step['run'] for job in ('plan', 'shard', 'merge') for step in jobs[job]['steps'] if 'run' in step]
assert runs == ['vm/packages/deps.sh', 'make matrix PLAN=1', 'vm/packages/deps.sh', 'make matrix',
                'vm/packages/deps.sh', 'make matrix MERGE=shards'], runs
" "$top/.github/workflows/matrix.yml"
}

@test "with the caller's kernel only that kernel runs" {
	mkdir "$dir/steps"
	"$top/tests/workflow.py" "$workflow" "$dir/steps" kernel=artifacts/a/bzImage
	[ "$(cat "$dir"/steps/*.sh | grep -c '^make run_tests')" = 1 ]
	grep -rqx 'export KERNEL=artifacts/a/bzImage' "$dir/steps"
}

# ---- the summary

summary() { env -u GITHUB_STEP_SUMMARY "$top/vm/summary.py" "$@"; }

# result STATUS PASSED SUBTESTS SKIPPED FAILED MESSAGE
result()
{
	cat <<-EOT
	{"success": $2, "success_subtest": $3, "skipped": $4, "failed": $5, "failed_subtest": $5,
	 "results": [$([ "$5" = 0 ] || echo "{\"name\": \"t\", \"message\": \"$6\"}")],
	 "tests": [{"name": "t", "status": "$1", "reason": null, "subtests": [
		{"name": "a", "status": "$1", "reason": "x < y | z *"}, {"name": "b", "status": "OK", "reason": null}]}]}
	EOT
}

@test "the summary has failures first, then runs, reasons and failed logs" {
	mkdir "$dir/res"
	result FAIL 0 1 0 1 'one\n\u0060\u0060\u0060\u0060\ntwo </details>' >"$dir/res/plain-serial.json"
	echo 1 >"$dir/res/plain-serial.status"
	result SKIP 1 1 1 0 >"$dir/res/plain-j4.json"
	echo 0 >"$dir/res/plain-j4.status"
	echo 'died early' >"$dir/res/asan-serial.log"
	run -0 summary "$dir/res"
	echo "$output"
	grep -qxF '| plain-serial | **failed** (exit status 1) | 0 | 1 | 0 | 1/1 |' <<<"$output"
	grep -qxF '| plain-j4 | passed | 1 | 1 | 1 | 0/0 |' <<<"$output"
	grep -qxF '| asan-serial | **no results** |  |  |  |  |' <<<"$output"
	grep -qxF '| asan-j4 | not run |  |  |  |  |' <<<"$output"
	grep -qxF -- '- t/a: x &lt; y \| z \* (plain-serial)' <<<"$output"
	# Failures come first.
	[[ $output == *'Failed:'*'| run |'* ]]
	# A fence that is longer than any in the log.
	[[ $output == *$'\n`````\none\n````\ntwo </details>\n`````\n'* ]]
	grep -q 'died early' <<<"$output"
}

@test "the summary has directories with failures first, and names runs that died" {
	mkdir "$dir/good" "$dir/bad"
	result OK 1 2 0 0 >"$dir/good/plain-serial.json"
	echo 0 >"$dir/good/plain-serial.status"
	cp "$dir"/good/* "$dir/bad"
	echo 'Linux version 6.12.1 (x)' >"$dir/bad/console.log"
	echo 139 >"$dir/bad/asan-j4.status"
	run -0 summary "$dir/good" "$dir/bad"
	[[ $output == '### test_progs on 6.12.1'*'- asan-j4: no results'*'| run |'*"### test_progs on this machine's kernel"* ]]
	echo 'WARNING: here' >"$dir/good/splat.log"
	rm "$dir/bad/asan-j4.status"
	run -0 summary "$dir/bad" "$dir/good"
	[[ $output == "### test_progs on this machine's kernel"*'**The kernel complained.**'*'### test_progs on 6.12.1'* ]]
}

@test "the summary reports a failed VM and splats" {
	mkdir "$dir/res"
	printf '[    0.0] Linux version 6.12.1 (x)\nlast words\n' >"$dir/res/console.log"
	run -0 summary "$dir/res" "$dir/nowhere"
	[[ $output == '### test_progs on 6.12.1'*'last words'*'### nowhere'*'No results: '* ]]
	result OK 1 2 0 0 >"$dir/res/plain-serial.json"
	echo 'WARNING: here' >"$dir/res/splat.log"
	run -0 summary "$dir/res"
	[[ $output == *'**The kernel complained.**'*'WARNING: here'* ]]
	[[ $output != *'last words'* ]]
}

@test "a summary that is too long for GitHub has no logs" {
	for i in $(seq 40); do
		mkdir "$dir/res$i"
		head -c 50000 /dev/zero | tr '\0' x >"$dir/res$i/plain-serial.log"
	done
	run -0 summary "$dir"/res*
	[ "${#output}" -lt 100000 ]
	[[ $output == *'too long to be shown'* ]]
	[ "$(grep -c '^| plain-serial | \*\*no results' <<<"$output")" = 40 ]
	run -0 summary "$dir/res1"
	[[ $output == *'(17232 bytes left out)'* ]]
}

@test "the summary is appended to GitHub's file" {
	echo before >"$dir/file"
	GITHUB_STEP_SUMMARY="$dir/file" run -0 "$top/vm/summary.py" "$dir/nowhere"
	[ -z "$output" ]
	[ "$(head -n 2 "$dir/file")" = $'before\n### nowhere' ]
	run -2 --separate-stderr summary --nonsense
	[ "$stderr" = 'summary: --nonsense: unknown option: see --help' ]
}

@test "JUnit XML has every subtest, with reasons, and an error for a lost run" {
	mkdir "$dir/junit"
	cat >"$dir/junit/plain-serial.json" <<-'EOT'
	{"success": 1, "results": [{"name": "t", "message": "outside", "subtests": [
	   {"name": "a", "message": "log <of> a\u0001 ]]>"}]}],
	 "tests": [{"name": "t", "status": "FAIL", "reason": null, "duration_ns": 3000000, "subtests": [
	   {"name": "a", "status": "FAIL", "reason": "x < y & z", "duration_ns": 2000000},
	   {"name": "b", "status": "SKIP", "reason": "no such thing", "duration_ns": 0}]},
	  {"name": "u", "status": "FAIL", "reason": "leaked", "duration_ns": 1, "subtests": [
	   {"name": "c", "status": "OK", "reason": null, "duration_ns": 1}]},
	  {"name": "v", "status": "OK", "reason": null, "duration_ns": 1, "subtests": []}]}
	EOT
	echo 1 >"$dir/junit/asan-j4.status"
	"$top/vm/junit.py" "$dir/junit" >"$dir/junit.xml"
	run -0 python3 -c "
import sys, xml.etree.ElementTree as ET
for suite in ET.parse(sys.argv[1]).getroot():
    print(*(suite.get(name) for name in ('name', 'tests', 'failures', 'errors', 'skipped')))
    for case in suite:
        print(case.get('name'), *(f'{part.tag}={part.get(\"message\")}' for part in case))
print(suite.find('testcase/failure').text)" "$dir/junit.xml"
	[[ ${lines[0]} = 'asan-j4 1 0 1 0' ]]
	[[ ${lines[1]} = 'run error=no results: '* ]]
	[ "${lines[2]}" = 'plain-serial 5 2 0 1' ]
	[ "${lines[3]}" = 't/a failure=x < y & z' ]
	[ "${lines[4]}" = 't/b skipped=no such thing' ]
	[ "${lines[5]}" = 'u/c' ]
	[ "${lines[6]}" = 'u failure=leaked' ]
	[ "${lines[7]}" = 'v' ]
	[ "${lines[8]}" = 'log <of> a? ]]>' ]
	run -2 "$top/vm/junit.py" --nonsense
	[ "$output" = 'junit: --nonsense: unknown option: see --help' ]
}
