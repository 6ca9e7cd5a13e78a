"""NumPy's errors: shapes, indices, truth values, conversions."""

from __future__ import annotations

import ast
import math
import re

from evoclass_explain.expression import text
from evoclass_explain.facts import Facts, named, sizes
from evoclass_explain.rules import Rule, Said, always


def _shapes(text_: str) -> str:
    """Return `(3 × 4), (4 × 3)` for the shapes in NumPy's message."""
    found = re.findall(r"\(([\d,]*)\)", text_)
    return ", ".join(named(None, sizes(shape)) for shape in found)


def _broadcast(facts: Facts, match: re.Match[str]) -> Said:
    pair = facts.expression.pair
    fields: dict[str, object] = {"shapes": _shapes(match[1])}
    given = [facts.tensor_of(node) for node in pair] if pair is not None else []
    if len(given) == 2 and given[0] is not None and given[1] is not None:
        names = f"{named(given[0])}, {named(given[1])}"
        if _shapes(match[1]) == ", ".join(named(None, own.shape) for own in given if own is not None):
            fields["shapes"] = names
    return Said("array_shapes", fields)


def _into(facts: Facts, match: re.Match[str]) -> Said:
    return Said("array_into", {"own": named(None, sizes(match[1])), "place": named(None, sizes(match[2]))})


def _product(facts: Facts, match: re.Match[str]) -> Said:
    fields: dict[str, object] = {
        "first": named(None, sizes(match[1])),
        "second": named(None, sizes(match[2])),
    }
    pair = facts.expression.pair
    given = [facts.tensor_of(node) for node in pair] if pair is not None else []
    shapes = [own.shape for own in given if own is not None]
    if shapes == [sizes(match[1]), sizes(match[2])]:
        fields |= {"first": named(given[0]), "second": named(given[1])}
    first, second = sizes(match[1]), sizes(match[2])
    fields |= {"columns": first[-1] if first else 1, "rows": second[-2] if len(second) > 1 else second[-1]}
    return Said("array_product", fields)


def _core(facts: Facts, match: re.Match[str]) -> Said | None:
    """`matmul: Input operand 1 has a mismatch in its core dimension 0 … (size 4 is different from 3)`."""
    given = facts.factors
    pair = facts.expression.pair
    if given is None and pair is not None:
        both = [facts.tensor_of(node) for node in pair]
        given = (both[0], both[1]) if both[0] is not None and both[1] is not None else None
    rows, columns = int(match[1]), int(match[2])
    fields: dict[str, object] = {"columns": columns, "rows": rows}
    if given is None:
        return Said("array_product", fields, what="array_product.nameless")
    return Said("array_product", fields | {"first": named(given[0]), "second": named(given[1])})


def _truth(facts: Facts, match: re.Match[str]) -> Said:
    node = facts.expression.node
    shown = text(node) if isinstance(node, ast.Compare | ast.Name) else ""
    return Said("truth", {"given": f"`{shown}`"}, what="" if shown else "truth.nameless")


def _bounds(facts: Facts, match: re.Match[str]) -> Said | None:
    index, axis, size = (int(part) for part in match.groups())
    fields: dict[str, object] = {"index": index, "axis": axis, "size": size, "highest": size - 1}
    node = facts.expression.node
    given = facts.tensor_of(node.value) if isinstance(node, ast.Subscript) else None
    if size == 0:
        return Said("index_bounds", fields, "index_bounds.nothing", "index_bounds.empty")
    if given is None or len(given.shape or ()) <= axis or (given.shape or ())[axis] != size:
        return Said("index_bounds", fields, what="index_bounds.nameless")
    return Said("index_bounds", fields | {"given": named(given)})


def _reshape(facts: Facts, match: re.Match[str]) -> Said:
    count, wanted = int(match[1]), sizes(match[2])
    shown = f"({', '.join(re.findall(r'-?[0-9]+', match[2]))})"
    fields: dict[str, object] = {"wanted": shown, "count": count, "needed": math.prod(wanted)}
    if "-1" in match[2] or "newaxis" in match[2]:
        return Said("reshape", fields, "reshape.array_check", "reshape.array_rest")
    own = facts.tensor_of(facts.expression.receiver) or facts.argument(0, "a")
    if own is None or math.prod(own.shape or ()) != count:
        return Said("reshape", fields, what="reshape.nameless", hint="reshape.array")
    return Said("reshape", fields | {"given": named(own), "name": own.name}, "reshape.array")


def _many(facts: Facts, match: re.Match[str]) -> Said:
    count, indexed = int(match[1]), int(match[2])
    node = facts.expression.node
    given = facts.tensor_of(node.value) if isinstance(node, ast.Subscript) else None
    if given is None or len(given.shape or ()) != count:
        return Said(
            "too_many_indices", {"count": count, "indices": indexed}, what="too_many_indices.nameless"
        )
    return Said("too_many_indices", {"count": count, "given": named(given)})


def _index_type(facts: Facts, match: re.Match[str]) -> Said:
    node = facts.expression.node
    index = facts.value(node.slice) if isinstance(node, ast.Subscript) else None
    kind = index.type if index is not None and index.shape is None else ""
    fields: dict[str, object] = {"type": kind or "…"}
    if kind == "float":
        return Said("index_value", fields, "index_value.float")
    if kind:
        return Said("index_value", fields)
    return Said("array_index")


def _join(facts: Facts, match: re.Match[str]) -> Said:
    if "number of dimensions" in facts.error.text:
        numbers = re.findall(r"(\d+) dimension\(s\)", facts.error.text)
        fields: dict[str, object] = {"first": numbers[0], "second": numbers[1]} if len(numbers) > 1 else {}
        if not fields:
            return Said("array_join", {}, "array_join.print", "array_join.same")
        return Said("array_join", fields)
    return Said("array_join", {}, "array_join.print", "array_join.same")


