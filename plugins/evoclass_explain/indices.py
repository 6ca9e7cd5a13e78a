"""Indices that are out of range, not whole numbers, or too many; masks."""

from __future__ import annotations

import ast
import re

from evoclass_explain.facts import Facts, dtype, named, sizes
from evoclass_explain.rules import Rule, Said


def _embedding(facts: Facts, match: re.Match[str]) -> Said | None:
    layer, given = facts.layer, facts.given
    if layer is None or not layer.type.startswith("Embedding") or layer.weight is None:
        return None
    rows, columns = layer.weight.shape or (0, 0)
    fields: dict[str, object] = {"layer": layer.name, "highest": rows - 1, "columns": columns}
    if given is None or not given.dtype.startswith("int"):
        return Said("embedding_range", fields, what="embedding_range.nameless")
    return Said("embedding_range", fields | {"name": given.name})


def _whole(facts: Facts, match: re.Match[str]) -> Said:
    found, given = dtype(match[1]), facts.given
    if given is None or given.dtype != found:
        return Said("whole_indices", {"dtype": found}, "whole_indices.convert", "whole_indices.nameless")
    return Said("whole_indices", {"name": given.name, "dtype": found})


def _bounds(facts: Facts, match: re.Match[str]) -> Said | None:
    if facts.running is not None:
        return None  # an index that the learner never wrote
    index, axis, size = (int(part) for part in match.groups())
    fields: dict[str, object] = {"index": index, "axis": axis, "size": size, "highest": size - 1}
    node = facts.expression.node
    if facts.expression.called in _LOOKUPS:
        return Said("index_bounds", fields, "index_bounds.lookup", "index_bounds.nameless")
    given = facts.tensor_of(node.value) if isinstance(node, ast.Subscript) else None
    if given is not None and (len(given.shape or ()) <= axis or (given.shape or ())[axis] != size):
        given = None
    if size == 0:
        return Said("index_bounds", fields, "index_bounds.nothing", "index_bounds.empty")
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple):
        written = [item.operand if isinstance(item, ast.UnaryOp) else item for item in node.slice.elts]
        if not all(isinstance(item, ast.Constant | ast.Slice) for item in written):
            # If a tensor is among the indices, PyTorch counts the dimensions from its position.
            return Said("index_bounds", fields, what="index_bounds.there")
    if given is None:
        return Said("index_bounds", fields, what="index_bounds.nameless")
    return Said("index_bounds", fields | {"given": named(given)})


def _mask(facts: Facts, match: re.Match[str]) -> Said:
    mask, own = sizes(match[1]), sizes(match[3])
    place, axis = int(match[2]), int(match[4])
    node = facts.expression.node
    given = facts.tensor_of(node.value) if isinstance(node, ast.Subscript) else None
    chosen = facts.tensor_of(node.slice) if isinstance(node, ast.Subscript) else None
    given = given if given is not None and given.shape == own else None
    chosen = chosen if chosen is not None and chosen.shape == mask else None
    fields: dict[str, object] = {"axis": axis, "a": mask[place], "b": own[axis]}
    if given is None or chosen is None:
        return Said("mask", fields, what="mask.nameless")
    return Said("mask", fields | {"first": named(chosen), "second": named(given)})


def _index_type(facts: Facts, match: re.Match[str]) -> Said:
    node = facts.expression.node
    chosen = facts.tensor_of(node.slice) if isinstance(node, ast.Subscript) else None
    if chosen is None:
        return Said("index_type", {}, "index_type.convert", "index_type.nameless")
    return Said("index_type", {"name": chosen.name, "dtype": chosen.dtype})


def _index_value(facts: Facts, match: re.Match[str]) -> Said:
    return Said("index_value", {"type": match[1]}, "index_value.float" if match[1] == "float" else "")


def _too_many(facts: Facts, match: re.Match[str]) -> Said:
    count, node = int(match[1]), facts.expression.node
    written = node.slice if isinstance(node, ast.Subscript) else None
    if (isinstance(written, ast.Constant) and isinstance(written.value, str)) or facts.type_of(
        written
    ) == "str":
        return Said("index_value", {"type": "str"})  # PyTorch takes a string for a sequence of indices
    given = facts.tensor_of(node.value) if isinstance(node, ast.Subscript) else None
    if given is None or len(given.shape or ()) != count:
        return Said("too_many_indices", {"count": count}, what="too_many_indices.nameless")
    return Said("too_many_indices", {"count": count, "given": named(given)})


def _gather(facts: Facts, match: re.Match[str]) -> Said:
    own = facts.tensor_of(facts.expression.receiver)
    given = own if own is not None else facts.argument(0, "input")
    index = facts.argument(1 if own is not None else 2, "index")
    if given is None or index is None or given.shape is None or index.shape is None:
        return Said("gather", what="gather.nameless")
    fields: dict[str, object] = {"given": named(given), "index": named(index), "name": index.name}
    place = facts.expression.argument(0 if own is not None else 1, "dim")
    columns = isinstance(place, ast.Constant) and place.value == 1 and facts.expression.called == "gather"
    single = columns and len(given.shape) == 2 and index.shape == given.shape[:1]
    return Said("gather", fields, "gather.unsqueeze" if single else "")


_LOOKUPS = frozenset(
    (
        "gather",
        "scatter",
        "scatter_",
        "scatter_add",
        "scatter_add_",
        "index_select",
        "index_add_",
        "index_fill_",
        "take_along_dim",
    )
)
"""Functions whose index counts from 0 only."""


def _rows(facts: Facts, match: re.Match[str]) -> Said | None:
    """`index_add_` and similar functions give the same message as an embedding."""
    if facts.expression.called.rstrip("_") not in ("index_add", "index_copy", "index_fill", "index_reduce"):
        return None
    return Said("index_of_rows", {"function": facts.expression.called})


RULES = (
    Rule(r"^index out of range in self", _rows),
    Rule(r"index out of range in self", _embedding),
    Rule(r"Expected tensor for argument #1 'indices' to have .*?but got ([\w.]+) instead", _whole),
    Rule(r"index (-?\d+) is out of bounds for dimension (\d+) with size (\d+)", _bounds),
    Rule(
        r"The shape of the mask (\[.*?\]) at index (\d+) does not match the shape of the indexed tensor (\[.*?\]) "
        r"at index (\d+)",
        _mask,
    ),
    Rule(r"tensors used as indices must be long, int, byte or bool tensors", _index_type),
    Rule(r"only integers, slices .* are valid indices \(got (\w+)\)", _index_value),
    Rule(r"too many indices for tensor of dimension (\d+)", _too_many),
    Rule(r"Index tensor must have the same number of dimensions as", _gather),
)
"""Indices."""
