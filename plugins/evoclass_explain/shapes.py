"""Shapes that do not fit: products, convolutions, losses, joining and reshaping."""

from __future__ import annotations

import math
import re

from evoclass_explain.facts import Facts, named, shape_text, sizes
from evoclass_explain.rules import Rule, Said, always


def _product(facts: Facts, match: re.Match[str]) -> Said | None:
    rows, got, expected, out = (int(part) for part in match.groups())
    layer = facts.layer((out, expected))
    given = facts.tensor((rows, got)) or facts.rows_of(rows, got)
    if layer is not None:
        inside = not facts.calls(layer.name)
        fields: dict[str, object] = {
            "layer": layer.name,
            "expected": expected,
            "got": got,
            "out": out,
            "given": named(None if inside else given, (rows, got)),
        }
        shape = given.shape if given is not None and given.shape is not None else ()
        if given is not None and not inside and math.prod(shape[1:]) == expected:
            fields |= {"name": given.name, "flat": shape_text((shape[0], expected))}
            return Said("layer_inputs", fields, "layer_inputs.flatten")
        return Said("layer_inputs", fields)
    first, second = given, facts.tensor((expected, out))
    if second is None and facts.tensor((rows, got)) is None and (stacked := _axes(facts)) is not None:
        return stacked  # PyTorch tells the sizes of what it made of them, which the learner never saw
    if second is None:
        second = next((own for own in facts.tensors if own.shape == (expected, out)), None)
    fields = {
        "first": named(first, (rows, got)),
        "second": named(second, (expected, out)),
        "columns": got,
        "rows": expected,
    }
    if first is not None and second is not None and out == got:
        fields |= {"a": first.name, "b": second.name}
        return Said("product", fields, "product.transpose")
    return Said("product", fields)


def _axes(facts: Facts, match: re.Match[str] | None = None) -> Said | None:
    """A product of tensors with any number of axes: the two that meet have different sizes."""
    if facts.factors is None:
        return None
    first, second = facts.factors
    if not first.shape or not second.shape:
        return None
    meeting = -2 if len(second.shape) > 1 else -1
    columns, rows = first.shape[-1], second.shape[meeting]
    if columns == rows:
        return None
    fields: dict[str, object] = {"first": named(first), "second": named(second)}
    return Said("axes", fields | {"columns": columns, "rows": rows, "meeting": meeting})


def _channels(facts: Facts, match: re.Match[str]) -> Said:
    weight, shape = sizes(match[1]), sizes(match[2])
    expected, got = int(match[3]), int(match[4])
    layer, given = facts.layer(weight), facts.tensor(shape)
    name = given.name if given is not None else "x"
    fields: dict[str, object] = {
        "layer": layer.name if layer is not None else "conv",
        "expected": expected,
        "got": got,
        "given": named(given, shape),
        "name": name,
        "out": weight[0],
        "kernel": weight[-1],
    }
    if len(shape) == 4 and shape[-1] == expected:
        return Said("channels", fields, "channels.last")
    if got == 1:
        return Said("channels", fields, "channels.gray")
    return Said("channels", fields)


def _dimensions(facts: Facts, match: re.Match[str]) -> Said:
    shape = sizes(match[3])
    layer, given = facts.layer(), facts.tensor(shape)
    fields: dict[str, object] = {
        "layer": layer.name if layer is not None else match[2],
        "given": named(given, shape),
        "name": given.name if given is not None else "x",
        "dimensions": len(shape),
    }
    return Said("image_dimensions", fields)


def _batch(facts: Facts, match: re.Match[str]) -> Said:
    predictions, labels = int(match[1]), int(match[2])
    first = facts.leading(predictions)
    second = facts.leading(labels, first)
    return Said(
        "batch",
        {
            "first": named(first, (predictions,)),
            "second": named(second, (labels,)),
            "predictions": predictions,
            "labels": labels,
        },
    )


def _extra_axis(facts: Facts, match: re.Match[str]) -> Said:
    target = next((own for own in facts.tensors[1:] if own.shape is not None and len(own.shape) > 1), None)
    name = target.name if target is not None else "labels"
    fields: dict[str, object] = {"given": named(target) if target is not None else f"`{name}`", "name": name}
    if target is not None and target.shape is not None and target.shape[-1] == 1:
        return Said("one_label", fields, "one_label.squeeze")
    return Said("one_label", fields)


def _out_of_bounds(facts: Facts, match: re.Match[str]) -> Said:
    target = int(match[1])
    scores = next((own for own in facts.tensors if own.shape and len(own.shape) > 1), None)
    labels = next((own for own in facts.tensors if own.dtype.startswith("int") and own is not scores), None)
    fields: dict[str, object] = {
        "target": target,
        "labels": f"`{labels.name}`" if labels is not None else "",
        "needed": target + 1,
    }
    if scores is None or scores.shape is None or labels is None:
        return Said("class_number", fields)
    fields |= {"scores": named(scores), "classes": scores.shape[1], "highest": scores.shape[1] - 1}
    return Said("class_number_known", fields)


