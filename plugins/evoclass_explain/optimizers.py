"""Arguments that an optimizer cannot train."""

from __future__ import annotations

import ast
import re

from evoclass_explain.expression import is_plain, text
from evoclass_explain.facts import Facts
from evoclass_explain.rules import Rule, Said, always

_ASKED = ("parameters", "named_parameters", "children", "named_children", "modules", "named_modules", "items")


def _model(facts: Facts, match: re.Match[str]) -> Said | None:
    """`SGD(model, …)`: the model itself instead of its parameters."""
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


def _no_optimizer(facts: Facts, match: re.Match[str]) -> Said:
    name = text(facts.expression.argument(0, "optimizer"))
    return Said("no_optimizer", {"type": match[1], "name": name or "…"})


def _no_tensors(facts: Facts, match: re.Match[str]) -> Said:
    node = facts.expression.argument(0, "params")
    fields: dict[str, object] = {"type": match[1].rpartition(".")[2]}
    called = node.func if isinstance(node, ast.Call) else None
    if isinstance(called, ast.Attribute) and called.attr in ("state_dict", "named_parameters"):
        return Said("no_tensors", fields | {"model": text(called.value) or "model"})
    return Said("no_tensors", fields, "no_tensors.list")


def _text_rate(facts: Facts, match: re.Match[str]) -> Said | None:
    return Said("text_rate") if bool(facts.below) and "torch/optim/" in facts.below[-1] else None


def _rate_function(facts: Facts, match: re.Match[str]) -> Said | None:
    inside = bool(facts.below) and facts.below[-1].endswith("torch/optim/lr_scheduler.py")
    return Said("rate_function") if inside and "Lambda" in facts.expression.function else None


RULES = (
    Rule(
        r"^'[<>]=?' not supported between instances of (?:'str' and '(?:float|int)'|'(?:float|int)' and 'str')",
        _text_rate,
    ),
    Rule(r"^'(?:float|int)' object is not callable", _rate_function),
    Rule(r"^([\w.]+) is not an Optimizer", _no_optimizer),
    Rule(r"optimizer can only optimize Tensors, but one of the params is ([\w.]+)", _no_tensors),
    Rule(r"parameter group didn't specify a value of required optimization parameter", always("no_rate")),
    Rule(r"some parameters appear in more than one parameter group", always("twice_trained")),
    Rule(
        r"You must define either total_steps OR|Expected positive integer (?:total_steps|epochs|steps_per_epoch)",
        always("total_steps"),
    ),
    Rule(
        r"Tried to step (\d+) times\. The (?:total|specified) number of (?:total )?steps is (\d+)",
        lambda f, m: Said("steps_over", {"total": int(m[2])}),
    ),
    Rule(
        r"loaded state dict (?:has a different number of parameter groups|"
        r"contains a parameter group that doesn't match the size)",
        always("optimizer_state"),
    ),
    Rule(r"param 'initial_lr' is not specified", always("initial_rate")),
    Rule(r"^'(\w+)' object is not iterable", _model),
    Rule(r"'(?:method|builtin_function_or_method)' object is not iterable", _not_called),
    Rule(r"should be an iterable of Tensors or dicts, but got \S*Tensor", _tensor),
    Rule(r"Invalid learning rate: -", always("learning_rate")),
)
"""Optimizers."""
