#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Results of 'make run_tests' as JUnit XML, which GitLab and Jenkins read.

usage: junit.py [DIR…]        directories of results (default: $BUILD/run_tests)

Prints one document with a test suite for each run (plain-serial and so on). A suite has a test case
for each subtest, and for each test that has no subtests or failed outside of them. A run without
results is an error in the document. Exit status: 0 whatever the results, 2 for bad use.
"""
import json
import re
import xml.etree.ElementTree as ET

import result_dirs

# XML 1.0 cannot represent the other control characters.
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean(text):
    return NOT_XML.sub("?", text or "")


def messages(results):
    """Returns name -> log of the tests and subtests that failed."""
    found = {}
    for test in results["results"]:
        found[test["name"]] = test["message"]
        for part in test["subtests"]:
            found[f"{test['name']}/{part['name']}"] = part["message"]
    return found


def add_case(suite, test, part, logs):
    """Adds subtest @part of @test, or @test itself if @part is None."""
    entry = part or test
    name = f"{test['name']}/{part['name']}" if part else test["name"]
    case = ET.SubElement(suite, "testcase", classname=clean(f"{suite.get('name')}.{test['name']}"),
                         name=clean(name), time=f"{(entry.get('duration_ns') or 0) / 1e9:.6f}")
    if entry["status"] == "FAIL":
        ET.SubElement(case, "failure", message=clean(entry["reason"])).text = clean(logs.get(name))
    elif entry["status"] == "SKIP":
        ET.SubElement(case, "skipped", message=clean(entry["reason"]))


def add_suite(root, name, path):
    suite = ET.SubElement(root, "testsuite", name=clean(name))
    try:
        results = json.loads(path.read_text(errors="replace"))
        logs = messages(results)
        for test in results["tests"]:
            for part in test["subtests"]:
                add_case(suite, test, part, logs)
            if not test["subtests"] or (test["status"] == "FAIL" and not any(
                    part["status"] == "FAIL" for part in test["subtests"])):
                add_case(suite, test, None, logs)
    except (OSError, ValueError, KeyError) as error:
        case = ET.SubElement(suite, "testcase", classname=clean(name), name="run")
        ET.SubElement(case, "error", message=clean(f"no results: {error}"))
    for attribute, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(len(suite.findall(f"testcase/{kind}"))))
    suite.set("tests", str(len(suite)))


def runs_of(directory):
    """The names of the runs that left files."""
    return sorted({path.stem for pattern in ("*-*.json", "*-*.status", "*-*.log")
                   for path in directory.glob(pattern)})


def main():
    directories = result_dirs.from_command_line(__doc__)
    root = ET.Element("testsuites", name="test_progs")
    for directory in directories:
        prefix = f"{directory.name}." if len(directories) > 1 else ""
        for run in runs_of(directory) or ["run_tests"]:
            add_suite(root, prefix + run, directory / f"{run}.json")
    ET.indent(root)
    print(ET.tostring(root, encoding="unicode", xml_declaration=False))


if __name__ == "__main__":
    main()
