#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Edits of the series on changed copies of a tree's files: series_mutants.py SELFTESTS

Each copy means the same as the file that it is made from: names are others, comments are added,
braces, blanks and the order of functions differ. An edit of the copy has to give the same change
of the original's edit, or to refuse the copy and name the function. It must not find the copy
fixed, as that would leave the fix out.
"""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "series"))

import fix_file_reader
import fix_runner
import fix_token
import fixes
from c_function import functions
from c_source import NotRecognised, Source
from fix import Absent, Done, Files

KNOWN = set("""auto break case char const continue default do double else enum extern float for goto
if inline int long register return short signed sizeof static struct switch typedef union unsigned
void volatile while bool true false NULL main""".split())
ENDS = ("=", ";", ",", ")", "[")  # tokens behind a declared name
EDITS = {
    fix_token.FILE: {"info": fix_token.token_info, "status": fix_token.status,
                     "skeleton": fix_token.skeleton, "reaped": fix_token.reaped},
    fixes.BPFFS: {"status": fixes.bpffs_status, "wifexited": fixes.bpffs_wait_status},
    fix_file_reader.USER: {"private": fix_file_reader.private_file,
                           "serial": fix_file_reader.serial},
    fix_file_reader.PROGRAM: {"private": fix_file_reader.private_file,
                              "strict": fix_file_reader.strict},
    fix_runner.FILE: {"reap": fix_runner.reap, "lost": fix_runner.lost_tests,
                      "children": fix_runner.child_errors},
}
# Functions of the larger files that the edits change. Trying every name would take too long.
ABOUT = {
    fix_token.FILE: ("child", "parent", "subtest_userns", "wait_for_pid", "userns_btf_load",
                     "userns_bpf_token_info"),
    fix_runner.FILE: ("server_main", "test__fail", "test__end_subtest", "run_one_test"),
}


class Changed(Files):
    """The files below @root, with @text for @path."""

    def __init__(self, root, path, text):
        super().__init__(root)
        self._sources[path] = Source(path, text)


def braced(text):
    """@text with braces around every single statement under an if or a loop."""
    source = Source("", text)
    for found in functions(source):
        for statement in found.statements():
            for body in statement.children if statement.kind in ("if", "loop") else ():
                if body.kind not in ("block", "if"):
                    source.insert(body.start, "{ ")
                    source.insert(body.end, " }")
    return source.result()


def meaning(text, rename):
    """The tokens of @text, with the functions sorted by name."""
    source = Source("", rename(braced(text)))
    found, rest, at = [], [], 0
    for function in functions(source):
        first = source.index_at(function.start)
        rest += source.tokens[at:first]
        at = function.body.last + 1
        found.append([token.text for token in source.tokens[first:at]])
    rest += source.tokens[at:]
    return sorted(found), sorted(token.text for token in rest)


def edited(edit, root, path, text):
    files = Changed(root, path, text)
    edit(files)
    return files.source(path).result()


def renamed(*names):
    """Renames @names. Each keeps its length, as declarations are ordered by length."""
    pattern = re.compile(rf"(?<![\w\"])({'|'.join(names)})(?![\w\"])")
    return lambda text: pattern.sub(lambda found: found[0].swapcase(), text)


def names(path, text):
    """The names of the file's functions, and the names that they declare."""
    source, found, own = Source("", text), set(), []
    for function in functions(source):
        if path in ABOUT and function.name not in ABOUT[path]:
            continue
        own.append(function.name)
        ranges = [(function.index, function.signature.close)]
        ranges += [(d.first, d.last) for d in function.declarations()]
        for first, last in ranges:
            found |= {source.tokens[at].text for at in range(first, last)
                      if source.tokens[at].kind == "word" and source.tokens[at + 1].text in ENDS
                      and source.tokens[at - 1].text != "struct"}
    return sorted(found - KNOWN), own


def commented(text):
    """@text with a comment behind each line of a function, and two lines of comment before it."""
    source = Source("", text)
    for statement in (s for f in functions(source) for s in f.statements()):
        if statement.kind == "plain" and source.begins_line(statement.start):
            indent = statement.indent
            source.insert(source.line_start(statement.start),
                          f"{indent}/* to be\n{indent} * read first */\n")
        source.insert(statement.end, " /* note */")
    return source.result()


def one_line(text):
    """Moves the statement under an if to the line of the if."""
    return re.sub(r"(?m)^(\t+if \([^\n{}]*\))\n\t+([^\n{}]*;)$", r"\1 \2", text)


def reversed_functions(text):
    source = Source("", text)
    found = [(f.start, source.line_end(f.body.end)) for f in functions(source)]
    parts, at = [], 0
    order = [text[start:end] for start, end in reversed(found)]
    for (start, end), other in zip(found, order):
        parts += [text[at:start], other]
        at = end
    return "".join(parts) + text[at:]


def mutations(path, text):
    same = lambda rest: rest
    yield "comments", commented(text), same
    yield "blanks", text.replace("\t", "    "), same
    yield "braces", braced(text), same
    yield "one line", one_line(text), same
    yield "reversed", reversed_functions(text), same
    variables, own = names(path, text)
    yield "variables renamed", renamed(*variables)(text), renamed(*variables)
    for name in own if path not in ABOUT else ABOUT[path]:
        yield f"{name}() renamed", renamed(name)(text), renamed(name)


def outcome(edit, root, path, mutant, base, rename):
    """The result of the edit on @mutant: "" if it is right."""
    try:
        got = edited(edit, root, path, mutant)
    except NotRecognised as refused:
        named = re.search(r"\w\(\)|no variable", str(refused))
        return "refused" if named else f"REFUSED: {refused}"
    except (Done, Absent) as wrong:
        return f"TAKEN FOR FIXED: {type(wrong).__name__} {wrong}"
    return "" if meaning(got, rename) == meaning(base, rename) else "DIFFERENT"


def main(root):
    bad, counts = 0, {"": 0, "refused": 0}
    for path, edits in EDITS.items():
        file = Path(root) / path
        text = file.read_text(encoding="utf-8")
        for name, edit in edits.items():
            base = edited(edit, root, path, text)
            assert base != text, f"{path}: {name}: changes nothing"
            for kind, mutant, rename in mutations(path, text):
                found = outcome(edit, root, path, mutant, base, rename)
                counts[found] = counts.get(found, 0) + 1
                if found not in ("", "refused"):
                    bad += 1
                    print(f"{path}: {name}: {kind}: {found}")
    print(f"{counts['']} edited, {counts['refused']} refused, {bad} wrong")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
