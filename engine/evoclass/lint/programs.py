"""Problems of a lesson's programs that cause no error: tests that cannot fail, a file that hides a module."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import replace

from evoclass.errors import Problem
from evoclass.lint.expectations import unreadable
from evoclass.lint.python import always_true, tree, written
from evoclass.model import ExerciseBlock, Lab
from evoclass.reading.fences import OPTION
from evoclass.reading.labs import LAB_OPTIONS
from evoclass.reading.livevalue import is_expression

NAME = re.compile(r"[A-Za-z_]\w*")

MODULES = frozenset(
    {"torch", "torchvision", "torchaudio", "numpy", "pandas", "matplotlib", "sklearn", "scipy", "PIL"}
)
"""Deep-learning libraries that a lab is likely to import, directly or through another library."""


def lab_problems(lab: Lab) -> Iterator[Problem]:
    """Yield the problems of a lab that can be read."""
    module = lab.file.removesuffix(".py")
    if hides_a_module(module):
        yield Problem("W043", lab.line, fields={"file": lab.file, "module": module})
    words = set(NAME.findall(lab.code))
    for name in lab.watch:
        if not is_expression(name):
            fields = {"name": name, "file": lab.file, "variant": "expression"}
            yield Problem("W054", lab.line, fields=fields)
            continue
        roots = NAME.findall(name)[:1]
        if roots and roots[0] not in words:
            yield Problem("W054", lab.line, fields={"name": name, "file": lab.file})
    yield from unreadable(lab)
    yield from idle_asserts(lab.code, lab.code_line)


def hides_a_module(name: str) -> bool:
    """Whether a lab with this name would be imported instead of a library module."""
    return name in MODULES or name in sys.stdlib_module_names


def late_option(problem: Problem, lab: Lab) -> Problem:
    """Return the error of a lab, or the problem of an option below the first line of code if that caused it."""
    text = lab.code.split("\n")[problem.line - lab.code_line : problem.line - lab.code_line + 1]
    option = OPTION.match(text[0].strip()) if text else None
    if problem.code != "E050" or option is None or option[1] not in LAB_OPTIONS:
        return problem
    fields = {"option": option[1], "text": text[0].strip()[:60], "directive": "lab", "variant": "late"}
    return Problem("E027", problem.line, fields=fields)


def idle_asserts(code: str, line: int) -> Iterator[Problem]:
    """Yield a problem for each assertion that always holds; `line` is where the code starts."""
    parsed = tree(code) if "assert" in code else None
    if not isinstance(parsed, ast.Module):
        return
    for node in ast.walk(parsed):
        if isinstance(node, ast.Assert) and always_true(node.test):
            variant = "tuple" if isinstance(node.test, ast.Tuple) else "always"
            fields = {"test": written(node.test)[:60], "variant": variant}
            yield Problem("W069", line + node.lineno - 1, fields=fields)


def question_problems(block: ExerciseBlock) -> Iterator[Problem]:
    """Yield the same for a question's programs, with the question's line, because theirs are unknown."""
    for code in block.exercise.programs():
        for problem in idle_asserts(code, 1):
            source = code.split("\n")[problem.line - 1].strip()
            yield replace(problem, line=block.line, fields=problem.fields | {"source": source})
