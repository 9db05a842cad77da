#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The steps of a GitHub workflow, as its runner would execute them.

usage: workflow.py FILE DIR [NAME=VALUE…]

Writes DIR/NN.sh for each step that runs something, in order: its condition, environment and
command, for the first entry of the matrix, with expressions replaced; NAME=VALUE sets one of the
inputs. Prints the job's name. An expression that is not understood is an error: it would not be
tested.
"""
import json
import pathlib
import re
import shlex
import sys
import types

import yaml


class Context(types.SimpleNamespace):
    def __getattr__(self, name):
        return ""


def python_of(expression):
    expression = re.sub(r"!(?!=)", " not ", expression)
    return expression.replace("&&", " and ").replace("||", " or ")


def evaluate(expression, contexts):
    functions = {"cancelled": lambda: False, "always": lambda: True, "success": lambda: True,
                 "startsWith": str.startswith, "fromJSON": json.loads, "format": str.format,
                 "__builtins__": {}}
    expression = " ".join(expression.split())
    return eval(python_of(expression), functions, contexts)  # pylint: disable=eval-used


def expand(text, contexts):
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: str(evaluate(found[1].strip(), contexts)),
                  str(text), flags=re.S)


def values_of(values, contexts):
    """Returns a list, or the value of an expression that gives one."""
    found = re.fullmatch(r"\$\{\{(.*)\}\}", str(values), flags=re.S)
    return evaluate(found[1].strip(), contexts) if found else values


def is_wanted(step, contexts):
    condition = str(step.get("if", "success()")).strip()
    condition = re.sub(r"^\$\{\{(.*)\}\}$", r"\1", condition, flags=re.S)
    return evaluate(condition.strip(), contexts)


def main(path, directory, *settings):
    workflow = yaml.safe_load(pathlib.Path(path).read_text(encoding="utf-8"))
    (job,) = workflow["jobs"].values()
    inputs = dict(setting.split("=", 1) for setting in settings)
    matrix = {name: values_of(values, {"inputs": Context(**inputs)})[0]
              for name, values in job["strategy"]["matrix"].items()}
    succeeded = Context(outcome="success", conclusion="success")
    contexts = {"matrix": Context(**matrix), "inputs": Context(**inputs),
                "steps": Context(**{step["id"]: succeeded for step in job["steps"] if "id" in step})}
    print(expand(job["name"], contexts))
    for number, step in enumerate(job["steps"], 1):
        if "run" not in step or not is_wanted(step, contexts):
            continue
        environment = {**job.get("env", {}), **step.get("env", {})}
        lines = [f"# {step['name']}"]
        lines += [f"export {name}={shlex.quote(expand(value, contexts))}"
                  for name, value in environment.items()]
        lines.append(expand(step["run"], contexts))
        pathlib.Path(directory, f"{number:02}.sh").write_text("\n".join(lines) + "\n",
                                                              encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
