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
    if kind.endswith(("Image", "ImageFile")):
        return Said("no_tensor", fields, "no_tensor.image")
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


def _no_forward(facts: Facts, match: re.Match[str]) -> Said:
    name = facts.running.name if facts.running is not None else facts.expression.function
    fields: dict[str, object] = {"type": match[1], "name": name}
    if match[1] in ("ModuleList", "ModuleDict"):
        return Said("no_forward", fields, f"no_forward.{match[1]}", "no_forward.container")
    return Said("no_forward", fields)


def _not_a_layer(facts: Facts, match: re.Match[str]) -> Said:
    """What stands in `nn.Sequential(…)` and is no layer: a list, a function, or a class that was not called."""
    kind = match[1].rpartition(".")[2]
    fields: dict[str, object] = {"given": kind}
    if kind in ("list", "tuple"):
        return Said("not_a_layer", fields, "not_a_layer.list")
    built = next((name for name, function in _BUILT.items() if function == kind), "")
    if built:
        return Said("not_a_layer", fields | {"type": built}, "not_a_layer.function")
    return Said("not_a_layer", fields, "not_a_layer.build" if kind[:1].isupper() else "")


def _assigned(facts: Facts, match: re.Match[str]) -> Said:
    return Said("assigned", {"name": match[1]})


RULES = (
    Rule(r"\(\): argument 'input' \(position 1\) must be Tensor, not ([\w.]+)", _no_tensor),
    Rule(r"conv\w*\(\) received an invalid combination of arguments - got \((\w+), ", _no_tensor),
    Rule(r"cannot assign \w+ before Module\.__init__\(\) call", always("no_init")),
    Rule(r'Module \[(\w+)\] is missing the required "forward" function', _no_forward),
    Rule(r"^(\S+) is not a Module subclass", _not_a_layer),
    Rule(r"cannot assign 'torch\.\w*Tensor' as parameter '(\w+)'", _assigned),
)
"""Layers."""
