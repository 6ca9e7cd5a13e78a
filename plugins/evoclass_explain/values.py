"""From Python's values to tensors, and back."""

from __future__ import annotations

import ast
import math
import re

from evoclass.protocol import Operand
from evoclass_explain.expression import closed, text
from evoclass_explain.facts import Facts, is_picture, named
from evoclass_explain.rules import Rule, Said, always


def _one_number(facts: Facts, match: re.Match[str]) -> Said | None:
    """Name the tensor that must become a number: `w` in `w.item()` and in `float(w)`."""
    expression = facts.expression
    node = expression.receiver if expression.called == "item" else expression.argument(0)
    own = (
        facts.tensor_of(node)
        if expression.function in ("float", "int") or expression.called == "item"
        else None
    )
    count = int(match[1]) if match[1] else math.prod(own.shape or ()) if own is not None else -1
    if count == 0:
        return Said("one_number", {}, "index_bounds.nothing", "one_number.empty")
    if own is None or own.shape is None or math.prod(own.shape) != count:
        # The same words come from `torch.tensor([…])` with tensors in the list.
        return (
            Said("one_number", {"count": count}, "one_number.reduce", "one_number.nameless")
            if match[1]
            else None
        )
    fields: dict[str, object] = {"given": named(own), "name": own.name, "reduced": _reduced(own)}
    return Said("one_number", fields, "" if len(own.shape) == 1 else "one_number.several")


def _reduced(own: Operand) -> str:
    """Return the operation that reduces a tensor to one number; whole numbers have no mean."""
    return f"{own.name}.{'mean' if own.dtype.startswith(('float', 'bfloat')) else 'sum'}()"


def _ragged(facts: Facts, match: re.Match[str]) -> Said:
    return Said("ragged", {"first": int(match[1]), "other": int(match[3]), "axis": int(match[2])})


def _no_number(facts: Facts, match: re.Match[str]) -> Said | None:
    kind = match[1].rpartition(".")[2]
    if kind in ("Decimal", "Fraction"):
        return None
    hint = "no_number.image" if is_picture(kind) else "no_number.none" if kind == "NoneType" else ""
    return Said("no_number", {"type": kind}, hint)


def _array(facts: Facts, match: re.Match[str]) -> Said | None:
    kind = match[1].rstrip("_")
    if kind not in ("object", "str", "bytes", "datetime64"):
        return None
    fields: dict[str, object] = {"type": kind, "name": closed(facts.expression.argument(0)) or "array"}
    return Said("array", fields, "array.words" if kind == "str" else "")


def _format(facts: Facts, match: re.Match[str]) -> Said:
    """Name the tensor if it is the only value of an f-string that has a format."""
    node = facts.expression.node
    formatted = [
        part.value
        for part in (ast.walk(node) if node is not None else ())
        if isinstance(part, ast.FormattedValue) and part.format_spec is not None
    ]
    own = facts.tensor_of(formatted[0]) if len(formatted) == 1 else None
    if own is None:
        return Said("format", {}, "format.nameless_item", "format.nameless")
    count = math.prod(own.shape or ())
    if count < 2:
        return Said("format", {"name": own.name})
    fields: dict[str, object] = {"name": own.name, "given": named(own), "reduced": _reduced(own)}
    return Said("format", fields, "format.several")


def _no_dimensions(facts: Facts, match: re.Match[str]) -> Said:
    call = facts.statement.value if isinstance(facts.statement, ast.Assign) else None
    if "iteration" in match[0] and isinstance(call, ast.Call) and text(call.func).endswith(("max", "min")):
        return Said(
            "no_dimensions", {"call": text(call.func)}, "no_dimensions.largest", "no_dimensions.nameless"
        )
    found = [own for own in facts.direct if own.shape == ()]
    if len(found) != 1:
        return Said("no_dimensions", {}, "no_dimensions.item", "no_dimensions.nameless")
    return Said("no_dimensions", {"name": found[0].name})


def _range(facts: Facts, match: re.Match[str]) -> Said | None:
    """`range(n)` of a tensor that is not a single whole number."""
    call = facts.expression.call
    own = next(filter(None, map(facts.tensor_of, call.args)), None) if call is not None else None
    if facts.expression.function != "range" or own is None:
        return None
    return Said("range", {"name": own.name}, "range.several" if math.prod(own.shape or ()) > 1 else "")


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
