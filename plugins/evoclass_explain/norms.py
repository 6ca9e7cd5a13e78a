"""Normalisation, groups of channels, and pooling."""

from __future__ import annotations

import re

from evoclass.quantities import shape_text
from evoclass_explain.facts import Facts, named, sizes
from evoclass_explain.rules import Rule, Said

_DIVISORS = 8
_TAKES = {
    "BatchNorm1d": "norm_dimensions.sequence",
    "BatchNorm2d": "norm_dimensions.image",
    "BatchNorm3d": "norm_dimensions.volume",
}


def _layer_norm(facts: Facts, match: re.Match[str]) -> Said:
    expected, got = sizes(match[1]), sizes(match[2])
    layer, given = facts.running, facts.given
    kind = layer.type if layer is not None else "LayerNorm"
    fields: dict[str, object] = {"expected": shape_text(expected), "layer": f"nn.{kind}", "type": kind}
    if layer is not None:
        fields["layer"] = layer.name
    fields["given"] = named(given if given is not None and given.shape == got else None, got)
    if len(expected) == 1 and expected[0] in got[1:-1]:
        return Said("layer_norm", fields, "layer_norm.elsewhere")
    if len(expected) == 1 and got:
        return Said("layer_norm", fields | {"last": got[-1]}, "layer_norm.build")
    return Said("layer_norm", fields)


def _group_norm(facts: Facts, match: re.Match[str]) -> Said | None:
    expected, got = int(match[1]), sizes(match[2])
    layer = facts.running
    if layer is None or layer.type != "GroupNorm" or len(got) < 2:
        return None
    fields: dict[str, object] = {"layer": layer.name, "type": layer.type, "expected": expected}
    return Said("group_norm", fields | {"got": got[1]})


def _groups(facts: Facts, match: re.Match[str]) -> Said:
    channels, groups = int(match[1]), int(match[2])
    divisors = [str(number) for number in range(1, channels + 1) if channels % number == 0][:_DIVISORS]
    return Said("groups", {"channels": channels, "groups": groups, "divisors": ", ".join(divisors)})


def _dimensions(facts: Facts, match: re.Match[str]) -> Said | None:
    """Each kind of data has its own batch normalisation, which takes only that kind."""
    layer, given, got = facts.running, facts.given, int(match[1])
    if layer is None or layer.type not in _TAKES:
        return None
    shown = f"`{layer.name}`" if given is None or len(given.shape or ()) != got else named(given)
    fields: dict[str, object] = {"layer": layer.name, "type": layer.type, "count": got, "given": shown}
    what = "" if given is not None and shown != f"`{layer.name}`" else "norm_dimensions.nameless"
    hint = {1: "norm_dimensions.single", 2: "norm_dimensions.flat"}.get(got, "")
    return Said("norm_dimensions", fields, hint, what, (_TAKES[layer.type],))


def _pool(facts: Facts, match: re.Match[str]) -> Said:
    kind = facts.running.type if facts.running is not None else facts.expression.called
    axes = re.search(r"\d(?=d$)", kind)
    given, result = (part.split("x") for part in match.groups())
    if axes is not None and axes[0] == "1" and len(given) == 3:
        del given[1], result[1]  # PyTorch pools a sequence as an image of height 1
    fields: dict[str, object] = {"given": f"({' × '.join(given)})", "result": " × ".join(result)}
    fields["adaptive"] = f"nn.AdaptiveAvgPool{axes[0] if axes is not None else 2}d(1)"
    if facts.running is None:
        return Said("pool", fields, what="pool.nameless")
    return Said("pool", fields | {"layer": facts.running.name})


RULES = (
    Rule(
        r"Given normalized_shape=\[(.*?)\], expected input with shape \[.*?\], but got input of size\[(.*?)\]",
        _layer_norm,
    ),
    Rule(
        r"size equal to the number of channels in input, but got weight of shape \[(\d+)\] "
        r"and input of shape \[(.*?)\]",
        _group_norm,
    ),
    Rule(r"num_channels \((\d+)\) must be divisible by num_groups \((\d+)\)", _groups),
    Rule(r"expected \dD(?: or \dD)? input \(got (\d)D input\)", _dimensions),
    Rule(
        r"Given input size: \((.*?)\)\. Calculated output size: \((.*?)\)\. Output size is too small", _pool
    ),
)
"""Normalisation and pooling."""
