"""Attributes that a model, a layer, a tuple or a list does not have."""

from __future__ import annotations

import ast
import difflib
import re

from evoclass.protocol import Operand
from evoclass_explain.expression import text
from evoclass_explain.facts import Facts
from evoclass_explain.rules import Rule, Said

_HEADS = ("fc", "classifier", "head", "heads")
"""Names under which torchvision's and other models keep their last layers."""

_OF_LAYERS = {
    "in_features": ("Linear", "NonDynamicallyQuantizableLinear"),
    "out_features": ("Linear", "NonDynamicallyQuantizableLinear"),
    "in_channels": ("Conv1d", "Conv2d", "Conv3d"),
    "out_channels": ("Conv1d", "Conv2d", "Conv3d"),
}
_METHODS = (
    *("parameters", "named_parameters", "children", "modules", "state_dict", "load_state_dict"),
    *("zero_grad", "requires_grad_", "train", "eval", "to", "apply"),
)
"""Attributes that programs often use on a model."""

_SHOWN = 8
_SIMILAR = 0.75
"""Similarity from which a name counts as a misspelling of another."""


def _missing(facts: Facts, match: re.Match[str]) -> Said | None:
    node = facts.expression.node
    # If the called method does not exist, the expression ends before the parentheses.
    owner = node.value if isinstance(node, ast.Attribute) and node.attr == match[2] else None
    name = text(owner)
    if not name or facts.type_of(owner) != match[1]:
        return None
    fields: dict[str, object] = {"name": name, "type": match[1], "attribute": match[2]}
    parts = _parts(facts, name)
    if match[1] in ("tuple", "list"):
        return _of_row(fields, parts, match[2])
    return _of_model(fields, parts, match[2]) if parts else None


def _of_row(fields: dict[str, object], parts: list[Operand], wanted: str) -> Said | None:
    """A tuple or a list where one of its tensors is meant."""
    if not any(part.shape is not None for part in parts) or hasattr([], wanted):
        return None
    if wanted == "backward" and fields["type"] == "list":
        return Said("no_attribute", fields, "no_attribute.losses", "no_attribute.row")
    if len(parts) == 1 and fields["type"] == "tuple":
        return Said("no_attribute", fields, "no_attribute.comma", "no_attribute.single")
    return Said("no_attribute", fields, f"no_attribute.{fields['type']}", "no_attribute.row")


def _not_a_list(facts: Facts, match: re.Match[str]) -> Said | None:
    """`model.fc[1]` of a model whose `fc` is one layer; other models have a list of layers there."""
    node = facts.expression.node
    owner = node.value if isinstance(node, ast.Subscript) else None
    name = text(owner)
    if not name or facts.type_of(owner) != match[1] or all(layer.name != name for layer in facts.layers):
        return None
    numbered = (
        isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and match[1] == "Linear"
    )
    return Said("not_a_list", {"name": name, "type": match[1]}, "" if numbered else "not_a_list.call")


def _parts(facts: Facts, name: str) -> list[Operand]:
    """Return the direct parts of a value: the layers and the parameters of a model."""
    own = re.compile(rf"{re.escape(name)}(\.\w+|\[\d+\])")
    return [each for each in facts.error.operands if own.fullmatch(each.name)]


def _of_model(fields: dict[str, object], parts: list[Operand], wanted: str) -> Said:
    layers = [part for part in parts if part.shape is None]
    if fields["type"] in ("DataParallel", "DistributedDataParallel") and fields["name"] != "self":
        return Said("no_attribute", fields | {"parts": f"`{fields['name']}.module`"}, "no_attribute.wrapped")
    if wanted == "device" and fields["name"] != "self":
        listed = ", ".join(f"`{part.name}`" for part in (layers or parts)[:_SHOWN])
        return Said("no_attribute", fields | {"parts": listed}, "no_attribute.device")
    if wanted in ("fit", "predict", "evaluate", "compile", "summary") and fields["name"] != "self":
        listed = ", ".join(f"`{part.name}`" for part in (layers or parts)[:_SHOWN])
        hint = "no_attribute.summary" if wanted == "summary" else "no_attribute.keras"
        return Said("no_attribute", fields | {"parts": listed}, hint)
    names = [*(part.name.rpartition(".")[2] for part in parts), *_METHODS]
    listed = ", ".join(f"`{part.name}`" for part in (layers or parts)[:_SHOWN])
    fields["parts"] = listed + (" …" if len(layers or parts) > _SHOWN else "")
    fitting = [f"{part.name}.{wanted}" for part in layers if part.type in _OF_LAYERS.get(wanted, ())]
    if len(fitting) == 1:
        return Said("no_attribute", fields | {"new": fitting[0]}, "no_attribute.inside")
    if fitting:
        fields |= {"first": fitting[0], "last": fitting[-1]}
        return Said("no_attribute", fields, "no_attribute.inside_several")
    other = next((part for part in layers if part.name.rpartition(".")[2] in _HEADS), None)
    if wanted in _HEADS and other is not None:
        return Said("no_attribute", fields | {"new": other.name, "kind": other.type}, "no_attribute.head")
    close = difflib.get_close_matches(wanted, names, 1, _SIMILAR)
    if close and close[0].rstrip("0123456789") != wanted.rstrip("0123456789"):
        return Said("no_attribute", fields | {"new": f"{fields['name']}.{close[0]}"}, "no_attribute.spelling")
    return Said("no_attribute", fields, "no_attribute.self" if fields["name"] == "self" else "")


RULES = (
    Rule(r"^'(\w+)' object has no attribute '(\w+)'", _missing),
    Rule(r"^'(\w+)' object is not subscriptable", _not_a_list),
)
"""Attributes."""
