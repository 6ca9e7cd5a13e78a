"""Loading data, and turning tensors into Python values."""

from __future__ import annotations

import math
import re

from evoclass_explain.facts import Facts, named
from evoclass_explain.rules import Rule, Said


def _in_worker(facts: Facts, match: re.Match[str]) -> Said:
    """Find, in the text of the worker's traceback, what it died of and where in the learner's file."""
    lines = [line for line in facts.error.text.splitlines() if line.strip()]
    own = [
        int(number)
        for number in re.findall(rf'File "{re.escape(facts.error.file)}", line (\d+)', facts.error.text)
    ]
    fields: dict[str, object] = {
        "error": lines[-1].strip() if len(lines) > 1 else match[1],
        "worker": match[2],
    }
    if not own:
        return Said("loader", fields)
    return Said("loader_line", fields | {"line": own[-1]})


def _worker_gone(facts: Facts, match: re.Match[str]) -> Said:
    return Said("loader_gone")


def _one_number(facts: Facts, match: re.Match[str]) -> Said | None:
    """Name what should become a number: `w` in `w.item()` and in `float(w)`."""
    expression = facts.expression
    node = expression.receiver if expression.called == "item" else expression.argument(0)
    own = (
        facts.tensor_of(node)
        if expression.function in ("float", "int") or expression.called == "item"
        else None
    )
    count = int(match[1]) if match[1] else math.prod(own.shape or ()) if own is not None else 0
    if own is None or own.shape is None or math.prod(own.shape) != count:
        # The same words come from `torch.tensor([…])` with tensors in the list.
        return (
            Said("one_number", {"count": count}, "one_number.reduce", "one_number.nameless")
            if match[1]
            else None
        )
    # There is no mean of whole numbers.
    reduce = "mean" if own.dtype.startswith(("float", "bfloat")) else "sum"
    fields: dict[str, object] = {"given": named(own), "name": own.name, "reduced": f"{own.name}.{reduce}()"}
    return Said("one_number", fields, "" if len(own.shape) == 1 else "one_number.several")


RULES = (
    Rule(r"Caught (\w+) in DataLoader worker process (\d+)", _in_worker),
    Rule(
        r"DataLoader worker \(pid(?:\(s\))? [\d, ]+\) (?:exited unexpectedly|is killed by signal)",
        _worker_gone,
    ),
    Rule(r"a Tensor with (\d+) elements cannot be converted to Scalar", _one_number),
    Rule(r"only one element tensors can be converted to Python scalars()", _one_number),
)
"""Data."""
