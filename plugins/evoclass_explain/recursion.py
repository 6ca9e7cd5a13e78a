"""Calls that never end: the learner's lines that repeat in the traceback, and how they lead back."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from evoclass_explain.expression import text
from evoclass_explain.facts import Facts
from evoclass_explain.rules import Rule, Said

_OFTEN = 3
"""How often a line must appear to be part of the circle."""

_FORMATTED = ("__str__", "__repr__", "__format__")
_BY_FUNCTION = {
    "__len__": ("len",),
    "__iter__": ("iter", "list", "tuple", "sum", "max", "min", "sorted", "set"),
    "__next__": ("next",),
    "__str__": ("str", "print", "repr", "format"),
    "__repr__": ("repr", "str", "print", "format"),
    "__hash__": ("hash",),
    "__bool__": ("bool",),
    "__abs__": ("abs",),
    "__contains__": (),
}
"""Methods that Python calls for a function, with the functions."""


class CallStep(NamedTuple):
    """A line that repeats."""

    line: int
    function: str
    source: str


def _recursion(facts: Facts, match: re.Match[str]) -> Said | None:
    if facts.error.type != "RecursionError":
        return None
    steps = _circle(facts)
    for step in steps:
        said = _itself(facts, step)
        if said is not None:
            return said
    if len({step.function for step in steps}) > 1 or len(steps) > 1:
        listed = ", ".join(f"`{step.function}` ({step.line})" for step in steps[:4])
        return Said("recursion_circle", {"steps": listed})
    return Said("recursion_deep")


def _circle(facts: Facts) -> Sequence[CallStep]:
    """Return the learner's lines that repeat, in the order in which they call each other."""
    found = re.compile(
        rf'^  File "{re.escape(facts.error.file)}", line (\d+), in (\S+)\n    (.*)\n(?:    [\s^~]*\n)?'
        r"(?:  \[Previous line repeated (\d+) more times?\]\n)?",
        re.MULTILINE,
    )
    steps: Counter[CallStep] = Counter()
    for line, function, source, more in found.findall(facts.error.traceback):
        steps[CallStep(int(line), function, source.strip())] += 1 + int(more or 0)
    return [step for step, times in steps.items() if times >= _OFTEN]


def _itself(facts: Facts, step: CallStep) -> Said | None:
    """Find the code on this line that calls the function that contains the line."""
    name, nodes = step.function, list(_nodes(step.source))
    fields: dict[str, object] = {"name": name, "line": step.line}
    for node in nodes:
        if isinstance(node, ast.Call):
            called = text(node.func)
            piece = f"{called}(…)"
            if called == "self" and name in ("forward", "__call__"):
                return Said("recursion_method", fields | {"piece": piece}, f"recursion_method.{name}")
            if called == "self.forward" and name == "forward":
                return Said("recursion_method", fields | {"piece": piece}, "recursion_method.forward")
            if called in (name, f"self.{name}", f"cls.{name}"):
                return Said("recursion", {"name": name})
            if called == _class_of(facts, name):
                return Said("recursion_built", {"type": called, "line": step.line})
            if called in _BY_FUNCTION.get(name, ()) and [text(own) for own in node.args] == ["self"]:
                return Said("recursion_method", fields | {"piece": piece})
        elif isinstance(node, ast.Attribute) and text(node.value) == "self":
            if name in ("__getattr__", "__getattribute__"):
                fields |= {"piece": text(node), "attribute": node.attr}
                return Said("recursion_getattr", fields)
            if isinstance(node.ctx, ast.Store) and name == "__setattr__":
                return Said("recursion_setattr", fields | {"piece": text(node)})
            if node.attr == name and not _is_called(node, nodes):
                return Said("recursion_property", fields | {"piece": text(node)})
        elif name in ("__getitem__", "__setitem__") and isinstance(node, ast.Subscript):
            if text(node.value) == "self":
                return Said("recursion_method", fields | {"piece": "self[…]"})
        elif name in _FORMATTED and isinstance(node, ast.FormattedValue) and text(node.value) == "self":
            return Said("recursion_method", fields, what="recursion_method.formatted")
        elif name == "__eq__" and text(node).startswith("self == "):
            return Said("recursion_method", fields | {"piece": "self == …"})
    calls = [text(node.func) for node in nodes if isinstance(node, ast.Call)]
    layers = [called for called in calls if re.fullmatch(r"self\.\w+(?:\[\w+\])?", called)]
    if name == "forward" and len(layers) == 1 and _only(facts, step):
        return Said("recursion_contained", fields | {"piece": layers[0]})
    return None


def _only(facts: Facts, step: CallStep) -> bool:
    return list(_circle(facts)) == [step]


def _class_of(facts: Facts, function: str) -> str:
    """Return the class that an `__init__` belongs to, if the program ended in it."""
    owner, _, last = facts.error.during.rpartition(".")
    return owner.rpartition(".")[2] if last == function == "__init__" and owner else "-"


def _is_called(node: ast.AST, nodes: Sequence[ast.AST]) -> bool:
    return any(isinstance(other, ast.Call) and other.func is node for other in nodes)


def _nodes(source: str) -> Iterator[ast.AST]:
    """Yield the parts of one line, outer ones first; a line that opens a block is a single part."""
    closing = _closing(source)
    whole = f"{source}\n{closing}" if closing else source
    filled = f"{source}\n...{closing}"
    for written in (whole, filled, f"{whole} pass", f"if 1: pass\n{whole} pass"):
        try:
            yield from ast.walk(ast.parse(written))
            return
        except SyntaxError:
            continue


def _closing(source: str) -> str:
    """Return the closing brackets that a line lacks when an expression continues below."""
    waiting = []
    for character in re.sub(r"#.*|'[^']*'|\"[^\"]*\"", "", source):
        if character in "([{":
            waiting.append({"(": ")", "[": "]", "{": "}"}[character])
        elif waiting and character == waiting[-1]:
            waiting.pop()
    return "".join(reversed(waiting))


RULES = (Rule(r"^maximum recursion depth exceeded", _recursion),)
"""Recursion."""
