"""Saved weights that do not fit the model."""

from __future__ import annotations

import re

from evoclass_explain.facts import Facts, named, sizes
from evoclass_explain.rules import Rule, Said

_WRAPPED = ("model", "model_state_dict", "state_dict", "net", "weights")
"""Keys under which the weights stand where more than them was saved."""


def _checkpoint(facts: Facts, match: re.Match[str]) -> Said | None:
    text = facts.error.text
    found = re.search(
        r"size mismatch for (\S+): .*?torch\.Size\((.*?)\).*?torch\.Size\((.*?)\)", text, re.DOTALL
    )
    fields: dict[str, object] = {"model": match[1]}
    if found is not None:
        fields |= {
            "name": found[1],
            "stored": named(None, sizes(found[2])),
            "own": named(None, sizes(found[3])),
        }
        return Said("checkpoint_size", fields)
    missing, unexpected = _keys(text, "Missing"), _keys(text, "Unexpected")
    if missing:
        fields["missing"] = missing[0]
    if not unexpected:
        return Said("checkpoint_keys", fields, what="checkpoint_keys.missing") if missing else None
    fields["unexpected"] = unexpected[0]
    if not missing:
        return Said("checkpoint_keys", fields, what="checkpoint_keys.unexpected")
    inside = next((key for key in _WRAPPED if key in unexpected), "")
    if inside and len(missing) > 1 and not any("." in key for key in unexpected):
        return Said("checkpoint_keys", fields | {"key": inside}, "checkpoint_keys.inside")
    prefix = unexpected[0].removesuffix(missing[0])
    if prefix.endswith(".") and prefix != unexpected[0] and all(key.startswith(prefix) for key in unexpected):
        return Said("checkpoint_keys", fields | {"prefix": prefix}, "checkpoint_keys.prefix")
    return Said("checkpoint_keys", fields)


def _keys(text: str, kind: str) -> list[str]:
    """Return the keys of a list that may be cut off, as the report cuts long messages."""
    found = re.search(kind + r" key\(s\) in state_dict: ([^\n]*)", text)
    return re.findall(r'"([^"]+)"', found[1]) if found is not None else []


def _object(facts: Facts, match: re.Match[str]) -> Said:
    """A model that was saved whole, or something beside the weights."""
    kind = match[1].rpartition(".")[2]
    if match[1].startswith(("torch.nn.", "torchvision.", "__main__.")):
        return Said("whole_object", {"type": kind})
    return Said("foreign_object", {"type": kind})


def _broken(facts: Facts, match: re.Match[str]) -> Said | None:
    return Said("broken_file") if facts.expression.function == "torch.load" else None


RULES = (
    Rule(r"Error\(s\) in loading state_dict for (\w+)", _checkpoint),
    Rule(r"Weights only load failed.*Unsupported global: GLOBAL (\S+)", _object),
    Rule(
        r"PytorchStreamReader failed|[Ii]nvalid magic number|invalid load key|Ran out of input|Unsupported operand \d+",
        _broken,
    ),
)
"""Checkpoints."""
