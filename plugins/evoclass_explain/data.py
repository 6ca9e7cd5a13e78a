"""Loading data: data sets, batches, and what the workers of a loader report."""

from __future__ import annotations

import re

from evoclass_explain.facts import Facts
from evoclass_explain.rules import Rule, Said

_LONGEST = 200
"""Characters of a worker's error that are repeated."""


def _in_worker(facts: Facts, match: re.Match[str]) -> Said | None:
    """Find, in the text of the worker's traceback, what it died of and where in the learner's file."""
    text = facts.error.text
    if re.search(r"batch must contain tensors|stack expects each tensor", text):
        return None  # what is said of such a batch elsewhere says more
    told = [line for line in text.splitlines() if re.match(rf"(?:[\w.]+\.)?{match[1]}(?::|$)", line)]
    own = re.findall(rf'File "{re.escape(facts.error.file)}", line (\d+)', text)
    fields: dict[str, object] = {"error": told[-1][:_LONGEST] if told else match[1], "worker": match[2]}
    # The text of a long traceback is cut, and then its last line of the program is not the one that failed.
    return Said("loader_line", fields | {"line": int(own[-1])}) if own and told else Said("loader", fields)


def _worker_gone(facts: Facts, match: re.Match[str]) -> Said:
    return Said("loader_gone")


def _dataset_sizes(facts: Facts, match: re.Match[str]) -> Said | None:
    if facts.expression.called != "TensorDataset":
        return None
    call = facts.expression.call
    given = [own for own in map(facts.tensor_of, call.args if call is not None else ()) if own is not None]
    known = call is not None and len(given) == len(call.args)
    counts = ", ".join(f"`{own.name}` → {own.shape[0]}" for own in given if own.shape) if known else ""
    return Said("dataset_sizes", {"counts": counts}, what="" if counts else "dataset_sizes.nameless")


def _collate(facts: Facts, match: re.Match[str]) -> Said:
    kind = match[1].rpartition(".")[2]
    if match[1].startswith("PIL."):
        return Said("collate", {"type": kind}, "collate.image")
    return Said("collate", {"type": kind}, "collate.none" if kind == "NoneType" else "")


def _picture(facts: Facts, match: re.Match[str]) -> Said:
    """`ToTensor` wants a picture; a tensor has been through it already."""
    kind = match[1].rpartition(".")[2]
    hint = {"Tensor": "to_tensor.already", "str": "to_tensor.open"}.get(kind, "")
    return Said("to_tensor", {"type": kind}, hint)


def _tensor_first(facts: Facts, match: re.Match[str]) -> Said:
    kind = match[1].rpartition(".")[2]
    return Said(
        "tensor_first", {"type": kind}, what="" if match[1].startswith("PIL.") else "tensor_first.other"
    )


def _class_folders(facts: Facts, match: re.Match[str]) -> Said:
    return Said("class_folders", {"folder": match[1]})


def _no_length(facts: Facts, match: re.Match[str]) -> Said | None:
    """A data set of the learner's own; what is built into Python has no length for other reasons."""
    if match[1] == "NoneType" or not match[1][:1].isupper() or not facts.went_through("torch/utils/data/"):
        return None
    return Said("no_length", {"type": match[1]})


WORKERS = (
    Rule(r"Caught (\w+) in DataLoader worker process (\d+)", _in_worker),
    Rule(
        r"DataLoader worker \(pid(?:\(s\))? [\d, ]+\) (?:exited unexpectedly|is killed by signal)",
        _worker_gone,
    ),
)
"""What a worker of a DataLoader died of: asked first, for its text holds another error's."""

RULES = (
    Rule(r"object of type '(\w+)' has no len\(\)", _no_length),
    Rule(r"^Size mismatch between tensors", _dataset_sizes),
    Rule(r"batch must contain tensors, numpy arrays, .*?; found <class '(.+?)'>", _collate),
    Rule(r"pic should be PIL Image or ndarray\. Got <class '(.+?)'>", _picture),
    Rule(r"img should be Tensor Image\. Got <class '(.+?)'>", _tensor_first),
    Rule(r"Couldn't find any class folder in (.+?)\.$", _class_folders),
)
"""Data."""