def _target_size(facts: Facts, match: re.Match[str]) -> Said:
    target, given = sizes(match[1]), sizes(match[2])
    second = facts.tensor(target)
    first = facts.tensor(given, second)
    fields: dict[str, object] = {"first": named(first, given), "second": named(second, target)}
    if first is not None and given == (*target, 1):
        return Said("same_size", fields | {"name": first.name}, "same_size.squeeze")
    if second is not None and target == (*given, 1):
        return Said("same_size", fields | {"name": second.name}, "same_size.squeeze")
    return Said("same_size", fields)


def _broadcast(facts: Facts, match: re.Match[str]) -> Said:
    first, second, axis = int(match[1]), int(match[2]), int(match[3])
    pair = facts.tensors[:2]
    fields: dict[str, object] = {"a": first, "b": second, "axis": axis}
    if len(pair) < 2:
        return Said("broadcast", fields)
    return Said("broadcast_known", fields | {"first": named(pair[0]), "second": named(pair[1])})


def _reshape(facts: Facts, match: re.Match[str]) -> Said:
    wanted, count = sizes(match[1].replace("-", "")), int(match[2])
    given = next((own for own in facts.tensors if own.shape and math.prod(own.shape) == count), None)
    return Said(
        "reshape",
        {
            "wanted": match[1],
            "needed": math.prod(wanted) if "-1" not in match[1] else "…",
            "count": count,
            "given": named(given) if given is not None else "",
        },
    )


def _joining(facts: Facts, match: re.Match[str]) -> Said:
    return Said("joining", {"axis": match[1], "expected": match[2], "got": match[3], "index": match[4]})


def _stacking(facts: Facts, match: re.Match[str]) -> Said:
    first, second = sizes(match[1]), sizes(match[3])
    return Said("stacking", {"first": shape_text(first), "second": shape_text(second), "index": match[4]})


def _one_value(facts: Facts, match: re.Match[str]) -> Said:
    shape = sizes(match[1])
    layer = facts.layer()
    return Said(
        "one_value",
        {"layer": layer.name if layer is not None else "BatchNorm", "given": shape_text(shape)},
    )


def _checkpoint(facts: Facts, match: re.Match[str]) -> Said | None:
    text = facts.error.text
    found = re.search(
        r"size mismatch for (\S+): .*?torch\.Size\((.*?)\).*?torch\.Size\((.*?)\)", text, re.DOTALL
    )
    fields: dict[str, object] = {"model": match[1]}
    if found is not None:
        fields |= {
            "name": found[1],
            "stored": shape_text(sizes(found[2])),
            "own": shape_text(sizes(found[3])),
        }
        return Said("checkpoint_size", fields)
    if "Missing key(s)" in text or "Unexpected key(s)" in text:
        return Said("checkpoint_keys", fields)
    return None


RULES = (
    Rule(r"shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\)", _product),
    Rule(r"Expected size for first two dimensions of batch2 tensor to be", _axes),
    Rule(r"size mismatch, got input \(\d+\), mat \(\d+x\d+\), vec \(\d+\)", _axes),
    Rule(r"inconsistent tensor size, expected tensor \[\d+\] and src \[\d+\]", _axes),
    Rule(
        r"Given groups=\d+, weight of size (\[.*?\]), expected input(\[.*?\]) to have (\d+) channels, "
        r"but got (\d+) channels",
        _channels,
    ),
    Rule(r"Expected (.*?) input to (\w+), but got input of size: (\[.*?\])", _dimensions),
    Rule(r"Expected input batch_size \((\d+)\) to match target batch_size \((\d+)\)", _batch),
    Rule(r"0D or 1D target tensor expected, multi-target not supported", _extra_axis),
    Rule(r"Target (-?\d+) is out of bounds", _out_of_bounds),
    Rule(
        r"Using a target size \((.*?\))\) that is different to the input size \((.*?\))\)",
        _target_size,
    ),
    Rule(r"Target size \((.*?\))\) must be the same as input size \((.*?\))\)", _target_size),
    Rule(
        r"The size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\) at non-singleton dimension (\d+)",
        _broadcast,
    ),
    Rule(r"shape '(\[.*?\])' is invalid for input of size (\d+)", _reshape),
    Rule(
        r"Sizes of tensors must match except in dimension (\d+)\. Expected size (\d+) but got size (\d+) "
        r"for tensor number (\d+)",
        _joining,
    ),
    Rule(
        r"stack expects each tensor to be equal size, but got (\[.*?\]) at entry (\d+) and (\[.*?\]) at entry (\d+)",
        _stacking,
    ),
    Rule(r"Expected more than 1 value per channel when training, got input size (.*)", _one_value),
    Rule(r"Error\(s\) in loading state_dict for (\w+)", _checkpoint),
    Rule(r"grad can be implicitly created only for scalar outputs", always("scalar_loss")),
)
"""Shapes."""
