"""Types and devices that do not fit."""

from __future__ import annotations

import ast
import re

from evoclass.protocol import Operand
from evoclass_explain.expression import closed, text
from evoclass_explain.facts import CONVERSIONS, Facts, dtype, named
from evoclass_explain.rules import Rule, Said


def _device(facts: Facts, match: re.Match[str]) -> Said:
    """Say which value is where, and move the CPU's to the other device."""
    places: dict[str, list[str]] = {}
    layers: set[str] = set()
    for layer in facts.layers:
        if layer.weight is not None:
            places.setdefault(layer.weight.device, []).append(layer.name)
            layers.add(layer.name)
    for own in facts.tensors:
        if own.type == "ndarray":
            continue  # NumPy has no devices
        places.setdefault(own.device, []).append(own.name)
    places.pop("", None)
    if len(places) < 2:
        mentioned = list(
            dict.fromkeys(re.findall(r"\b(cuda:\d+|cpu|meta|mps(?::\d+)?|xpu:\d+)", facts.error.text))
        )
        return Said("device", {"devices": ", ".join(mentioned)})
    words = ", ".join(f"`{'`, `'.join(names)}` → {device}" for device, names in sorted(places.items()))
    if "meta" in places:
        return Said(
            "device_meta", {"places": words, "names": ", ".join(f"`{name}`" for name in places["meta"])}
        )
    target = next((device for device in places if device != "cpu"), "cpu")
    moves = [
        f'`{name}.to("{target}")`' if name in layers else f'`{name} = {name}.to("{target}")`'
        for device, names in places.items()
        if device != target
        for name in names
    ]
    return Said("device_known", {"places": words, "moves": ", ".join(moves)})


def _types(facts: Facts, match: re.Match[str]) -> Said:
    return _mismatch(facts, dtype(match[1]), dtype(match[2]))


def _input_and_weight(facts: Facts, match: re.Match[str]) -> Said:
    if ("cuda" in match[1]) != ("cuda" in match[2]):
        return _device(facts, match)
    return _mismatch(facts, dtype(match[1]), dtype(match[2]))


def _expected_found(facts: Facts, match: re.Match[str]) -> Said:
    expected, found = dtype(match[1]), dtype(match[2])
    return _mismatch(facts, found, expected)


def _found_expected(facts: Facts, match: re.Match[str]) -> Said:
    found, expected = dtype(match[1]), dtype(match[2])
    if facts.expression.called == "backward":  # the loss does not have the wrong type
        return Said("dtype", {"first": found, "second": expected})
    return _mismatch(facts, found, expected, expected)


def _mismatch(facts: Facts, first: str, second: str, wanted: str = "") -> Said:
    """Say which value has which type; a layer keeps its own, the input is converted."""
    layer = facts.layer
    keep = layer.weight.dtype if layer is not None and layer.weight is not None else ""
    keep = keep or wanted or _usual(first, second)
    odd: Operand | None = next(
        (own for own in facts.direct if own.dtype in (first, second) and own.dtype != keep), None
    )
    if odd is None and layer is not None and keep in (first, second) and keep != "float32":
        convert = CONVERSIONS.get(keep, f".to(torch.{keep})")
        known: dict[str, object] = {"first": first, "second": second, "layer": layer.name, "keep": keep}
        return Said("dtype", known | {"convert": convert}, "dtype.layer")
    if odd is None:
        hint = "dtype.long" if second == "int64" and first.startswith("float") else ""
        return Said("dtype", {"first": first, "second": second}, hint)
    works = next((own.name for own in facts.direct if own.dtype == keep), "")
    other = layer.name if layer is not None else works
    fields: dict[str, object] = {
        "name": odd.name,
        "given": named(odd),
        "dtype": odd.dtype,
        "keep": keep,
        "other": other,
        "convert": CONVERSIONS.get(keep, f".to(torch.{keep})"),
    }
    image = (
        "dtype_known.image" if odd.dtype == "uint8" and keep == "float32" and len(odd.shape or ()) > 2 else ""
    )
    return Said("dtype_known", fields, image, "" if other else "dtype_known.wanted")


