"""The text of a live value at a step where only the number of a watched value is known."""

from __future__ import annotations

from evoclass.pattern import pattern
from evoclass.protocol import Summary

_PLAIN = pattern(r"(?P<name>.+?)(?P<item>\.item\(\))?(?P<spec>:[-+ ]?[,_]?(\.\d{1,2})?[eEfFgGn%d]?)?")
"""A value as it is, with a format that needs no more room than a number."""


def live_text_of(expression: str, name: str, row: Summary) -> str | None:
    """Return what a live value says of a single number, or None if it is not this number, or more than it.

    `row` is the number of the watched value `name`.
    """
    found = _PLAIN.fullmatch(expression.strip())
    if found is None or found["name"].strip() != name:
        return None
    spec = (found["spec"] or "")[1:]
    if row.kind == "scalar":
        if found["item"] or row.type not in ("int", "float"):
            return None
        whole = row.type == "int"
    elif row.shape == ():
        whole = row.dtype.startswith(("int", "uint"))
        if row.dtype.startswith(("bool", "complex")):
            return None
    else:
        return None
    number = row.mean
    if number is None:
        number = float("nan") if row.nan else float("inf")
    try:
        return format(int(number) if whole and float(number).is_integer() else number, spec)
    except ValueError:  # a format of whole numbers for another one
        return None
