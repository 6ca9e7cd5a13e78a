"""Layers for sequences: recurrent ones and attention."""

from __future__ import annotations

import ast
import re

from evoclass.quantities import shape_text
from evoclass_explain.expression import text
from evoclass_explain.facts import Facts, named, sizes
from evoclass_explain.rules import Rule, Said, always


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


def _mask(facts: Facts, match: re.Match[str]) -> Said:
    """The mask of attention: its size is the number of steps, which PyTorch looks for in the first dimension."""
    got, wanted = sizes(match[1]), sizes(match[2])
    fields: dict[str, object] = {"got": shape_text(got), "wanted": shape_text(wanted)}
    given = facts.argument(0, "query", "src", "x")
    shape = given.shape if given is not None else None
    if (
        shape is not None
        and len(shape) == 3
        and len(got) == 2
        and got[-1] == shape[1] != wanted[-1] == shape[0]
    ):
        fields |= {"given": named(given), "steps": got[-1]}
        return Said("attention_mask", fields, "attention_mask.batch_first", "attention_mask.swapped")
    return Said("attention_mask", fields)


def _padding_mask(facts: Facts, match: re.Match[str]) -> Said:
    fields: dict[str, object] = {"wanted": int(match[1]), "got": int(match[2])}
    given = facts.argument(0, "query", "src", "x")
    shape = given.shape if given is not None else None
    if (
        given is not None
        and shape is not None
        and len(shape) == 3
        and shape[:2] == (int(match[2]), int(match[1]))
    ):
        return Said(
            "padding_mask",
            fields | {"given": named(given)},
            "attention_mask.batch_first",
            "padding_mask.swapped",
        )
    return Said("padding_mask", fields)


def _keys_and_values(facts: Facts, match: re.Match[str]) -> Said:
    return Said("keys_values", {"key": shape_text(sizes(match[1])), "value": shape_text(sizes(match[2]))})


def _one_state(facts: Facts, match: re.Match[str]) -> Said | None:
    """An LSTM takes two states, a GRU one; the passed value shows which of them it was."""
    layer, argument = facts.running, facts.expression.argument(1, "hx")
    if layer is None or argument is None:
        return None
    pair = isinstance(argument, ast.Tuple) or facts.type_of(argument) == "tuple"
    fields: dict[str, object] = {"layer": layer.name, "type": layer.type}
    inside = facts.below[-1:] != [] and facts.below[-1].endswith("torch/nn/modules/rnn.py")
    single = facts.tensor_of(argument) is not None or (isinstance(argument, ast.Call) and inside and not pair)
    if layer.type == "LSTM" and single:
        return Said("states", fields | {"name": text(argument) or "h"}, "states.two", "states.lstm")
    if layer.type in ("GRU", "RNN") and pair:
        return Said("states", fields, "states.first", "states.gru")
    return None


def _state_dimensions(facts: Facts, match: re.Match[str]) -> Said:
    """A state without its first dimension (the layers), or a batched state without a batch."""
    name = text(facts.expression.argument(1, "hx"))
    batched = match[1] == ""
    hint = ("state_dimensions.add" if batched else "state_dimensions.drop") if name else ""
    fields: dict[str, object] = {"wanted": int(match[2]), "got": int(match[3]), "name": name}
    return Said("state_dimensions", fields, hint, "" if batched else "state_dimensions.unbatched")


def _features(facts: Facts, match: re.Match[str]) -> Said:
    return Said(
        "transformer_size", {}, what=f"transformer_size.{'batch' if match[1] == 'batch' else 'features'}"
    )


def _scores(facts: Facts, match: re.Match[str]) -> Said | None:
    """Attention written as one call: queries and keys are compared along their last dimension."""
    if facts.expression.called != "scaled_dot_product_attention":
        return None
    query, key = facts.argument(0, "query"), facts.argument(1, "key")
    if query is None or key is None or not query.shape or not key.shape or query.shape[-1] == key.shape[-1]:
        return None
    return Said("query_key", {"first": named(query), "second": named(key)})


RULES = (
    Rule(
        r"^Expected size for first two dimensions of batch2 tensor|shapes cannot be multiplied|"
        r"^The size of tensor a",
        _scores,
    ),
    Rule(
        r"^index 1 is out of bounds for dimension 0 with size 1$|hx and cx should also be|"
        r"'tuple' object has no attribute '(?:dim|size|to)'|For (?:un)?batched \d-D input, hx",
        _one_state,
    ),
    Rule(
        r"For (un|)batched \d-D input, hx (?:and cx )?should also be (\d)-D but got \(?(\d)-D",
        _state_dimensions,
    ),
    Rule(r"shape of the (?:2D|3D) attn_mask is torch\.Size\((\[.*?\])\), but should be (\(.*?\))", _mask),
    Rule(r"Expected key_padded_mask\.shape\[0\] to be (\d+), but got (\d+)", _padding_mask),
    Rule(
        r"key(?:'s sequence and batch dims| shape) torch\.Size\((\[.*?\])\) do(?:es)? not match "
        r"value(?:'s| shape) torch\.Size\((\[.*?\])\)",
        _keys_and_values,
    ),
    Rule(r"the (batch|feature) number of src and tgt must be equal", _features),
    Rule(r"`lengths` array must be sorted in decreasing order", always("unsorted")),
    Rule(r"Length of all samples has to be greater than 0", always("empty_sample")),
    Rule(
        r"Expected `?len\(lengths\)`? to be equal to batch_size, but got (\d+) \(batch_size=(\d+)\)",
        lambda f, m: Said("length_count", {"got": int(m[1]), "batch": int(m[2])}),
    ),
    Rule(r"input\.size\(-1\) must be equal to input_size\. Expected (\d+), got (\d+)", _recurrent_inputs),
    Rule(r"^(LSTM|GRU|RNN): Expected input to be 2D or 3D, got (\d+)D", _recurrent_dimensions),
    Rule(r"Expected hidden(?:\[\d\])? size \((.*?)\), got \[(.*?)\]", _state),
    Rule(r"embed_dim must be divisible by num_heads", _heads),
    Rule(r"was expecting embedding dimension of (\d+), but got (\d+)", _attention),
)
"""Sequences."""
