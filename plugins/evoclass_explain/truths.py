"""Conditions: a tensor of several numbers is neither true nor false."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from evoclass_explain.expression import text
from evoclass_explain.facts import Facts, named
from evoclass_explain.rules import Rule, Said


def _truth(facts: Facts, match: re.Match[str]) -> Said:
    joined = _joined(facts)
    if joined:
        return Said("truth", {"joined": joined}, "truth.joined", "truth.nameless")
    node = facts.expression.node
    own = facts.tensor_of(node)
    if own is not None:
        return Said("truth", {"given": named(own)})
    membership = isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn)
    if isinstance(node, ast.Compare) and not membership and text(node):
        return Said("truth", {"given": f"`{text(node)}`"})
    return Said("truth", what="truth.nameless")


def _joined(facts: Facts) -> str:
    """Return `x > 0 and x < 2` as it works for every element: `(x > 0) & (x < 2)`."""
    node = facts.expression.node
    if isinstance(node, ast.Compare) and len(node.ops) > 1:
        ends = [node.left, *node.comparators]
        parts: list[ast.expr] = [
            ast.Compare(left=ends[place], ops=[sign], comparators=[ends[place + 1]])
            for place, sign in enumerate(node.ops)
        ]
        return _together(parts, "&")
    chain = node if isinstance(node, ast.BoolOp) else _around(facts)
    if chain is None:
        return ""
    return _together(chain.values, "&" if isinstance(chain.op, ast.And) else "|")


def _together(parts: Sequence[ast.expr], sign: str) -> str:
    if not all(isinstance(part, ast.Compare) and text(part) for part in parts):
        return ""
    return f" {sign} ".join(f"({text(part)})" for part in parts)


def _around(facts: Facts) -> ast.BoolOp | None:
    """Return the chain of `and` or `or` that begins with the condition that failed."""
    line = facts.error.source
    source = line.strip()
    moved = len(line) - len(line.lstrip())
    if source.startswith("elif"):
        source, moved = source[2:], moved + 2
    for whole in (source, f"{source} pass"):
        try:
            tree = ast.parse(whole)
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            start = facts.error.column - moved
            if isinstance(node, ast.BoolOp) and any(value.col_offset == start for value in node.values):
                return node
    return None


RULES = (Rule(r"Boolean value of Tensor with more than one value is ambiguous", _truth),)
"""Conditions."""
