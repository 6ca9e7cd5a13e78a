"""Indices that lie outside, or that are no whole numbers."""

from __future__ import annotations

import ast
import re

from evoclass_explain.facts import Facts, dtype, named
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


def _bounds(facts: Facts, match: re.Match[str]) -> Said:
    index, axis, size = (int(part) for part in match.groups())
    fields: dict[str, object] = {"index": index, "axis": axis, "size": size, "highest": size - 1}
    node = facts.expression.node
    given = facts.tensor_of(node.value) if isinstance(node, ast.Subscript) else None
    if given is not None and (len(given.shape or ()) <= axis or (given.shape or ())[axis] != size):
        given = None
    if size == 0:
        return Said("index_bounds", fields, "index_bounds.nothing", "index_bounds.empty")
    if given is None:
        return Said("index_bounds", fields, what="index_bounds.nameless")
    return Said("index_bounds", fields | {"given": named(given)})


RULES = (
    Rule(r"index out of range in self", _embedding),
    Rule(r"Expected tensor for argument #1 'indices' to have .*?but got ([\w.]+) instead", _whole),
    Rule(r"index (-?\d+) is out of bounds for dimension (\d+) with size (\d+)", _bounds),
)
"""Indices."""
