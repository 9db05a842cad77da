#!/usr/bin/env -S bats --print-output-on-failure
# SPDX-License-Identifier: GPL-2.0
#
# make matrix on the newest and the oldest kernel, and its messages about a different table.

bats_require_minimum_version 1.5.0

setup_file()
{
	top=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	export top BUILD="${BUILD:-$top/build}"
}

# The newest clang with AddressSanitizer. machine.bats and workflow.bats use gcc.
a_clang()
{
	for clang in $(compgen -c clang- | grep -xE 'clang-[0-9]+' | sort -u -t- -k2nr); do
		if echo 'int main(void) { return 0; }' |
			"$clang" -fsanitize=address -x c -o "$BATS_TEST_TMPDIR/try" - 2>/dev/null; then
			echo "$clang"
			return
		fi
	done
	echo 'no clang-N has AddressSanitizer: run make deps' >&2
	return 1
}

@test "every subtest has the expected verdict on the newest and on the oldest kernel" {
	clang=$(a_clang)
	run --separate-stderr make -s -C "$top" matrix KERNELS='6.12 newest' \
		TOOLCHAINS="$clang" FLAVOURS='undefined fortified'
	echo "$output"
	echo "$stderr"
	[ "$status" = 0 ]
	grep -qE '^ +6\.12 +[0-9.]+$' <<<"$output"
	grep -qE '^token/map_token +ok +ok$' <<<"$output"
	grep -qE '^file_reader/on_open_expect_fault +skip +ok$' <<<"$output"
	grep -q '^skip: no bpf_dynptr_from_file() in this kernel (before 6.19)$' <<<"$output"
	grep -qE '^\| `/map_token` \| ok \| ok \|$' "$BUILD/matrix/matrix.md"
	# Every build ran twice on each kernel.
	for kernel in "$BUILD"/matrix/[67].*/; do
		[ -s "$kernel/console.log" ]
	done
	[ "$(find "$BUILD/matrix/6.12" -name '*.json' | wc -l)" = 4 ]
}

# differences PYTHON: change the table with PYTHON, and print the differences from
# tests/matrix.json.
differences()
{
	PYTHONPATH="$top/tests" PYTHONDONTWRITEBYTECODE=1 python3 -c "
import expected
table = expected.load()
$1
print(*expected.differences(table, expected.load()), sep='\n')"
}

@test "matrix names different, lost and new cells" {
	[ -z "$(differences '')" ]
	[ "$(differences 'table["6.12"]["token/map_token"] = "skip: why"')" = \
		'6.12: token/map_token: skip: why; expected: ok' ]
	[ "$(differences 'del table["7.3"]["token/btf_token"]')" = \
		'7.3: token/btf_token: no result; expected: ok' ]
	[ "$(differences 'table["7.2"]["token/more"] = "ok"')" = \
		'7.2: token/more: ok; expected: nothing of this name' ]
	# A newer kernel must have the verdicts of the newest column.
	[ -z "$(differences 'table["9.1"] = table["7.3"]')" ]
	[ "$(differences 'table["9.1"] = table["7.3"] | {"token": "FAIL"}')" = \
		'9.1: token: FAIL; expected: ok' ]
	[ "$(differences 'table["9.1 vax"] = {"token": "ok"}')" = \
		'9.1 vax: token: ok; expected: nothing of this name' ]
	# A series without a column for this processor must have x86's verdicts.
	[ -z "$(differences 'table["6.19 arm64"] = table["6.19"]')" ]
	[ "$(differences 'table["6.19 arm64"] = table["6.19"] | {"token": "FAIL"}')" = \
		'6.19 arm64: token: FAIL; expected: ok' ]
	# An older kernel, or one between two columns, must be in the table.
	[[ "$(differences 'table["6.15"] = {"token": "ok"}')" = \
		'6.15: token: ok; expected: nothing of this name' ]]
}

@test "a test that the table does not name must pass or skip" {
	[ -z "$(differences 'table["7.3"] |= {"mine": "ok", "mine/a": "ok", "mine/b": "skip: why"}')" ]
	[ "$(differences 'table["7.3"]["mine"] = "FAIL: why"')" = \
		'7.3: mine: FAIL: why; expected: nothing of this name' ]
	[[ "$(differences 'table["7.3"]["mine"] = "runs differ: a ok"')" = '7.3: mine: runs differ'* ]]
}

@test "different runs on one kernel are an error" {
	run -0 env PYTHONPATH="$top/tests" PYTHONDONTWRITEBYTECODE=1 BUILD="$BATS_TEST_TMPDIR" python3 -c '
import json, pathlib, expected, matrix
(matrix.OUT / "7.3").mkdir(parents=True)
for jobs in ("serial", "j4"):
    result = {"name": "t", "reason": None, "subtests": []}
    for name in ("a", "b"):
        path = matrix.OUT / "7.3" / f"{name}-{jobs}.json"
        path.write_text(json.dumps({"tests": [{**result, "status": "FAIL" if name + jobs == "bj4" else "OK"}]}))
print(expected.join(matrix.read_runs("7.3", [pathlib.Path("a"), pathlib.Path("b")])))
(matrix.OUT / "7.3/a-j4.json").unlink()
print(expected.join(matrix.read_runs("7.3", [pathlib.Path("a")])))'
	echo "$output"
	[ "${lines[0]}" = "{'t': 'runs differ: b-j4 FAIL'}" ]
	[ "${lines[1]}" = "{'t': 'runs differ: a-j4 no result'}" ]
}

