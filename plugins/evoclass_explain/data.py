"""Loading data, and turning tensors into Python values."""

from __future__ import annotations

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


def _one_number(facts: Facts, match: re.Match[str]) -> Said:
    own = next((own for own in facts.tensors if own.shape != ()), None)
    return Said(
        "one_number",
        {"count": match[1], "given": named(own) if own is not None else "", "name": own.name if own else "x"},
    )


def _truth(facts: Facts, match: re.Match[str]) -> Said:
    own = next((own for own in facts.tensors if own.shape != ()), None)
    return Said("truth", {"given": named(own) if own is not None else ""})


RULES = (
    Rule(r"Caught (\w+) in DataLoader worker process (\d+)", _in_worker),
    Rule(
        r"DataLoader worker \(pid(?:\(s\))? [\d, ]+\) (?:exited unexpectedly|is killed by signal)",
        _worker_gone,
    ),
    Rule(r"a Tensor with (\d+) elements cannot be converted to Scalar", _one_number),
    Rule(r"Boolean value of Tensor with more than one value is ambiguous", _truth),
)
"""Data."""
