"""matplotlib: values that cannot be drawn without a change."""

from __future__ import annotations

import ast
import re

from evoclass_explain.expression import text
from evoclass_explain.facts import Facts, named, sizes
from evoclass_explain.members import DRAWING
from evoclass_explain.rules import Rule, Said


def _image(facts: Facts, match: re.Match[str]) -> Said:
    shape = sizes(match[1])
    argument = facts.expression.argument(0, "X")
    written = text(argument) if not isinstance(argument, ast.Constant) else ""
    fields: dict[str, object] = {"shape": named(None, shape), "name": written}
    if not written:
        return Said("image_shape", fields, "image_shape.print")
    if len(shape) == 3 and shape[0] == 1:
        return Said("image_shape", fields, "image_shape.one_channel")
    if len(shape) == 3 and shape[0] in (3, 4):
        own = facts.tensor_of(argument)
        array = own is not None and own.type == "ndarray"
        return Said("image_shape", fields, "image_shape.transpose" if array else "image_shape.channels")
    if len(shape) == 4:
        return Said("image_shape", fields, "image_shape.batch")
    return Said("image_shape", fields, "image_shape.print")


def _lengths(facts: Facts, match: re.Match[str]) -> Said:
    x, y = sizes(match[1]), sizes(match[2])
    fields: dict[str, object] = {"x": x[0] if x else 1, "y": y[0] if y else 1}
    return Said("plot_lengths", fields)


def _scatter(facts: Facts, match: re.Match[str]) -> Said | None:
    if facts.expression.called not in ("scatter", "bar", "fill_between"):
        return None
    x, y = facts.value(facts.expression.argument(0, "x")), facts.value(facts.expression.argument(1, "y"))
    counts = [own.length if own.length is not None else (own.shape or (None,))[0] for own in (x, y) if own]
    if len(counts) == 2 and counts[0] != counts[1] and None not in counts:
        return Said("plot_lengths", {"x": counts[0], "y": counts[1]})
    return Said("plot_lengths", {}, what="plot_lengths.nameless")


def _axes(facts: Facts, match: re.Match[str]) -> Said | None:
    """`axes.plot(…)` on the array of axes that `subplots` returns."""
    node = facts.expression.node
    owner = node.value if isinstance(node, ast.Attribute) else None
    own, origin = facts.tensor_of(owner), facts.origin(owner)
    made = "subplots(" in facts.error.statement or (origin is not None and "subplots" in origin.function)
    if own is None or own.type != "ndarray" or own.dtype != "object" or match[1] not in DRAWING:
        return None
    if not made and not (own.name.startswith("ax") and len(own.shape or ()) < 3):
        return None
    rows = len(own.shape or ()) == 2
    fields: dict[str, object] = {"name": own.name, "given": named(own), "method": match[1]}
    return Said("axes_array", fields, "axes_array.rows" if rows else "")


def _word(facts: Facts, match: re.Match[str]) -> Said:
    kind = "color" if "color" in match[0] else "style"
    return Said("plot_word", {"word": match[1]}, f"plot_word.{kind}")


def _position(facts: Facts, match: re.Match[str]) -> Said:
    return Said("plot_position", {"last": match[1], "got": match[2]})


RULES = (
    Rule(r"^Invalid shape (\([\d, ]+\)) for image data", _image),
    Rule(r"^x and y must have same first dimension, but have shapes (\([\d,]*\)) and (\([\d,]*\))", _lengths),
    Rule(
        r"^x and y must be the same size|^shape mismatch: objects cannot be broadcast to a single shape",
        _scatter,
    ),
    Rule(r"^'numpy\.ndarray' object has no attribute '(\w+)'", _axes),
    Rule(r"'(.*)' is not a valid (?:value for )?(?:color|linestyle|marker)", _word),
    Rule(r"^Unrecognized marker style '?([\w ]+)'?", _word),
    Rule(r"^Image data of dtype (\S+) cannot be converted to float", lambda f, m: Said("image_data")),
    Rule(r"^num must be an integer with 1 <= num <= (\d+), not (-?\d+)", _position),
)
"""Drawing."""
