"""Layers for sequences: recurrent ones and attention."""

from __future__ import annotations

import ast
import re

from evoclass_explain.facts import Facts, named, shape_text, sizes
from evoclass_explain.rules import Rule, Said


def _recurrent_inputs(facts: Facts, match: re.Match[str]) -> Said:
    layer, given = facts.running, facts.given
    expected, got = int(match[1]), int(match[2])
    fields: dict[str, object] = {"expected": expected, "got": got}
    if layer is None:
        return Said(
            "step_inputs",
            fields | {"layer": facts.expression.function or "nn.LSTM"},
            "step_inputs.change",
            "step_inputs.nameless",
        )
    fields |= {"layer": layer.name, "type": layer.type}
    if given is None or not given.shape or given.shape[-1] != got:
        return Said("step_inputs", fields, what="step_inputs.nameless")
    fields |= {"given": named(given), "name": given.name}
    if len(given.shape) == 3 and given.shape[1] == expected:
        return Said("step_inputs", fields, "step_inputs.turn")
    return Said("step_inputs", fields)


def _recurrent_dimensions(facts: Facts, match: re.Match[str]) -> Said:
    fields: dict[str, object] = {"type": match[1], "count": int(match[2])}
    given = facts.given
    if given is None or given.shape is None or len(given.shape) != int(match[2]):
        return Said("sequence", fields, what="sequence.nameless")
    fields |= {"given": named(given), "name": given.name}
    return Said("sequence", fields, "sequence.one" if len(given.shape) == 1 else "")


def _state(facts: Facts, match: re.Match[str]) -> Said:
    expected, got = sizes(match[1]), sizes(match[2])
    fields: dict[str, object] = {"expected": shape_text(expected), "got": shape_text(got)}
    if len(expected) == len(got) == 3 and expected[::2] == got[::2]:
        return Said("state", fields | {"examples": expected[1], "made": got[1]}, "state.batch")
    return Said("state", fields)


def _heads(facts: Facts, match: re.Match[str]) -> Said:
    width = _whole_number(facts.expression.argument(0, "embed_dim", "d_model"))
    heads = _whole_number(facts.expression.argument(1, "num_heads", "nhead"))
    if not width or not heads or width % heads == 0:
        return Said("heads")
    divisors = [number for number in range(1, min(width, 64) + 1) if width % number == 0]
    fields: dict[str, object] = {"width": width, "heads": heads, "divisors": ", ".join(map(str, divisors))}
    return Said("heads", fields, "heads.choose", "heads.known")


def _whole_number(node: ast.AST | None) -> int:
    return node.value if isinstance(node, ast.Constant) and type(node.value) is int else 0


def _attention(facts: Facts, match: re.Match[str]) -> Said:
    layer, given = facts.running, facts.argument(0, "query", "src", "x")
    fields: dict[str, object] = {"expected": int(match[1]), "got": int(match[2])}
    if layer is None:
        return Said("attention", fields | {"layer": "nn.MultiheadAttention"}, what="attention.nameless")
    fields["layer"] = layer.name
    if given is None or not given.shape or given.shape[-1] != int(match[2]):
        return Said("attention", fields, what="attention.nameless")
    return Said("attention", fields | {"given": named(given)})


RULES = (
    Rule(r"input\.size\(-1\) must be equal to input_size\. Expected (\d+), got (\d+)", _recurrent_inputs),
    Rule(r"^(LSTM|GRU|RNN): Expected input to be 2D or 3D, got (\d+)D", _recurrent_dimensions),
    Rule(r"Expected hidden(?:\[\d\])? size \((.*?)\), got \[(.*?)\]", _state),
    Rule(r"embed_dim must be divisible by num_heads", _heads),
    Rule(r"was expecting embedding dimension of (\d+), but got (\d+)", _attention),
)
"""Sequences."""
