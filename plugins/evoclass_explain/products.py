"""Matrix products, and linear layers with the wrong input."""

from __future__ import annotations

import math
import re

from evoclass.protocol import Operand
from evoclass.quantities import shape_text
from evoclass_explain.expression import closed, text
from evoclass_explain.facts import Facts, Layer, named
from evoclass_explain.rules import Rule, Said

_WHOLE = re.compile(r"\.(?:flatten\(\)|ravel\(\)|(?:view|reshape)\(-1\))$")


def _product(facts: Facts, match: re.Match[str]) -> Said | None:
    rows, got, expected, out = (int(part) for part in match.groups())
    layer = facts.layer
    if layer is not None and layer.weight is not None and layer.weight.shape == (out, expected):
        return _linear(facts, layer, rows, got)
    if facts.factors is not None:
        first, second = facts.factors
        if (first.shape, second.shape) != ((rows, got), (expected, out)):
            return _axes(facts)  # PyTorch gives sizes of its own reshaped inputs, which the learner never saw
        fields: dict[str, object] = {"a": first.name, "b": second.name}
        fields |= {"first": named(first), "second": named(second), "columns": got, "rows": expected}
        return Said("product", fields, "product.transpose" if out == got else "")
    return Said("product", {"columns": got, "rows": expected}, what="product.nameless")


def _linear(facts: Facts, layer: Layer, rows: int, got: int) -> Said:
    """A linear layer: its input has the wrong number of features, or the wrong layout."""
    assert layer.weight is not None
    assert layer.weight.shape is not None
    out, expected = layer.weight.shape
    fields: dict[str, object] = {"layer": layer.name, "expected": expected, "got": got, "out": out}
    given = facts.given
    if given is not None and _collapsed(given) == (rows, got):
        assert given.shape is not None
        return _named_input(fields | {"given": named(given), "name": given.name}, given.shape, expected)
    written = text(facts.expression.argument(0, "input")) if facts.calls_layer else ""
    if rows == 1 and got > expected and got % expected == 0 and _WHOLE.search(written):
        return Said("layer_inputs", fields, "layer_inputs.batch", "layer_inputs.plain")
    batches = {own.shape[0] for own in facts.tensors if own.shape and len(own.shape) > 1}
    if got < expected and any(rows != batch and rows * got == batch * expected for batch in batches):
        return Said("layer_inputs", fields, "layer_inputs.missing_flatten", "layer_inputs.not_flat")
    if rows in batches:
        return Said("layer_inputs", fields | {"given": named(None, (rows, got))})
    if not batches and rows > 1 and got < expected and rows * got % expected == 0:
        return Said("layer_inputs", fields, "layer_inputs.perhaps_flatten", "layer_inputs.plain")
    return Said("layer_inputs", fields, what="layer_inputs.plain")


def _named_input(fields: dict[str, object], shape: tuple[int, ...], expected: int) -> Said:
    """The learner's own tensor goes into the layer unchanged."""
    got = shape[-1]
    if len(shape) > 2 and math.prod(shape[1:]) == expected:
        return Said(
            "layer_inputs", fields | {"flat": shape_text((shape[0], expected))}, "layer_inputs.flatten"
        )
    if len(shape) == 3 and shape[1] == expected:
        return Said("layer_inputs", fields, "layer_inputs.turn")
    if len(shape) == 1 and expected == 1:
        return Said("layer_inputs", fields, "layer_inputs.column")
    if len(shape) > 1 and math.prod(shape) == expected:
        return Said("layer_inputs", fields, "layer_inputs.one_example")
    if len(shape) == 1 and got > expected and got % expected == 0:
        return Said("layer_inputs", fields, "layer_inputs.one_row")
    if len(shape) > 3:
        flat = math.prod(shape[1:])
        fields |= {"flat": shape_text((shape[0], flat)), "numbers": flat}
        return Said("layer_inputs", fields, "layer_inputs.flatten_and_build")
    return Said("layer_inputs", fields)


