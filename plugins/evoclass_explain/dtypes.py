"""Types and devices that do not fit."""

from __future__ import annotations

import re

from evoclass.protocol import Operand
from evoclass_explain.facts import CONVERSIONS, Facts, Layer, dtype, named
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
    if expected == "int64":
        return _labels(facts, match)
    return _mismatch(facts, found, expected)


def _found_expected(facts: Facts, match: re.Match[str]) -> Said:
    return _mismatch(facts, dtype(match[1]), dtype(match[2]))


def _mismatch(facts: Facts, first: str, second: str) -> Said:
    """Say which value has which type; a layer keeps its own, the input is converted."""
    layer: Layer | None = next((own for own in facts.layers if own.weight is not None), None)
    keep = layer.weight.dtype if layer is not None and layer.weight is not None else _usual(first, second)
    odd: Operand | None = next(
        (own for own in facts.tensors if own.dtype in (first, second) and own.dtype != keep), None
    )
    if odd is None:
        return Said("dtype", {"first": first, "second": second})
    other = (
        layer.name
        if layer is not None
        else next((own.name for own in facts.tensors if own.dtype == keep and own is not odd), "")
    )
    fields: dict[str, object] = {
        "name": odd.name,
        "given": named(odd),
        "dtype": odd.dtype,
        "keep": keep,
        "other": other,
        "convert": CONVERSIONS.get(keep, f".to(torch.{keep})"),
    }
    if not other:
        return Said("dtype", {"first": first, "second": second})
    if odd.dtype == "uint8" and keep == "float32":
        return Said("dtype_known", fields, "dtype_known.image")
    return Said("dtype_known", fields)


def _usual(first: str, second: str) -> str:
    return "float32" if "float32" in (first, second) else first


def _labels(facts: Facts, match: re.Match[str]) -> Said:
    target = next((own for own in facts.tensors[1:] if own.dtype.startswith("float")), None)
    if target is None:
        target = next((own for own in facts.tensors if own.dtype.startswith("float")), None)
    name = target.name if target is not None else "labels"
    return Said("whole_labels", {"name": name, "dtype": target.dtype if target is not None else "float32"})


def _probabilities(facts: Facts, match: re.Match[str]) -> Said:
    found = dtype(match[1])
    target = next((own for own in facts.tensors if own.dtype == found), None)
    name = target.name if target is not None else "labels"
    return Said(
        "probabilities", {"name": name, "given": named(target) if target is not None else f"`{name}`"}
    )


def _indices(facts: Facts, match: re.Match[str]) -> Said:
    found = dtype(match[1])
    index = next((own for own in facts.tensors if own.dtype == found), None)
    return Said("whole_indices", {"name": index.name if index is not None else "index", "dtype": found})


RULES = (
    Rule(r"Expected all tensors to be on the same device", _device),
    Rule(r"Tensor on device (\S+) is not on the expected device (\S+)!", _device),
    Rule(r"mat1 and mat2 must have the same dtype, but got (\w+) and (\w+)", _types),
    Rule(r"expected both vectors to have same dtype, but found (\w+) and (\w+)", _types),
    Rule(r"Expected floating point type for target with class probabilities, got (\w+)", _probabilities),
    Rule(r"expected m1 and m2 to have the same dtype, but got: ([\w: ]+) != ([\w: ]+)", _types),
    Rule(
        r"Input type \(([^)]+)\) and (?:weight|bias) type \(([^)]+)\) should be the same", _input_and_weight
    ),
    Rule(r"expected target dtype to be Long or Byte, but got (\w+)", _labels),
    Rule(r"[Ee]xpected scalar type (\w+) but found (\w+)", _expected_found),
    Rule(r"Found dtype (\w+) but expected (\w+)", _found_expected),
    Rule(r"Expected tensor for argument #1 'indices' to have .*?but got ([\w.]+) instead", _indices),
)
"""Types and devices."""
