"""Layers that are built or called in the wrong way."""

from __future__ import annotations

import ast
import re

from evoclass_explain.expression import text
from evoclass_explain.facts import Facts
from evoclass_explain.rules import Rule, Said, always

_RECURRENT = frozenset(("LSTM", "GRU", "RNN"))
_BUILT = {"ReLU": "relu", "Sigmoid": "sigmoid", "Tanh": "tanh", "GELU": "gelu", "LeakyReLU": "leaky_relu"}
"""Layers without weights that are often called like functions, and those functions."""


def _no_tensor(facts: Facts, match: re.Match[str]) -> Said | None:
    kind = match[1].rpartition(".")[2]
    argument = facts.expression.argument(0, "input") if facts.calls_layer else None
    name = text(argument)
    fields: dict[str, object] = {"type": kind, "name": name}
    if kind == "tuple":
        return _pair(facts, fields)
    if kind in ("ndarray", "list") and name:
        return Said("no_tensor", fields, f"no_tensor.{kind}")
    if kind in _BUILT:
        return Said("no_tensor", fields | {"function": _BUILT[kind]}, "no_tensor.built")
    return Said("no_tensor", fields) if kind in ("ndarray", "list") else None


def _pair(facts: Facts, fields: dict[str, object]) -> Said:
    """What an LSTM returns: its output together with its last state."""
    argument = facts.expression.argument(0, "input")
    if facts.calls_layer and isinstance(argument, ast.Call) and fields["name"]:
        made_by = ast.unparse(argument.func)
        kinds = {own.name: own.type for own in facts.error.operands}
        if kinds.get(made_by) in _RECURRENT:
            return Said("no_tensor", fields, "no_tensor.output", "no_tensor.pair")
    return Said("no_tensor", fields, "no_tensor.tuple")


RULES = (
    Rule(r"\(\): argument 'input' \(position 1\) must be Tensor, not ([\w.]+)", _no_tensor),
    Rule(r"cannot assign \w+ before Module\.__init__\(\) call", always("no_init")),
)
"""Layers."""
