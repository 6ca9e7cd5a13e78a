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
    expression, node = facts.expression, facts.expression.node
    own = facts.tensor_of(node)
    if own is not None:
        return Said("truth", {"given": named(own)})
    if isinstance(node, ast.Compare) and _gives_tensor(facts, node):
        return Said("truth", {"given": f"`{text(node)}`"}, what="" if text(node) else "truth.nameless")
    built = node.func if isinstance(node, ast.Call) and isinstance(node.func, ast.Call) else node
    if isinstance(built, ast.Call) and ast.unparse(built.func).rpartition(".")[2][:1].isupper():
        return Said("truth", {"layer": ast.unparse(built.func)}, "truth.build", "truth.inside")
    if isinstance(node, ast.Call) and expression.function in ("max", "min"):
        return Said(
            "truth", {"function": f"torch.{expression.function}imum"}, "truth.largest", "truth.inside"
        )
    if isinstance(node, ast.Call | ast.Compare):
        return Said("truth", {}, "truth.equal", "truth.inside")
    return Said("truth", what="truth.nameless")


def _gives_tensor(facts: Facts, node: ast.expr) -> bool:
    """Whether this compares number by number; `x in list` and `list == list` do not."""
    if not isinstance(node, ast.Compare) or not all(isinstance(sign, _SIGNS) for sign in node.ops):
        return False
    rows = (ast.List, ast.Tuple, ast.Dict)
    return not any(
        isinstance(side, rows) or facts.type_of(side) in ("list", "tuple", "dict", "OrderedDict")
        for side in (node.left, *node.comparators)
    )


_SIGNS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def _joined(facts: Facts) -> str:
    """Return `x > 0 and x < 2` in the form that works for every element: `(x > 0) & (x < 2)`."""
    node = facts.expression.node
    if isinstance(node, ast.Compare) and len(node.ops) > 1:
        ends = [node.left, *node.comparators]
        parts: list[ast.expr] = [
            ast.Compare(left=ends[place], ops=[sign], comparators=[ends[place + 1]])
            for place, sign in enumerate(node.ops)
        ]
        return _together(facts, parts, "&")
    chain = node if isinstance(node, ast.BoolOp) else _around(facts)
    if chain is None:
        return ""
    return _together(facts, chain.values, "&" if isinstance(chain.op, ast.And) else "|")


def _together(facts: Facts, parts: Sequence[ast.expr], sign: str) -> str:
    """Return the parts joined, if each may be about tensors: `m is not None and m > 0` must stay as it is."""
    if not all(text(part) and _may_be_joined(facts, part) for part in parts):
        return ""
    return f" {sign} ".join(f"({text(part)})" for part in parts)


def _may_be_joined(facts: Facts, part: ast.expr) -> bool:
    """Whether a part of a condition compares tensors; if a part was not reached, only its names are known."""
    if not _gives_tensor(facts, part) or any(isinstance(node, ast.Subscript) for node in ast.walk(part)):
        return False
    names = {node.id for node in ast.walk(part) if isinstance(node, ast.Name)}
    plain = {own.name for own in facts.error.operands if own.shape is None}
    return bool(names - plain)


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