def _usual(first: str, second: str) -> str:
    return "float32" if "float32" in (first, second) else first


def _cast(facts: Facts, match: re.Match[str]) -> Said | None:
    """The result of a calculation is written into a tensor whose type cannot represent it."""
    result, kept = dtype(match[1]), dtype(match[2])
    if result.startswith("Complex"):
        return None
    node = facts.expression.node
    fields: dict[str, object] = {"result": result, "dtype": kept}
    own = facts.tensor_of(node.target) if isinstance(node, ast.AugAssign) else None
    if own is None or not isinstance(node, ast.AugAssign) or own.dtype != kept:
        return Said("cast", fields, "cast.convert", "cast.nameless")
    new = text(ast.BinOp(left=ast.Name(own.name), op=node.op, right=node.value))
    if not new:
        return Said("cast", fields | {"name": own.name}, "cast.convert")
    return Said("cast", fields | {"name": own.name, "new": f"{own.name} = {new}"})


def _mean(facts: Facts, match: re.Match[str]) -> Said | None:
    found, expression = dtype(match[1]), facts.expression
    call, before = expression.call, closed(expression.receiver)
    keywords = [keyword.arg for keyword in call.keywords] if call is not None else []
    if "dtype" in keywords:
        return None
    known = facts.tensor_of(expression.receiver) is not None or not isinstance(expression.receiver, ast.Name)
    if expression.called != "mean" or call is None or not before or not known:
        return Said(
            "mean", {"dtype": found}, "mean.convert" if expression.called == "mean" else "mean.before"
        )
    arguments = ", ".join(ast.unparse(given) for given in (*call.args, *call.keywords))
    return Said("mean", {"dtype": found, "new": f"{before}.float().mean({arguments})"})


def _norm(facts: Facts, match: re.Match[str]) -> Said:
    """Lengths and other results of linear algebra are fractions; they cannot be computed from whole numbers."""
    found = dtype(match[2])
    own = next((own for own in facts.direct if own.dtype == found), None)
    fields: dict[str, object] = {"function": facts.expression.function or match[1], "dtype": found}
    return (
        Said("fractions", fields | {"name": own.name}, "fractions.known")
        if own
        else Said("fractions", fields)
    )


def _transform(facts: Facts, match: re.Match[str]) -> Said | None:
    if ".fft." not in f".{facts.expression.function}":
        return None
    return Said("half_fft", {"dtype": dtype(match[1])})


RULES = (
    Rule(r"^Unsupported dtype (\w+)", _transform),
    Rule(
        r"^(linalg[.\w]+|norm)(?:\(\))?: Expected a floating point or complex tensor as input\. Got (\w+)",
        _norm,
    ),
    Rule(r"Expected all tensors to be on the same device", _device),
    Rule(r"Tensor on device (\S+) is not on the expected device (\S+)!", _device),
    Rule(r"mat1 and mat2 must have the same dtype, but got (\w+) and (\w+)", _types),
    Rule(r"expected both vectors to have same dtype, but found (\w+) and (\w+)", _types),
    Rule(r"expected m1 and m2 to have the same dtype, but got: ([\w: ]+) != ([\w: ]+)", _types),
    Rule(
        r"Input type \(([^)]+)\) and (?:weight|bias) type \(([^)]+)\) should be the same", _input_and_weight
    ),
    Rule(r"[Ee]xpected scalar type (\w+) but found (\w+)", _expected_found),
    Rule(r"Found dtype (\w+) but expected (\w+)", _found_expected),
    Rule(r"result type (\w+) can't be cast to the desired output type (\w+)", _cast),
    Rule(r"mean\(\): could not infer output dtype\. .*?Got: (\w+)", _mean),
)
"""Types and devices."""
