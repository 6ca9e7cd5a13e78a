"""`GradScaler`: the four steps of mixed precision, and the result of another order."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from evoclass_explain.expression import text
from evoclass_explain.facts import Facts
from evoclass_explain.rules import Rule, Said


def _fields(facts: Facts) -> dict[str, object]:
    """Return the learner's names of the scaler and of the optimizer; the usual ones if the line has none."""
    node = facts.expression.receiver
    optimizer = facts.expression.argument(0, "optimizer")
    return {"scaler": text(node) or "scaler", "optimizer": text(optimizer) or "optimizer"}


def _says(key: str) -> Callable[[Facts, re.Match[str]], Said | None]:
    def say(facts: Facts, match: re.Match[str]) -> Said | None:
        return Said(key, _fields(facts)) if facts.went_through("torch/amp/grad_scaler.py") else None

    return say


def _not_scaled(facts: Facts, match: re.Match[str]) -> Said:
    return Said("not_scaled", _fields(facts))


def _outputs(facts: Facts, match: re.Match[str]) -> Said | None:
    if facts.expression.called != "scale":
        return None
    node = facts.expression.argument(0, "outputs")
    known = facts.value(node) if isinstance(node, ast.AST) else None
    fields: dict[str, object] = {"name": text(node) or "…", "type": known.type if known is not None else ""}
    return Said("scaled_number", fields, what="" if fields["type"] else "scaled_number.plain")


RULES = (
    Rule(r"^Attempted \w+ but _scale is None", _not_scaled),
    Rule(r"^unscale_\(\) has already been called on this optimizer", _says("unscaled_twice")),
    Rule(r"^unscale_\(\) is being called after step\(\)", _says("unscaled_late")),
    Rule(r"^step\(\) has already been called since the last update\(\)", _says("stepped_twice")),
    Rule(r"^No inf checks were recorded for this optimizer", _says("nothing_scaled")),
    Rule(r"^No inf checks were recorded prior to update", _says("updated_early")),
    Rule(r"^Attempting to unscale FP16 gradients", _says("half_model")),
    Rule(r"^Closure use is not currently supported if GradScaler", _says("scaled_closure")),
    Rule(r"^outputs must be a Tensor or an iterable of Tensors", _outputs),
)
"""Mixed precision."""
