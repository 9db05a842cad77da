#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Runs every subtest on every kernel, built by every installed compiler: 'make matrix'.

One VM for each kernel runs all builds in turn, each serially and with -j4. All runs of a kernel must
agree. The table has their verdicts: ok, or skip with the reason below. Each difference from the
committed table, tests/matrix.json, is an error that names kernel and subtest.

  ARCHES      processors, as the kernel names them (default: this machine's)
  KERNELS     versions, suites or 'newest' (default: every released X.Y that Debian has since 6.12)
  TOOLCHAINS  compilers (default: all gcc-N and clang-N in the PATH); a clang compiles the BPF
              programs too, gcc leaves them to the default clang
  FLAVOURS    plain, asan, undefined, fortified (default: all)
  JOBS        VMs at once (default: one for each processor and 2.5 GiB of free memory)

Table in $BUILD/matrix/: matrix.txt, matrix.json, matrix.md; a directory a kernel beside it.
Exit status 1 if a cell differs or a machine failed.

Spread over many machines:

  matrix.py --plan         prints the shards, processor x kernel x compiler, as JSON for a CI's matrix
                           strategy, adds them to the file $GITHUB_OUTPUT, and writes plan.json
  matrix.py --shard SHARD  runs one of them, ARCH/KERNEL/CC, and writes runs.json
  matrix.py --merge DIR    joins each runs.json below DIR into the table. It names each shard of
                           plan.json without one, which is an error

If $GITHUB_STEP_SUMMARY is set, the table is appended to that file.
"""
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import textwrap

import expected

TOP = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(os.environ.get("BUILD", TOP / "build")).resolve()
OUT = BUILD / "matrix"
OLDEST = (6, 12)
MACHINE_KIB = 2560 * 1024
CLANG = os.environ.get("CLANG", "clang")
# Targets of the Makefile. Those with a sanitizer need its runtime.
FLAVOURS = ("plain", "asan", "undefined", "fortified")
SANITIZED = ("asan", "undefined")


def say(text):
    print(f"matrix: {text}", file=sys.stderr, flush=True)


def die(text):
    sys.exit(f"matrix: {text}")


def append_to(variable, text):
    """Appends @text to the file that the variable names, if it is set: GitHub's way to get results."""
    if os.environ.get(variable):
        with open(os.environ[variable], "a", encoding="utf-8") as out:
            out.write(text)


def wanted(variable):
    return os.environ.get(variable, "").replace(",", " ").split()


def environment(arch):
    return {**os.environ, "BUILD": str(BUILD), "ARCH": arch.name}


def output_of(arch, *command):
    """Returns the command's standard output, or None if it fails. Passes standard error on."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, text=True,
                          env=environment(arch), check=False)
    return done.stdout if done.returncode == 0 else None


# ---- processors

Arch = collections.namedtuple("Arch", "name machine flavour triplet is_own")


def read_arch(name):
    """Returns a row of vm/arch.sh. Without a name that of this machine's processor."""
    done = subprocess.run(
        ["sh", "-c", ". vm/arch.sh; arch_choose || { echo \"$arch_why\"; exit 1; }; "
         "arch_is_own && own=1; echo $arch_kernel $arch_name $arch_flavour $arch_triplet $own"],
        cwd=TOP, env={**os.environ, "ARCH": name}, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        die(done.stdout.strip())
    words = done.stdout.split()
    return Arch(*words[:4], len(words) == 5)


def arches():
    return [read_arch(name) for name in wanted("ARCHES") or [os.environ.get("ARCH", "")]]


# ---- builds

def compiler_of(arch, toolchain):
    """gcc has a binary for each processor, clang has an option."""
    return toolchain if arch.is_own or "clang" in toolchain else f"{arch.triplet}-{toolchain}"


def installed_toolchains(arch):
    prefix = compiler_of(arch, "")
    found = {path.name.removeprefix(prefix) for directory in os.get_exec_path()
             for path in pathlib.Path(directory).glob("*")
             if re.fullmatch(rf"({re.escape(prefix)}gcc|clang)-\d+", path.name)}
    return sorted(found, key=lambda name: (name.split("-")[0], int(name.split("-")[1])))


def has_sanitizer(arch, toolchain):
    target = [f"--target={arch.triplet}"] if "clang" in toolchain else []
    done = subprocess.run([compiler_of(arch, toolchain), *target, "-fsanitize=address", "-x", "c",
                           "-", "-o", "/dev/null"],
                          input="int main(void) { return 0; }", text=True, capture_output=True,
                          check=False)
    return done.returncode == 0


def build(arch, toolchain, flavour):
    """Builds it; returns the directory of the build."""
    prefix = "" if arch.is_own else f"{arch.name}-"
    directory = OUT / f"{prefix}{toolchain}-{flavour}"
    log = OUT / f"{directory.name}.log"
    clang = toolchain if toolchain.startswith("clang") else CLANG
    compiler = compiler_of(arch, toolchain)
    say(f"building with {compiler}, {flavour}")
    with open(log, "w", encoding="utf-8") as out:
        done = subprocess.run(
            ["make", "-C", TOP, f"-j{os.cpu_count()}", f"BUILD={BUILD}", f"ARCH={arch.name}",
             f"CC={compiler}", "CFLAGS=-g -O2 -Werror",
             f"CLANG={clang}", f"BIN={directory}", f"BPF_OUT={OUT}/{prefix}{toolchain}-bpf",
             flavour], stdout=out, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        die(f"{compiler}, {flavour}: does not build: see {log}")
    return directory


def build_all(arch):
    toolchains = wanted("TOOLCHAINS") or installed_toolchains(arch)
    flavours = wanted("FLAVOURS") or FLAVOURS
    if set(flavours) - set(FLAVOURS):
        die(f"FLAVOURS={' '.join(flavours)}: there is {' '.join(FLAVOURS)}")
    builds = []
    for toolchain in toolchains:
        compiler = compiler_of(arch, toolchain)
        if not shutil.which(compiler):
            die(f"TOOLCHAINS: {compiler}: not found: there is "
                f"{' '.join(installed_toolchains(arch))}")
        sanitizes = has_sanitizer(arch, toolchain)
        if not sanitizes:
            say(f"{toolchain}: no AddressSanitizer for {arch.name} here, not built with it: install "
                f"lib{toolchain.replace('clang-', 'clang-rt-')}-dev")
        builds += [build(arch, toolchain, flavour) for flavour in flavours
                   if sanitizes or flavour not in SANITIZED]
    if not builds:
        die("no compiler with a version in its name (gcc-12, clang-19): set TOOLCHAINS=")
    return builds


# ---- kernels

def series_of(release):
    return re.match(r"\d+\.\d+", release)[0]


def column_of(arch, release):
    """'7.3.4+deb13-cloud-arm64' -> '7.3 arm64'; an unusual flavour names its column."""
    flavour = re.sub(r"[\d.]+(\+[^-]*)?-", "", release, count=1)
    kind = flavour if flavour != arch.flavour else "" if arch.name == "x86" else arch.name
    return f"{series_of(release)} {kind}".strip()


def all_kernels(arch):
    """Returns every X.Y that Debian has a release of, without release candidates."""
    listed = output_of(arch, TOP / "vm/packages/kernel.sh", "--list")
    if listed is None:
        die("Debian's kernels cannot be listed: see above; or say KERNELS=")
    found = {series_of(line.split()[0]) for line in listed.splitlines() if "~rc" not in line}
    return sorted((series for series in found if expected.number_of(series) >= OLDEST),
                  key=expected.number_of)


def bring_kernels(arch):
    """Returns column -> directory of its kernel."""
    kernels = {}
    for name in wanted("KERNELS") or all_kernels(arch):
        path = output_of(arch, TOP / "vm/packages/kernel.sh", name)
        if path is None:
            die(f"{name}: no such kernel could be fetched: see above")
        path = pathlib.Path(path.strip())
        kernels[column_of(arch, path.name)] = path
    return dict(sorted(kernels.items(), key=lambda item: expected.number_of(item[0])))


# ---- runs

def machines_at_once():
    with open("/proc/meminfo", encoding="ascii") as info:
        free = int(re.search(r"MemAvailable: +(\d+)", info.read())[1])
    return max(1, min(os.cpu_count(), free // MACHINE_KIB))


def output_dir(column):
    return OUT / column.replace(" ", "-")


def run_kernel(arch, column, kernel, builds):
    """Runs all builds on it; returns the reason for a failure, or None."""
    output = output_dir(column)
    shutil.rmtree(output, ignore_errors=True)
    command = [TOP / "vmtest.sh", "--kernel", kernel, "--cpus", "2", "--memory", "2048",
               "--timeout", str(1800 + 600 * len(builds)), "--output", output,
               "--file", f"{TOP}/vm/run_tests.sh:/root/vm/",
               "--file", f"{TOP}/lib/say.sh:/root/lib/", "--file", f"{TOP}/lib/exit_status.h:/root/lib/"]
    for directory in builds:
        command += ["--file", f"{directory}/test_progs:/root/{directory.name}/"]
    command += ["--", "vm/run_tests.sh", "--here", "/output", *(path.name for path in builds)]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          errors="replace", check=False, env=environment(arch))
    output.mkdir(exist_ok=True)
    (output / "run_tests.log").write_text(done.stdout + done.stderr)
    # 1 and 4 are statuses of run_tests.sh: the results name the subtest.
    if done.returncode in (0, 1, 4):
        return None
    return f"{column}: vmtest.sh: status {done.returncode}: see {output}/run_tests.log"


def run_all(arch, kernels, builds):
    """Returns the reasons for failures of VMs."""
    failures = []
    jobs = os.environ.get("JOBS", str(machines_at_once()))
    if not re.fullmatch("[1-9][0-9]?", jobs):
        die(f"JOBS={jobs}: not a number from 1 to 99")
    with concurrent.futures.ThreadPoolExecutor(int(jobs)) as pool:
        running = {pool.submit(run_kernel, arch, column, kernel, builds): column
                   for column, kernel in kernels.items()}
        for done, future in enumerate(concurrent.futures.as_completed(running), 1):
            say(f"{running[future]}: run ({done} of {len(kernels)})")
            if future.result():
                failures.append(future.result())
    return failures


# ---- table

def read_runs(series, builds):
    """Returns run -> name -> verdict, of all runs on this kernel."""
    runs = {}
    for directory in builds:
        for jobs in ("serial", "j4"):
            path = output_dir(series) / f"{directory.name}-{jobs}.json"
            runs[f"{directory.name}-{jobs}"] = expected.read_run(path) if path.exists() else {}
    return runs


def rows_of(table):
    return sorted({name for results in table.values() for name in results})


def short(verdict):
    return re.split(": ", verdict, maxsplit=1)[0] if verdict else "-"


def notes(table):
    """Returns reason -> name -> kernels."""
    found = {}
    for series, results in table.items():
        for name in sorted(results):
            if ": " in results[name]:
                found.setdefault(results[name], {}).setdefault(name, []).append(series)
    return found


def wide(column):
    return max(7, len(column) + 2)


def as_text(table):
    rows = rows_of(table)
    width = max(map(len, rows))
    lines = [" " * width + "".join(f"{column:>{wide(column)}}" for column in table)]
    for name in rows:
        lines.append(f"{name:{width}}" + "".join(
            f"{short(results.get(name)):>{wide(column)}}" for column, results in table.items()))
    for reason, cells in notes(table).items():
        lines += ["", reason]
        lines += [f"  {name}: {' '.join(series)}" for name, series in cells.items()]
    return "\n".join(lines) + "\n"


def reasons_of(name, table):
    return {results[name] for results in table.values() if ": " in results.get(name, "")}


def noted(name, series, table):
    """The columns are named only if skips in the row have different reasons."""
    columns = f" ({', '.join(series)})" if len(reasons_of(name, table)) > 1 else ""
    return f"`{name}`{columns}"


def as_markdown(table):
    """A subtest's row has its name from the slash on, which keeps the table narrow."""
    lines = ["| | " + " | ".join(table) + " |", "|---" * (len(table) + 1) + "|"]
    for name in rows_of(table):
        lines.append(f"| `{''.join(name.partition('/')[1:]) or name}` | " + " | ".join(
            short(results.get(name)) for results in table.values()) + " |")
    lines.append("")
    for reason, cells in notes(table).items():
        lines += textwrap.wrap(f"- {reason}: " + ", ".join(
            noted(name, series, table) for name, series in cells.items()), 100,
            subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    return "\n".join(lines) + "\n"


def report(table):
    """Writes and prints the table. Returns its differences from the expected one."""
    text = as_text(table)
    (OUT / "matrix.txt").write_text(text)
    (OUT / "matrix.md").write_text(as_markdown(table))
    (OUT / "matrix.json").write_text(json.dumps(table, indent=1, sort_keys=True) + "\n")
    print(text, end="")
    append_to("GITHUB_STEP_SUMMARY", as_markdown(table))
    return list(expected.differences(table, expected.load()))


# ---- spread over many machines

# A shard: a processor (BPF CI's name for it, which is uname -m's), a kernel and a compiler.
SHARD = ("arch", "kernel", "toolchain")


def name_of(shard):
    return "/".join(shard[part] for part in SHARD)


def plan():
    """Prints the shards and writes the plan."""
    shards = [dict(zip(SHARD, (arch.machine, kernel, toolchain)))
              for arch in arches()
              for kernel in wanted("KERNELS") or all_kernels(arch)
              for toolchain in wanted("TOOLCHAINS") or installed_toolchains(arch)]
    (OUT / "plan.json").write_text(json.dumps(shards))
    print(json.dumps(shards))
    append_to("GITHUB_OUTPUT", f"shards={json.dumps(shards)}\n")


def choose_shard(name):
    """Selects that shard, and returns it."""
    parts = name.split("/")
    if len(parts) != len(SHARD) or not all(parts):
        die(f"--shard {name}: not ARCH/KERNEL/CC, such as x86_64/7.3/gcc-12")
    for variable, part in zip(("ARCHES", "KERNELS", "TOOLCHAINS"), parts):
        os.environ[variable] = part
    return dict(zip(SHARD, parts))


def read_json(path):
    try:
        return json.loads(pathlib.Path(path).read_text())
    except (OSError, ValueError) as error:
        die(f"{path}: cannot be read: {error}")


def merge(directory):
    """Returns series -> run -> results of all shards, and the missing parts of the plan."""
    directory = pathlib.Path(directory)
    planned = read_json(next(directory.rglob("plan.json"), directory / "plan.json"))
    runs, seen = {}, set()
    for path in sorted(directory.rglob("runs.json")):
        shard = read_json(path)
        seen.add(name_of(shard))
        for series, results in shard["runs"].items():
            runs.setdefault(series, {}).update(results)
    missing = [f"{name}: no results: its job failed"
               for name in map(name_of, planned) if name not in seen]
    return runs, missing


# ---- all of it

def run_here():
    """Builds, boots and runs; returns column -> run -> results, and the failures."""
    runs, failures = {}, []
    for arch in arches():
        kernels = bring_kernels(arch)
        builds = build_all(arch)
        say(f"{len(kernels)} kernels ({', '.join(kernels)}), {len(builds)} builds, each twice")
        failures += run_all(arch, kernels, builds)
        runs.update({column: read_runs(column, builds) for column in kernels})
    return runs, failures


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    match sys.argv[1:]:
        case []:
            runs, wrong = run_here()
        case ["--plan"]:
            plan()
            return
        case ["--shard", shard]:
            shard = choose_shard(shard)
            runs, wrong = run_here()
            (OUT / "runs.json").write_text(json.dumps({**shard, "runs": runs}, indent=1))
        case ["--merge", directory]:
            runs, wrong = merge(directory)
        case _:
            sys.exit(__doc__)
    columns = sorted(runs, key=expected.order)
    if columns:
        wrong += report({series: expected.join(runs[series]) for series in columns})
    for line in wrong:
        print(f"matrix: {line}", file=sys.stderr)
    if wrong:
        die(f"{len(wrong)} differ: see {OUT}; if it is meant, {OUT}/matrix.json is the new "
            f"tests/matrix.json")
    say("as expected")


if __name__ == "__main__":
    main()
