"""Operators such as `+` and `<` between values that do not support them."""

from __future__ import annotations

import ast
import re

from evoclass_explain.facts import Facts
from evoclass_explain.rules import Rule, Said, of_own

_LAYERS = frozenset(
    (
        "ReLU",
        "Sigmoid",
        "Tanh",
        "GELU",
        "LeakyReLU",
        "Softmax",
        "LogSoftmax",
        "Dropout",
        "Flatten",
        "Linear",
        "Conv2d",
        "Identity",
    )
)


def _operands(facts: Facts, match: re.Match[str]) -> Said:
    first, second = match[2].rpartition(".")[2], match[3].rpartition(".")[2]
    fields: dict[str, object] = {"sign": match[1], "first": first, "second": second}
    node = facts.expression.node
    for side in (node.left, node.right) if isinstance(node, ast.BinOp) else ():
        origin = facts.origin(side)
        if origin is not None and origin.function.rpartition(".")[2] == facts.type_of(side) in _LAYERS:
            return Said(
                "operand_types",
                fields | {"layer": origin.function, "line": origin.line},
                "operand_types.layer",
            )
    if {first, second} & {"builtin_function_or_method", "function", "method", "type"}:
        return Said("operand_types", fields, "operand_types.call")
    for kind in ("str", "tuple", "NoneType", "dict"):
        if kind in (first, second):
            if kind == "str" and {"PosixPath", "WindowsPath"} & {first, second}:
                return Said("operand_types", fields, "operand_types.path")
            return Said("operand_types", fields, f"operand_types.{kind}")
    if "list" in (first, second):
        both = first == second == "list"
        return Said("operand_types", fields, "operand_types.lists" if both else "operand_types.list")
    method = _METHODS.get(first_sign(match[1]), "")
    other = first if first not in _PLAIN else second
    if "coroutine" in (first, second):
        return Said("operand_types", fields, "operand_types.await")
    own = {operand.type for operand in facts.error.operands if operand.own}
    if method and other in own:
        reverse = f"__r{method[2:]}" if first in _PLAIN else method
        return Said("operand_types", fields | {"type": other, "method": reverse}, "operand_types.object")
    return Said("operand_types", fields)


_METHODS = {
    "+": "__add__",
    "-": "__sub__",
    "*": "__mul__",
    "/": "__truediv__",
    "@": "__matmul__",
    "**": "__pow__",
    "//": "__floordiv__",
    "%": "__mod__",
}
_PLAIN = frozenset(
    (
        *(
            "int",
            "float",
            "complex",
            "bool",
            "str",
            "bytes",
            "list",
            "tuple",
            "dict",
            "set",
            "NoneType",
            "slice",
        ),
        *(
            "Tensor",
            "Parameter",
            "ndarray",
            "range",
            "generator",
            "map",
            "zip",
            "filter",
            "datetime",
            "timedelta",
        ),
        *("Size", "device", "dtype", "DataFrame", "Series"),
    )
)
"""Types whose classes the learner cannot change."""


def first_sign(signs: str) -> str:
    """Return `+` for `+=`, and `**` for `** or pow()`."""
    return signs.split(" ")[0].removesuffix("=")


def _order(facts: Facts, match: re.Match[str]) -> Said:
    first, second = match[2].rpartition(".")[2], match[3].rpartition(".")[2]
    fields: dict[str, object] = {"sign": match[1], "first": first, "second": second}
    if {first, second} & {"builtin_function_or_method", "function", "method"}:
        return Said("order_types", fields, "operand_types.call")
    if (called := facts.expression.called) in ("sorted", "sort", "min", "max"):
        return Said("order_types", fields | {"called": called}, "order_types.sorting")
    if "str" in (first, second):
        return Said("order_types", fields, "order_types.text")
    return Said("order_types", fields)


def _unary(facts: Facts, match: re.Match[str]) -> Said:
    fields: dict[str, object] = {"sign": match[1], "type": match[2]}
    hint = {"str": "unary.text", "list": "unary.list"}.get(match[2], "")
    return Said("unary", fields, hint)


_RULES = (
    Rule(r"^unsupported operand type\(s\) for (\S+(?: or pow\(\))?): '([\w.]+)' and '([\w.]+)'", _operands),
    Rule(r"^'(<|>|<=|>=)' not supported between instances of '([\w.]+)' and '([\w.]+)'", _order),
    Rule(r"^bad operand type for (unary .|abs\(\)): '([\w.]+)'", _unary),
)

RULES = tuple(map(of_own, _RULES))
"""Operators."""
