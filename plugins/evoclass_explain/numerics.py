"""Numbers that a calculation cannot work with: matrices without an inverse, invalid probabilities."""

from __future__ import annotations

import re

from evoclass_explain.facts import Facts, named
from evoclass_explain.rules import Rule, Said, always


def _square(facts: Facts, match: re.Match[str]) -> Said:
    return Said("square", {"rows": int(match[1]), "columns": int(match[2])})


def _distribution(facts: Facts, match: re.Match[str]) -> Said:
    fields: dict[str, object] = {"parameter": match[1], "distribution": match[2]}
    if "nan" in facts.error.text[-600:]:
        return Said("distribution", fields, "distribution.nan")
    return Said("distribution", fields, "distribution.simplex" if "Simplex()" in facts.error.text else "")


def _probability(facts: Facts, match: re.Match[str]) -> Said:
    return Said("dropout_range", {"value": match[1]})


def _sample(facts: Facts, match: re.Match[str]) -> Said:
    return Said("multinomial_count")


def _empty_range(facts: Facts, match: re.Match[str]) -> Said:
    """`torch.randint(len(data) - block, …)`: the upper end is exclusive, so it must be greater than the lower one."""
    fields: dict[str, object] = {"low": int(match[1]), "high": int(match[2])}
    return Said("random_range", fields, "random_range.short" if int(match[2]) <= 0 else "")


def _fan(facts: Facts, match: re.Match[str]) -> Said:
    own = facts.argument(0, "tensor")
    if own is None:
        return Said("fan", {}, what="fan.nameless")
    return Said(
        "fan", {"given": named(own), "name": own.name}, "fan.bias" if own.name.endswith("bias") else ""
    )


RULES = (
    Rule(r"must be batches of square matrices, but they are (\d+) by (\d+) matrices", _square),
    Rule(r"because the input matrix is singular|[Ss]ingular matrix", always("singular")),
    Rule(r"input is not positive-definite|not positive definite", always("positive_definite")),
    Rule(r"Expected parameter (\w+) \(.*?\) of distribution (\w+)", _distribution),
    Rule(r"probability tensor contains either `inf`, `nan` or element < 0", always("multinomial_values")),
    Rule(r"invalid multinomial distribution|sum of probabilities", always("multinomial_zero")),
    Rule(r"cannot sample n_sample > prob_dist\.size\(-1\) samples without replacement", _sample),
    Rule(r"dropout probability has to be between 0 and 1, but got (\S+)", _probability),
    Rule(r"Fan in and fan out can not be computed for tensor with fewer than 2 dimensions", _fan),
    Rule(
        r"random_ expects 'from' to be less than 'to', but got from=(-?\d+) >= to=(-?\d+)",
        _empty_range,
    ),
    Rule(r"probabilities do not sum to 1", always("probabilities_sum")),
)
"""Numerics."""
