"""Shapes that do not fit: element by element, reshaped, joined or stacked."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Sequence

from evoclass.protocol import Operand
from evoclass.quantities import shape_text
from evoclass_explain.expression import closed, text
from evoclass_explain.facts import Facts, named, sizes
from evoclass_explain.rules import Rule, Said


def _broadcast(facts: Facts, match: re.Match[str]) -> Said:
    first, second, axis = int(match[1]), int(match[2]), int(match[3])
    if facts.went_through("torchvision/transforms/") and facts.went_through("normalize") and axis == 0:
        return Said("normalize_channels", {"channels": first, "numbers": second})
    pair = [facts.tensor_of(node) for node in facts.expression.pair or ()]
    fields: dict[str, object] = {"a": first, "b": second, "axis": axis}
    if len(pair) == 2 and pair[0] is not None and pair[1] is not None:
        met = [_aligned(own, pair, axis) for own in pair]
        if sorted(met) == sorted((first, second)):
            fields |= {"a": met[0], "b": met[1], "first": named(pair[0]), "second": named(pair[1])}
            return Said("broadcast_known", fields)
    return Said("broadcast", fields)


def _aligned(own: Operand | None, pair: Sequence[Operand | None], axis: int) -> int:
    """Return a tensor's size in this dimension of the result, 1 if it does not have the dimension."""
    longest = max(len(each.shape or ()) for each in pair if each is not None)
    shape = (own.shape or ()) if own is not None else ()
    place = axis - (longest - len(shape))
    return shape[place] if 0 <= place < len(shape) else 1


def _reshape(facts: Facts, match: re.Match[str]) -> Said | None:
    if facts.expression.called not in ("view", "reshape", "reshape_", "unflatten", "resize_"):
        return None  # a shape that the learner never wrote
    wanted = [int(size) for size in re.findall(r"-?\d+", match[1])]
    count, product = int(match[2]), math.prod(size for size in wanted if size != -1)
    expression = facts.expression
    # For `torch.reshape(x, …)` the receiver `torch` is not a tensor.
    candidates = (facts.tensor_of(expression.receiver), facts.argument(0, "input"))
    given = next((own for own in candidates if own is not None and math.prod(own.shape or ()) == count), None)
    fields: dict[str, object] = {"wanted": match[1], "needed": product, "product": product, "count": count}
    if given is not None:
        fields |= {"given": named(given), "name": given.name}
    if -1 in wanted:
        return Said("reshape", fields, "reshape.check", "reshape.rest")
    if given is None:
        return Said("reshape", fields, what="reshape.nameless")
    assert given.shape is not None
    if len(given.shape) > 2 and len(wanted) == 2 and wanted[0] == given.shape[0]:
        fields["flat"] = shape_text((given.shape[0], math.prod(given.shape[1:])))
        return Said("reshape", fields, "reshape.flatten")
    return Said("reshape", fields)


def _view(facts: Facts, match: re.Match[str]) -> Said:
    """A tensor whose numbers are not in the order of its dimensions, as after `transpose`."""
    before, call = facts.expression.receiver, facts.expression.call
    if facts.expression.called != "view" or call is None or call.keywords or not closed(before):
        return Said("view")
    arguments = ", ".join(text(argument) or "…" for argument in call.args)
    return Said("view", {"call": f"{closed(before)}.reshape({arguments})"}, "view.reshape")


def _listed(facts: Facts) -> Sequence[Operand | None]:
    """Return the items of the joined list, if it is written out here."""
    first = facts.expression.argument(0, "tensors")
    if facts.expression.called not in _JOINING or not isinstance(first, ast.List | ast.Tuple):
        return ()
    return (
        ()
        if any(isinstance(item, ast.Starred) for item in first.elts)
        else list(map(facts.tensor_of, first.elts))
    )


_JOINING = frozenset(("cat", "concat", "concatenate", "stack"))


def _joining(facts: Facts, match: re.Match[str]) -> Said:
    axis, expected, got, index = (int(part) for part in match.groups())
    fields: dict[str, object] = {"axis": axis, "expected": expected, "got": got, "index": index + 1}
    listed = _listed(facts)
    # PyTorch leaves empty tensors out, and compares with the first non-empty one.
    if (
        index >= len(listed)
        or listed[0] is None
        or 0 in (listed[0].shape or ())
        or (other := listed[index]) is None
    ):
        return Said("joining", fields)
    fields |= {"first": named(listed[0]), "second": named(other)}
    shapes = [own.shape for own in listed if own is not None and own.shape is not None]
    if len(shapes) == len(listed):
        for place in range(len(shapes[0])):
            if len({shape[:place] + shape[place + 1 :] for shape in shapes}) == 1:
                return Said("joining", fields | {"other": place}, "joining.other", "joining.named")
    return Said("joining", fields, what="joining.named")


