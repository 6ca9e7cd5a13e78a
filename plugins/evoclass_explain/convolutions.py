"""Convolutions and normalisation: channels, dimensions and sizes of images and sequences."""

from __future__ import annotations

import ast
import math
import re

from evoclass.protocol import Operand
from evoclass.quantities import shape_text
from evoclass_explain.facts import Facts, Shape, named, sizes
from evoclass_explain.rules import Rule, Said, always

_LAYOUTS = {1: "layout.sequence", 2: "layout.image", 3: "layout.volume"}
_LAST_TO_FRONT = {
    1: (".transpose(0, 1)", ".transpose(1, 2)"),
    2: (".permute(2, 0, 1)", ".permute(0, 3, 1, 2)"),
    3: (".permute(3, 0, 1, 2)", ".permute(0, 4, 1, 2, 3)"),
}
"""How to move channels from the last place to where a convolution wants them: for one example, and for a batch."""


def _channels(facts: Facts, match: re.Match[str]) -> Said | None:
    if re.search(r"[a-z]", match[4]):
        return None  # for compiled code, PyTorch gives symbols instead of sizes
    weight, shape = sizes(match[3]), sizes(match[4])
    expected, got = int(match[5]), int(match[6])
    axes = len(weight) - 2
    transposed, groups = match[1] == "transposed", int(match[2])
    layer = facts.layer
    kind = layer.type if layer is not None else f"Conv{'Transpose' if transposed else ''}{axes}d"
    fields: dict[str, object] = {
        "layer": layer.name if layer is not None else facts.expression.function or kind,
        "expected": expected,
        "got": got,
        "build": f"nn.{kind}({got}, …)",
    }
    more = (_LAYOUTS[axes],) if axes in _LAYOUTS else ()
    given = _input(facts, shape)
    if given is None or layer is None:
        what = "channels.what" if shape[0] != 1 else "channels.plain"
        inside = layer is not None and (facts.calls_layer or not facts.is_first)
        hint = "channels.arrive" if layer is not None else "channels.print"
        if shape[-1] == expected and shape[0] != 1 and axes in _LAST_TO_FRONT:
            fields["turn"] = _LAST_TO_FRONT[axes][1]
            hint = "channels.perhaps_last"
        elif inside and _after_a_layer(facts):
            hint = "channels.inside" if got > 1 else "channels.inside_one"
        return Said("channels", fields | {"given": named(None, shape)}, hint, what, more)
    assert given.shape is not None
    single = given.shape != shape
    fields |= {"given": named(given), "name": given.name}
    what = "channels.single" if single else ""
    if single and expected == 1 and axes < 3 and 1 not in given.shape:
        return Said("channels", fields, "channels.unsqueeze", what, more)
    if given.shape[-1] == expected and axes in _LAST_TO_FRONT:
        fields["turn"] = f"{given.name}{_LAST_TO_FRONT[axes][0 if single else 1]}"
        return Said("channels", fields, "channels.last", what, more)
    if got == 1 and expected == 3 and axes == 2:
        fields["repeated"] = f"{given.name}.repeat({'' if single else '1, '}3, 1, 1)"
        return Said("channels", fields, "channels.gray" if groups == 1 else "channels.repeat", what, more)
    return Said("channels", fields, "" if groups == 1 else "channels.which", what, more)


def _input(facts: Facts, shape: Shape) -> Operand | None:
    """Return the learner's tensor that the layer got; PyTorch reports a single example as a batch of one."""
    given = facts.given if facts.layer is not None else facts.argument(0, "input")
    return (
        given if given is not None and given.shape in (shape, shape[1:] if shape[0] == 1 else shape) else None
    )


def _after_a_layer(facts: Facts) -> bool:
    """Whether the input of the layer that failed is the output of another layer."""
    assert facts.layer is not None
    if facts.calls_layer:
        argument = facts.expression.argument(0, "input")
        return any(
            isinstance(node, ast.Call) and any(ast.unparse(node.func) == layer.name for layer in facts.layers)
            for node in (ast.walk(argument) if argument is not None else ())
        )
    return re.search(r"\[0*[1-9]\d*\]$", facts.layer.name) is not None


