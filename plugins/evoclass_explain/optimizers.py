"""What an optimizer gets that it cannot train."""

from __future__ import annotations

import re

from evoclass_explain.expression import is_plain, text
from evoclass_explain.facts import Facts
from evoclass_explain.rules import Rule, Said, always

_ASKED = ("parameters", "named_parameters", "children", "named_children", "modules", "named_modules", "items")


def _model(facts: Facts, match: re.Match[str]) -> Said | None:
    """`SGD(model, …)`: the model itself in the place of its parameters."""
    node = facts.expression.argument(0, "params")
    name = text(node)
    if not name or facts.type_of(node) != match[1] or not facts.went_through("torch/optim/"):
        return None
    return Said("not_parameters", {"name": name, "optimizer": facts.expression.function})


def _tensor(facts: Facts, match: re.Match[str]) -> Said:
    node = facts.expression.argument(0, "params")
    name = text(node) if is_plain(node) else ""
    return Said("one_parameter", {"name": name}, "" if name else "one_parameter.list")


def _not_called(facts: Facts, match: re.Match[str]) -> Said | None:
    """`for p in model.parameters:` and `SGD(model.parameters, …)`."""
    expression = facts.expression
    for node in (expression.argument(0, "params"), expression.node):
        written = text(node)
        if written.rpartition(".")[2] in _ASKED:
            return Said("not_called", {"name": written})
    return None


RULES = (
    Rule(r"^'(\w+)' object is not iterable", _model),
    Rule(r"'(?:method|builtin_function_or_method)' object is not iterable", _not_called),
    Rule(r"should be an iterable of Tensors or dicts, but got \S*Tensor", _tensor),
    Rule(r"Invalid learning rate: -", always("learning_rate")),
)
"""Optimizers."""