# shard ARCH KERNEL CC [PYTHON]: make runs.json of a shard with the table's verdicts, changed by
# PYTHON.
shard()
{
	mkdir -p "$BATS_TEST_TMPDIR/shards/$1-$2-$3"
	PYTHONPATH="$top/tests" PYTHONDONTWRITEBYTECODE=1 python3 -c "
import expected, json
column = '$2 arm64' if '$1' == 'aarch64' else '$2'
results = expected.load()[column]
${4-}
json.dump({'arch': '$1', 'kernel': '$2', 'toolchain': '$3', 'runs': {column: {'$3-plain-serial': results}}},
          open('$BATS_TEST_TMPDIR/shards/$1-$2-$3/runs.json', 'w'))"
}

# merge STATUS: merge the existing shards, with the plan.
merge()
{
	run "-$1" --separate-stderr env BUILD="$BATS_TEST_TMPDIR" \
		"$top/tests/matrix.py" --merge "$BATS_TEST_TMPDIR"
	echo "$output$stderr"
}

@test "shards of many machines merge into one table, and a lost one is an error" {
	export ARCHES='x86 arm64' KERNELS='6.12 7.3' TOOLCHAINS='gcc-12 clang-14'
	run -0 env BUILD="$BATS_TEST_TMPDIR" GITHUB_OUTPUT="$BATS_TEST_TMPDIR/out" "$top/tests/matrix.py" --plan
	[ "$(cat "$BATS_TEST_TMPDIR/out")" = "shards=$output" ]
	python3 -m json.tool "$BATS_TEST_TMPDIR/matrix/plan.json" >/dev/null
	[ "$(grep -o '{' <<<"$output" | wc -l)" = 8 ]
	[[ $output == '[{"arch": "x86_64", "kernel": "6.12", "toolchain": "gcc-12"}, '*', {"arch": "aarch64", "kernel": "7.3", "toolchain": "clang-14"}]' ]]
	for arch in x86_64 aarch64; do
		for kernel in 6.12 7.3; do
			for compiler in gcc-12 clang-14; do
				shard $arch $kernel $compiler
			done
		done
	done
	merge 0
	grep -qE '^ +6\.12 +7\.3 +6\.12 arm64 +7\.3 arm64$' <<<"$output"
	grep -qE '^token/map_token +ok +ok +ok +ok$' <<<"$output"
	shard aarch64 7.3 gcc-12 'results["token"] = "FAIL"'
	merge 1
	[[ $stderr == *'7.3 arm64: token: runs differ: '*'; expected: ok'* ]]
	rm -r "$BATS_TEST_TMPDIR/shards/aarch64-7.3-gcc-12"
	merge 1
	[[ $stderr == *'aarch64/7.3/gcc-12: no results: its job failed'* ]]
}

@test "a column's name has the processor, and an unusual flavour" {
	run -0 env PYTHONPATH="$top/tests" PYTHONDONTWRITEBYTECODE=1 python3 -c '
import matrix
for arch, release in (("x86", "7.3.4+deb13-cloud-amd64"), ("x86", "7.3-cloud-amd64"),
                      ("x86", "7.3.4+deb13-rt-amd64"), ("arm64", "6.12.107+deb13-cloud-arm64"),
                      ("arm64", "7.3.4+deb13-arm64-16k"), ("s390", "7.2.13+deb14-s390x")):
    print(matrix.column_of(matrix.read_arch(arch), release))
for name in "x86", "arm64":
    arch = matrix.read_arch(name)._replace(is_own=name == "x86")
    print(matrix.compiler_of(arch, "gcc-12"), matrix.compiler_of(arch, "clang-14"))'
	[ "$output" = '7.3
7.3
7.3 rt-amd64
6.12 arm64
7.3 arm64-16k
7.2 s390
gcc-12 clang-14
aarch64-linux-gnu-gcc-12 clang-14' ]
}

@test "matrix names each bad use" {
	ARCHES='x86 vax' run -1 "$top/tests/matrix.py"
	[[ $output == *'matrix: ARCH=vax: unknown processor: set ARCH to one of '* ]]
	run ! make -s -C "$top" matrix KERNELS=6.12 TOOLCHAINS=clang-3
	[[ $output == *'TOOLCHAINS: clang-3: not found: there is '* ]]
	run ! make -s -C "$top" matrix KERNELS=1.2
	[[ $output == *'1.2: no such kernel could be fetched'* ]]
	for shard in gcc-12 7.3/gcc-12 /7.3/gcc-12 x86/7.3/gcc-12/more; do
		run -1 "$top/tests/matrix.py" --shard $shard
		[[ $output == *"--shard $shard: not ARCH/KERNEL/CC"* ]]
	done
	run -1 "$top/tests/matrix.py" --shard vax/7.3/gcc-12
	[[ $output == *'matrix: ARCH=vax: unknown processor: set ARCH to one of '* ]]
	run -1 "$top/tests/matrix.py" --merge /nowhere
	[[ $output == *'/nowhere/plan.json: cannot be read'* ]]
}