def _one_number(facts: Facts, match: re.Match[str]) -> Said:
    argument = facts.expression.argument(0)
    own = facts.tensor_of(argument)
    if own is None:
        return Said("one_number", {"count": "…"}, "one_number.array", "one_number.array_nameless")
    fields: dict[str, object] = {"given": named(own), "name": own.name, "reduced": f"{own.name}.mean()"}
    return Said("one_number", fields, "one_number.several")


def _axis(facts: Facts, match: re.Match[str]) -> Said:
    axis, count = int(match[1]), int(match[2])
    fields: dict[str, object] = {"got": axis, "low": -count, "high": count - 1}
    if count == 0:
        return Said("dimension", fields, "dimension.print_array", "dimension.nameless")
    return Said("dimension", fields, what="dimension.nameless")


def _not_array(facts: Facts, match: re.Match[str]) -> Said:
    kind = match[1].rpartition(".")[2]
    name = text(facts.expression.argument(0))
    hint = "from_numpy.list" if kind == "list" else "from_numpy.tensor" if kind == "Tensor" else ""
    return Said("from_numpy", {"type": kind, "name": name or "…"}, hint)


def _of_tensor(facts: Facts, match: re.Match[str]) -> Said | None:
    """`np.mean(w)` of a tensor: NumPy calls the tensor's own method with arguments of NumPy's."""
    own = facts.argument(0, "a")
    inside = bool(facts.below) and "/numpy/" in facts.below[-1]
    if own is None or own.type == "ndarray" or not inside:
        return None
    fields: dict[str, object] = {"name": own.name, "function": facts.expression.function}
    return Said("numpy_function", fields | {"method": facts.expression.called})


RULES_FIRST = (
    Rule(
        r"^\w+\(\) (?:got an unexpected keyword argument|received an invalid combination of arguments)",
        _of_tensor,
    ),
)
"""Tried before the rules about calls."""


def _table(facts: Facts, match: re.Match[str]) -> Said:
    name = text(facts.expression.argument(0, "data")) or "…"
    return Said("table", {"type": match[1], "name": name}, "table.frame" if match[1] == "DataFrame" else "")


RULES = (
    Rule(r"^Cannot handle this data type: .*, (?:<f[48]|<i8|<f2)$", always("array_picture")),
    Rule(r"^could not determine the shape of object type '(\w+)'", _table),
    Rule(
        r"operands could not be broadcast together with (?:remapped )?shapes ((?:\([\d,]*\) ?)+)", _broadcast
    ),
    Rule(
        r"non-broadcastable output operand with shape (\([\d,]*\)) doesn't match the broadcast shape (\([\d,]*\))",
        _into,
    ),
    Rule(r"could not broadcast input array from shape (\([\d,]*\)) into shape (\([\d,]*\))", _into),
    Rule(r"shapes (\([\d,]+\)) and (\([\d,]+\)) not aligned", _product),
    Rule(r"mismatch in its core dimension \d+.*\(size (\d+) is different from (\d+)\)", _core),
    Rule(
        r"truth value of (?:an array|a Series|a DataFrame|an Index)(?: with more than one element)? is ambiguous",
        _truth,
    ),
    Rule(r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)", _bounds),
    Rule(r"cannot reshape array of size (\d+) into shape (\([^)]*\))", _reshape),
    Rule(r"too many indices for array: array is (\d+)-dimensional, but (\d+) were indexed", _many),
    Rule(r"^only integers, slices \(`:`\), ellipsis .* are valid indices$", _index_type),
    Rule(
        r"all the input arrays must have same number|all the input array dimensions .* must match exactly|"
        r"all input arrays must have the same shape|need at least one array to",
        _join,
    ),
    Rule(r"inhomogeneous shape after|setting an array element with a sequence", always("array_rows")),
    Rule(
        r"^only (?:0-dimensional|length-1|size-1|one-element) arrays can be converted to (?:a )?(?:Python )?scalars?",
        _one_number,
    ),
    Rule(r"axis (-?\d+) is out of bounds for array of dimension (\d+)", _axis),
    Rule(r"^expected np\.ndarray \(got ([\w.]+)\)", _not_array),
    Rule(
        r"ufunc '(\w+)' did not contain a loop with signature matching types.*dtype\('[<>]?U",
        lambda f, m: Said("array_words", {"operation": m[1]}),
    ),
    Rule(
        r"boolean index did not match indexed array along axis (\d+); size of axis is (\d+) but size of corresponding "
        r"boolean axis is (\d+)",
        lambda f, m: Said("mask", {"axis": int(m[1]), "a": int(m[3]), "b": int(m[2])}, what="mask.nameless"),
    ),
    Rule(r"larger sample than population", always("sample_large_array")),
    Rule(
        r"single positional indexer is out-of-bounds|index \d+ is out of bounds for axis",
        always("row_number"),
    ),
    Rule(r"At least one stride in the given numpy array is negative", always("negative_stride")),
    Rule(r"^Cannot interpret '.*' as a data type|^data type '.*' not understood", always("array_dtype")),
    Rule(
        r"^Cannot cast ufunc '?(\w+)'? output from dtype\('(\w+)'\) to dtype\('(\w+)'\)",
        lambda facts, match: Said("array_cast", {"result": match[2], "dtype": match[3]}),
    ),
    Rule(
        r"could not convert string to float: '(.*)'|invalid literal for int\(\) with base 10: '(.*)'",
        lambda facts, match: (
            None
            if facts.is_own
            else Said("no_number_text", {"text": match[1] or match[2] or ""}, "no_number_text.data")
        ),
    ),
)
"""NumPy."""
