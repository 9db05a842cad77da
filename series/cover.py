# SPDX-License-Identifier: GPL-2.0
"""Cover letters. They describe only the patches that were made."""

from message import template

# The bugs that the later patches fix, by template.
BUGS = {
    "token-info": "an assertion that expects the wrong result",
    "token-status": "failed checks that do not reach the child's exit status",
    "test_bpffs-status": "failed checks that do not reach the child's exit status",
    "token-skeleton": "cleanup after a failed start",
    "token-reaped": "a pid that is killed after it was reaped",
    "test_bpffs-wifexited": "a child that dies from a signal but passes",
}
OTHERS = {
    "others-exit": "replace exit() in children of other tests and test programs, grouped by area",
    "others-exec": "end children whose exec failed",
    "others-wifexited": "check WIFEXITED() where it was missing",
}
RUNNER = {
    "runner-reap": "Workers are reaped before serial tests, so that these run alone.",
    "file_reader-serial": "file_reader becomes serial.",
    "runner-lost": "A test whose worker died fails instead of missing from the summary.",
    "runner-children": "Failed assertions of forked children are counted.",
}


def _listed(phrases):
    """The phrases joined to a list in a sentence, without repetitions."""
    phrases = list(dict.fromkeys(phrases))
    last = f", and {phrases[-1]}" if phrases[2:] else f" and {phrases[-1]}"
    return phrases[0] if len(phrases) == 1 else ", ".join(phrases[:-1]) + last


def _of(made, texts):
    return [text for name, text in texts.items() if name in made]


def _exit(made):
    tests = [test for test in ("token", "test_bpffs") if f"{test}-exit" in made]
    bugs, others, parts = _of(made, BUGS), _of(made, OTHERS), []
    if tests:
        parts.append(f"Fix this in {_listed(tests)}.")
    if bugs:
        parts.append(f"Fix bugs in the code around children of these tests: {_listed(bugs)}.")
    if others:
        text = _listed(others)
        parts.append(f"Then {text}." if parts else f"{text[0].upper()}{text[1:]}.")
    if "others-exit" in made:
        parts.append("Code that the parent runs as well keeps exit().")
    kind = "exit" if any(name.endswith("-exit") for name in made) else "checks"
    return template(f"cover-{kind}", {"parts": " ".join(parts)})


def _file_reader(made, dependency):
    kind = "file_reader" if {"file_reader-private", "file_reader-revert"} & set(made) else "runner"
    paragraphs = [" ".join(_of(made, RUNNER))]
    if "runner-children" in made and dependency:
        paragraphs.append(template("cover-dependency", {}))
    return template(f"cover-{kind}", {"runner": "\n\n".join(paragraphs)})


def cover_letter(name, made, dependency):
    """The text for series @name of the templates @made. @dependency: it needs the other series."""
    return _exit(made) if name == "exit" else _file_reader(made, dependency)
