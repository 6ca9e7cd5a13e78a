"""From Python's values to tensors, and back."""

from __future__ import annotations

import math
import re

from evoclass_explain.expression import text
from evoclass_explain.facts import Facts, named
from evoclass_explain.rules import Rule, Said, always


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


def _ragged(facts: Facts, match: re.Match[str]) -> Said:
    return Said("ragged", {"first": int(match[1]), "other": int(match[3]), "axis": int(match[2])})


def _no_number(facts: Facts, match: re.Match[str]) -> Said:
    kind = match[1].rpartition(".")[2]
    key = "no_number.image" if kind.endswith(("Image", "ImageFile")) else ""
    return Said("no_number", {"type": kind}, key or ("no_number.none" if kind == "NoneType" else ""))


def _array(facts: Facts, match: re.Match[str]) -> Said:
    name = text(facts.expression.argument(0)) or "array"
    kind = match[1].rstrip("_")
    return Said("array", {"type": kind, "name": name}, "array.words" if kind == "str" else "")


def _format(facts: Facts, match: re.Match[str]) -> Said:
    tensors = facts.direct or facts.tensors
    if len(tensors) != 1:
        return Said("format", {"name": "x"}, what="format.nameless")
    own = tensors[0]
    several = math.prod(own.shape or ()) != 1
    return Said("format", {"name": own.name, "given": named(own)}, "format.several" if several else "")


def _no_dimensions(facts: Facts, match: re.Match[str]) -> Said:
    found = [own for own in facts.direct if own.shape == ()]
    if len(found) != 1:
        return Said("no_dimensions", {}, "no_dimensions.item", "no_dimensions.nameless")
    return Said("no_dimensions", {"name": found[0].name})


def _range(facts: Facts, match: re.Match[str]) -> Said | None:
    name = text(facts.expression.argument(0))
    own = facts.argument(0)
    if facts.expression.function != "range" or not name:
        return None
    return Said("range", {"name": name}, "range.several" if own is not None and own.shape else "")


RULES = (
    Rule(r"a Tensor with (\d+) elements cannot be converted to Scalar", _one_number),
    Rule(r"only one element tensors can be converted to Python scalars()", _one_number),
    Rule(r"expected sequence of length (\d+) at dim (\d+) \(got (\d+)\)", _ragged),
    Rule(r"too many dimensions 'str'", always("words")),
    Rule(r"Could not infer dtype of (\S+)", _no_number),
    Rule(r"can't convert np\.ndarray of type numpy\.(\w+)", _array),
    Rule(r"unsupported format string passed to Tensor\.__format__", _format),
    Rule(r"(?:len\(\) of|iteration over) a 0-d tensor", _no_dimensions),
    Rule(r"only integer tensors of a single element can be converted to an index", _range),
)
"""Values."""