def _dimensions(facts: Facts, match: re.Match[str]) -> Said:
    axes, shape = int(match[2]), sizes(match[3])
    layer, given = facts.layer, facts.given
    given = given if given is not None and given.shape == shape else None
    fields: dict[str, object] = {
        "layer": layer.name if layer is not None else facts.expression.function or match[1],
        "given": named(given, shape),
        "dimensions": len(shape),
    }
    more = (_LAYOUTS[axes],) if axes in _LAYOUTS else ()
    weight = layer.weight.shape if layer is not None and layer.weight is not None else None
    forward = layer is not None and layer.type == f"Conv{axes}d"
    channels = weight[1] if weight is not None and len(weight) == axes + 2 and forward else 0
    if given is None or not channels:
        return Said("image_dimensions", fields, more=more)
    fields["name"] = given.name
    if axes == 2 and len(shape) == 2 and shape[0] != shape[1] and shape[1] % channels == 0:
        side = math.isqrt(shape[1] // channels)
        if side > 1 and side * side * channels == shape[1]:
            fields |= {"channels": channels, "side": side}
            return Said("image_dimensions", fields, "image_dimensions.view", more=more)
    if len(shape) == axes and channels == 1:
        # With the batch dimension too, because code after the convolutions often flattens or counts examples.
        fields["with_both"] = f"{given.name}[None, None]"
        return Said("image_dimensions", fields, "image_dimensions.both", more=more)
    return Said("image_dimensions", fields, more=more)


def _too_small(facts: Facts, match: re.Match[str]) -> Said:
    image, kernel = sizes(match[1]), sizes(match[2])
    fields: dict[str, object] = {"image": shape_text(image), "kernel": shape_text(kernel)}
    if facts.layer is None:
        return Said("kernel", fields, what="kernel.nameless")
    weight = facts.layer.weight.shape if facts.layer.weight is not None else None
    dilated = weight is not None and weight[2:] != kernel
    return Said("kernel", fields | {"layer": facts.layer.name}, what="kernel.dilated" if dilated else "")


def _features(facts: Facts, match: re.Match[str]) -> Said | None:
    """Batch normalisation for another number of channels."""
    got, expected = int(match[1]), int(match[2])
    layer, fields = facts.layer, dict[str, object]()
    if layer is None:
        built = re.search(r"\b(?:Lazy)?(BatchNorm[123]d)\(", facts.expression.source)
        fields = {"layer": built[1] if built is not None else "", "expected": expected, "got": got}
        return Said("norm", fields | {"type": fields["layer"]}) if built is not None else None
    if not layer.type.startswith("BatchNorm"):
        return None
    fields = {"layer": layer.name, "expected": expected, "got": got, "type": layer.type}
    given = facts.given
    if given is not None and len(given.shape or ()) == 3 and (given.shape or ())[2] == expected:
        return Said("norm", fields | {"name": given.name}, "norm.turn")
    return Said("norm", fields)


def _one_value(facts: Facts, match: re.Match[str]) -> Said | None:
    layer = facts.layer
    if layer is not None and "BatchNorm" not in layer.type:
        return None
    name = layer.name if layer is not None else facts.error.module or "BatchNorm"
    return Said("one_value", {"layer": name, "given": shape_text(sizes(match[1]))})


def _interpolate(facts: Facts, match: re.Match[str]) -> Said:
    own, wanted = sizes(match[1]), sizes(match[2])
    return Said("interpolate", {"own": len(own), "wanted": len(wanted), "shape": shape_text(own)})


def _interpolate_rank(facts: Facts, match: re.Match[str]) -> Said:
    return Said("interpolate", {"own": int(match[1]) - 2, "wanted": 2}, what="interpolate.rank")


def _grid_last(facts: Facts, match: re.Match[str]) -> Said:
    return Said("grid_places", {"count": int(match[1])})


def _kernel(facts: Facts, match: re.Match[str]) -> Said:
    """`F.conv2d` with a matrix for a kernel: the channels are missing."""
    kernel = facts.argument(1, "weight")
    if kernel is None or len(kernel.shape or ()) != 2 or facts.expression.called != "conv2d":
        return Said("kernel_rank", {}, what="kernel_rank.nameless")
    return Said("kernel_rank", {"given": named(kernel), "name": kernel.name}, "kernel_rank.add")


RULES = (
    Rule(
        r"Given (groups|transposed)=(\d+), weight of size (\[.*?\]), expected input(\[.*?\]) to have (\d+) "
        r"channels, but got (\d+) channels",
        _channels,
    ),
    Rule(r"Expected .*? input to (conv\w*?(\d)d), but got input of size: (\[.*?\])", _dimensions),
    Rule(
        r"Calculated padded input size per channel: \((.*?)\)\. Kernel size: \((.*?)\)\. "
        r"Kernel size can't be greater than actual input size",
        _too_small,
    ),
    Rule(
        r"Padding size should be less than the corresponding input dimension",
        always("reflect"),
    ),
    Rule(r"padding='same' is not supported for strided convolutions", always("same_strided")),
    Rule(
        r"^(in|out)_channels must be divisible by groups",
        lambda f, m: Said("conv_groups", {"which": f"{m[1]}_channels"}),
    ),
    Rule(r"output padding must be smaller than either stride or dilation", always("output_padding")),
    Rule(
        r"Input and output must have the same number of spatial dimensions, but got input with spatial "
        r"dimensions of (\[.*?\]) and output size of ([\[(].*?[\])])",
        _interpolate,
    ),
    Rule(
        r"^Got (\d)D input, but (\w+) mode needs (\d)D input",
        lambda f, m: Said("mode", {"mode": m[2], "own": int(m[1]), "wanted": int(m[3])}),
    ),
    Rule(r"pixel_shuffle expects its input's 'channel' dimension to be divisible", always("pixel_shuffle")),
    Rule(
        r"either size or scale_factor should be defined|only one of size or scale_factor should be defined",
        always("size_or_scale"),
    ),
    Rule(r"Input Error: Only 3D, 4D and 5D input Tensors supported \(got (\d)D\)", _interpolate_rank),
    Rule(
        r"Only 2D, 3D, 4D, 5D padding with non-constant padding|Padding length must be|"
        r"padding length should be less than or equal to two times",
        always("padding_length"),
    ),
    Rule(
        r"requested an output size of .*?, but valid sizes range from (\[.*?\]) to (\[.*?\])",
        lambda f, m: Said("output_size", {"low": shape_text(sizes(m[1])), "high": shape_text(sizes(m[2]))}),
    ),
    Rule(
        r"grid_sampler\(\): expected grid and input to have same batch size, but got input with sizes "
        r"(\[.*?\]) and grid with sizes (\[.*?\])",
        lambda f, m: Said("grid_batch", {"input": sizes(m[1])[0], "grid": sizes(m[2])[0]}),
    ),
    Rule(r"grid_sampler\(\): expected grid to have size (\d) in last dimension", _grid_last),
    Rule(r"^weight should have at least three dimensions", _kernel),
    Rule(r"running_mean should contain (\d+) elements not (\d+)", _features),
    Rule(r"Expected more than 1 value per channel when training, got input size (.*)", _one_value),
)
"""Convolutions."""
