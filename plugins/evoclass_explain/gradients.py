"""What goes wrong on the way back: gradients."""

from __future__ import annotations

import re

from evoclass_explain.facts import Facts, shape_text, sizes
from evoclass_explain.rules import Rule, Said, always


def _overwritten(facts: Facts, match: re.Match[str]) -> Said:
    maker = re.search(r"output \d+ of (\w+)", facts.error.text)
    shape = shape_text(sizes(match[1]))
    if maker is None:
        return Said("overwritten", {"shape": shape})
    operation = re.sub(r"Backward\d*$", "", maker[1]).lower()
    return Said("overwritten_known", {"shape": shape, "operation": operation})


def _no_gradient(facts: Facts, match: re.Match[str]) -> Said:
    loss = next(iter(facts.tensors), None)
    return Said("no_gradient", {"name": f"`{loss.name}`" if loss is not None else "loss"})


def _leaf(facts: Facts, match: re.Match[str]) -> Said:
    leaf = next(iter(facts.tensors), None)
    return Said("leaf", {"name": leaf.name if leaf is not None else "w"})


def _twice(facts: Facts, match: re.Match[str]) -> Said:
    loss = next(iter(facts.tensors), None)
    return Said("twice", {"name": loss.name if loss is not None else "loss"})


def _numpy(facts: Facts, match: re.Match[str]) -> Said:
    own = next(iter(facts.tensors), None)
    return Said("numpy_gradient", {"name": own.name if own is not None else "x"})


RULES = (
    Rule(r"modified by an inplace operation: \[torch\.\S+ (\[.*?\])\]", _overwritten),
    Rule(r"Trying to backward through the graph a second time", _twice),
    Rule(r"does not require grad and does not have a grad_fn", _no_gradient),
    Rule(r"leaf Variable that requires grad is being used in an in-place operation", _leaf),
    Rule(r"Can't call numpy\(\) on Tensor that requires grad", _numpy),
    Rule(r"Only Tensors of floating point and complex dtype can require gradients", always("whole_gradient")),
    Rule(r"optimizer got an empty parameter list", always("no_parameters")),
)
"""Gradients."""