def _collapsed(own: Operand) -> tuple[int, int]:
    """Return the sizes that PyTorch reports for an input: all dimensions but the last as one."""
    shape = own.shape or (1,)
    return math.prod(shape[:-1]), shape[-1]


def _axes(facts: Facts, match: re.Match[str] | None = None) -> Said | None:
    """A product of tensors with any number of dimensions: the two dimensions that meet have different sizes."""
    if facts.factors is None:
        return None
    first, second = facts.factors
    if not first.shape or not second.shape:
        return None
    meeting = -2 if len(second.shape) > 1 else -1
    columns, rows = first.shape[-1], second.shape[meeting]
    if columns == rows:
        return _batches(facts)
    fields: dict[str, object] = {"first": named(first), "second": named(second)}
    fields |= {"columns": columns, "rows": rows, "meeting": meeting, "a": first.name, "b": second.name}
    turned = len(second.shape) > 2 and first.shape[:-2] == second.shape[:-2] and second.shape[-1] == columns
    return Said("axes", fields, "axes.transpose" if turned else "")


def _batches(facts: Facts) -> Said | None:
    """A product of stacks of matrices: the matrices fit, the stacks do not."""
    if facts.factors is None:
        return None
    first, second = facts.factors
    stacks = (first.shape or ())[:-2], (second.shape or ())[:-2]
    spread = facts.expression.called != "bmm"  # a single matrix is used for the whole other stack
    pairs = enumerate(zip(*stacks, strict=False))
    place = next((n for n, (a, b) in pairs if a != b and not (spread and 1 in (a, b))), None)
    if place is None or len(stacks[0]) != len(stacks[1]):
        return None
    fields: dict[str, object] = {"first": named(first), "second": named(second), "axis": place}
    return Said("stacks", fields | {"a": stacks[0][place], "b": stacks[1][place]})


def _stacks(facts: Facts, match: re.Match[str]) -> Said | None:
    """The message about two shapes that do not fit, in a product: it is about the stacks, not the matrices."""
    if not facts.is_product:
        return None
    fields: dict[str, object] = {"a": int(match[1]), "b": int(match[2])}
    return _batches(facts) or Said("stacks", fields, what="stacks.nameless")


def _einsum(facts: Facts, match: re.Match[str]) -> Said:
    return Said("einsum", {"letter": match[1], "size": int(match[2]), "seen": int(match[4])})


def _rank(facts: Facts, match: re.Match[str]) -> Said | None:
    """`mm`, `bmm` and similar functions take only matrices, or stacks of them."""
    called, pair = facts.expression.called, facts.expression.pair
    if called not in ("mm", "bmm", "mv", "dot") or pair is None:
        return None
    first, second = map(facts.tensor_of, pair)
    fields: dict[str, object] = {
        "called": called,
        "first": closed(pair[0]) or "a",
        "second": closed(pair[1]) or "b",
    }
    if first is not None and second is not None and first.shape and second.shape:
        if called == "dot" and first.shape == second.shape:
            return Said("rank", fields, "rank.sum", "rank.dot")
        meeting = second.shape[-2 if len(second.shape) > 1 else -1]
        if first.shape[-1] != meeting:
            return Said("rank", fields, "rank.print", f"rank.{called}")
    return Said("rank", fields, what=f"rank.{called}")


RULES = (
    Rule(r"shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\)", _product),
    Rule(r"Expected size for first two dimensions of batch2 tensor to be", _axes),
    Rule(r"size mismatch, got input \(\d+\), mat \(\d+x\d+\), vec \(\d+\)", _axes),
    Rule(r"inconsistent tensor size, expected tensor \[\d+\] and src \[\d+\]", _axes),
    Rule(
        r"The size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\) at non-singleton dimension",
        _stacks,
    ),
    Rule(
        r"einsum\(\): subscript (\w) has size (\d+) for operand (\d+) which does not broadcast with previously seen "
        r"size (\d+)",
        _einsum,
    ),
    Rule(r"(?:batch[12] must be a 3D tensor|must be a matrix|vector .*expected|1D tensors expected)", _rank),
)
"""Products."""