def _stacking(facts: Facts, match: re.Match[str]) -> Said | None:
    first, second = sizes(match[1]), sizes(match[3])
    fields: dict[str, object] = {"first": named(None, first), "second": named(None, second)}
    fields |= {"place": int(match[2]) + 1, "index": int(match[4]) + 1}
    if facts.expression.called != "stack":
        loading = "collate" in facts.error.text or facts.went_through("/collate.py")
        return Said("batching", fields) if loading else None
    listed, index = _listed(facts), int(match[4])
    a, b = (listed[int(match[2])], listed[index]) if index < len(listed) else (None, None)
    if a is None or b is None:
        return Said("stacking", fields)
    return Said("stacking", fields | {"first": named(a), "second": named(b)}, what="stacking.named")


def _dimension(facts: Facts, match: re.Match[str]) -> Said:
    low, high, got = (int(part) for part in match.groups())
    fields: dict[str, object] = {"low": low, "high": high, "got": got}
    candidates = (facts.tensor_of(facts.expression.receiver), facts.argument(0, "input"))
    given = next((own for own in candidates if own is not None and len(own.shape or ()) == high + 1), None)
    if facts.running is not None:
        return Said(
            "dimension", {"got": got, "layer": facts.running.name}, "dimension.print", "dimension.layer"
        )
    if given is None:
        return Said("dimension", fields, what="dimension.nameless")
    return Said("dimension", fields | {"given": named(given)})


def _permute(facts: Facts, match: re.Match[str]) -> Said:
    has, given = int(match[1]), int(match[2])
    return Said("permute", {"has": has, "given": given, "order": ", ".join(map(str, range(has)))})


def _joining_dimensions(facts: Facts, match: re.Match[str]) -> Said:
    fields: dict[str, object] = {"first": int(match[1]), "second": int(match[2])}
    listed = _listed(facts)
    if len(listed) != 2 or listed[0] is None or listed[1] is None:
        return Said("joining_dimensions", fields, what="joining_dimensions.nameless")
    return Said("joining_dimensions", {"first": named(listed[0]), "second": named(listed[1])})


def _expand(facts: Facts, match: re.Match[str]) -> Said | None:
    """`expand`, or a tensor written into a place that it does not fit."""
    fields: dict[str, object] = {"a": int(match[1]), "b": int(match[2])}
    wanted, own = match[3].strip("[]").replace(", ", " × "), named(None, sizes(match[4]))
    fields |= {"wanted": f"({wanted})", "own": own}
    if facts.expression.called in ("expand", "expand_as", "broadcast_to"):
        return Said("expand", fields)
    return (
        Said("expand", fields, "expand.assign") if isinstance(facts.expression.node, ast.Subscript) else None
    )


def _split(facts: Facts, match: re.Match[str]) -> Said:
    whole, parts = int(match[1]), sizes(match[2])
    return Said("split", {"whole": whole, "sum": sum(parts), "parts": " + ".join(map(str, parts))})


RULES = (
    Rule(
        r"The size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\) at non-singleton dimension (\d+)",
        _broadcast,
    ),
    Rule(r"shape '(\[.*?\])' is invalid for input of size (\d+)", _reshape),
    Rule(r"view size is not compatible with input tensor's size and stride", _view),
    Rule(
        r"Sizes of tensors must match except in dimension (\d+)\. Expected size (\d+) but got size (\d+) "
        r"for tensor number (\d+)",
        _joining,
    ),
    Rule(
        r"stack expects each tensor to be equal size, but got (\[.*?\]) at entry (\d+) and (\[.*?\]) at entry (\d+)",
        _stacking,
    ),
    Rule(
        r"Dimension out of range \(expected to be in range of \[(-?\d+), (-?\d+)\], but got (-?\d+)\)",
        _dimension,
    ),
    Rule(r"permute\(.*?input\.dim\(\) = (\d+) is not equal to len\(dims\) = (\d+)", _permute),
    Rule(r"Tensors must have same number of dimensions: got (\d+) and (\d+)", _joining_dimensions),
    Rule(
        r"The expanded size of the tensor \((\d+)\) must match the existing size \((\d+)\) at non-singleton "
        r"dimension \d+\.\s+Target sizes: (\[.*?\])\.\s+Tensor sizes: (\[.*?\])",
        _expand,
    ),
    Rule(r"split_sizes to sum exactly to (\d+) .*?split_sizes=(\[.*?\])", _split),
)
"""Shapes."""
