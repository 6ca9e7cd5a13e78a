"""Saved weights that do not fit the model."""

from __future__ import annotations

import ast
import re

from evoclass_explain.expression import text
from evoclass_explain.facts import Facts, named, sizes
from evoclass_explain.rules import Rule, Said, always

_WRAPPED = ("model", "model_state_dict", "state_dict", "net", "weights")
"""Keys under which the weights are when more than the weights was saved."""


def _checkpoint(facts: Facts, match: re.Match[str]) -> Said | None:
    told = facts.error.text
    found = re.search(
        r"size mismatch for (\S+): .*?torch\.Size\((.*?)\).*?torch\.Size\((.*?)\)", told, re.DOTALL
    )
    fields: dict[str, object] = {"model": match[1]}
    if found is not None:
        fields |= {
            "name": found[1],
            "stored": named(None, sizes(found[2])),
            "own": named(None, sizes(found[3])),
        }
        return Said("checkpoint_size", fields)
    missing, unexpected = _keys(told, "Missing"), _keys(told, "Unexpected")
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


def _keys(told: str, kind: str) -> list[str]:
    """Return the keys of a list that may be cut off, as the report cuts long messages."""
    found = re.search(kind + r" key\(s\) in state_dict: ([^\n]*)", told)
    return re.findall(r'"([^"]+)"', found[1]) if found is not None else []


def _object(facts: Facts, match: re.Match[str]) -> Said:
    """A model that was saved whole, or another object in addition to the weights."""
    kind = match[1].rpartition(".")[2]
    if match[1].startswith(("torch.nn.", "torchvision.", "__main__.")):
        return Said("whole_object", {"type": kind})
    return Said("foreign_object", {"type": kind})


def _broken(facts: Facts, match: re.Match[str]) -> Said | None:
    return Said("broken_file") if facts.expression.function == "torch.load" else None


def _not_saved(facts: Facts, match: re.Match[str]) -> Said | None:
    """Any file can be taken for a pickle; a file that is not one fails in many ways."""
    kinds = ("KeyError", "EOFError", "UnpicklingError", "UnicodeDecodeError", "IndexError", "AttributeError")
    known = facts.error.type.rpartition(".")[2] in kinds and not facts.is_own
    return Said("broken_file") if facts.expression.function == "torch.load" and known else None


def _no_dictionary(facts: Facts, match: re.Match[str]) -> Said:
    kind = match[1].rpartition(".")[2]
    name = text(facts.expression.argument(0, "state_dict")) or "…"
    fields: dict[str, object] = {"type": kind, "name": name}
    if kind == "str":
        return Said("no_state", fields, "no_state.path")
    if kind in ("method", "function"):
        return Said("no_state", fields, "no_state.call")
    if match[1].startswith(("torch.nn.", "torchvision.", "__main__.")):
        return Said("no_state", fields, "no_state.model")
    return Said("no_state", fields)


def _swapped(facts: Facts, match: re.Match[str]) -> Said | None:
    """`torch.save(path, values)`: the values come first."""
    what, place = facts.expression.argument(0, "obj"), facts.expression.argument(1, "f")
    if facts.expression.called != "save" or what is None or place is None:
        return None
    path = isinstance(what, ast.Constant | ast.JoinedStr) or facts.type_of(what) in (
        "str",
        "PosixPath",
        "WindowsPath",
    )
    fields: dict[str, object] = {"values": text(place) or "…", "path": text(what) or "…"}
    return Said("save_order", fields, "save_order.swap" if path else "")


RULES = (
    Rule(r"^expected 'f' to be string, path, or a file-like object", _swapped),
    Rule(r"Expected state_dict to be dict-like, got <class '(.+?)'>", _no_dictionary),
    Rule(
        r"Attempting to deserialize object on (?:a CUDA device|CUDA device \d+) but torch\.cuda",
        always("saved_on_gpu"),
    ),
    Rule(
        r"don't know how to restore data location|Attempting to deserialize object on (?:an? )?(?:MPS|XPU)",
        always("saved_on_gpu"),
    ),
    Rule(r"Error\(s\) in loading state_dict for (\w+)", _checkpoint),
    Rule(r"Weights only load failed.*Unsupported global: GLOBAL (\S+)", _object),
    Rule(
        r"PytorchStreamReader failed|[Ii]nvalid magic number|invalid load key|Ran out of input|Unsupported operand \d+",
        _broken,
    ),
    Rule(r"^", _not_saved),
)
"""Checkpoints."""
