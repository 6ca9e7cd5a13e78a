"""Loading data: data sets, batches, and what the workers of a loader report."""

from __future__ import annotations

import re

from evoclass_explain.facts import Facts
from evoclass_explain.rules import Rule, Said


def _in_worker(facts: Facts, match: re.Match[str]) -> Said:
    """Find, in the text of the worker's traceback, what it died of and where in the learner's file."""
    lines = [line for line in facts.error.text.splitlines() if line.strip()]
    own = [
        int(number)
        for number in re.findall(rf'File "{re.escape(facts.error.file)}", line (\d+)', facts.error.text)
    ]
    fields: dict[str, object] = {
        "error": lines[-1].strip() if len(lines) > 1 else match[1],
        "worker": match[2],
    }
    if not own:
        return Said("loader", fields)
    return Said("loader_line", fields | {"line": own[-1]})


def _worker_gone(facts: Facts, match: re.Match[str]) -> Said:
    return Said("loader_gone")


def _dataset_sizes(facts: Facts, match: re.Match[str]) -> Said | None:
    if facts.expression.called != "TensorDataset":
        return None
    given = [own for own in facts.direct if own.shape]
    counts = ", ".join(f"`{own.name}` → {own.shape[0]}" for own in given if own.shape)
    return Said("dataset_sizes", {"counts": counts}, what="" if counts else "dataset_sizes.nameless")


def _collate(facts: Facts, match: re.Match[str]) -> Said:
    kind = match[1].rpartition(".")[2]
    if kind.endswith("Image") or kind.endswith("ImageFile"):
        return Said("collate", {"type": kind}, "collate.image")
    return Said("collate", {"type": kind}, "collate.none" if kind == "NoneType" else "")


def _picture(facts: Facts, match: re.Match[str]) -> Said:
    """`ToTensor` wants a picture; a tensor has been through it already."""
    kind = match[1].rpartition(".")[2]
    return Said("to_tensor", {"type": kind}, "to_tensor.already" if kind == "Tensor" else "")


def _tensor_first(facts: Facts, match: re.Match[str]) -> Said:
    return Said("tensor_first", {"type": match[1].rpartition(".")[2]})


def _class_folders(facts: Facts, match: re.Match[str]) -> Said:
    return Said("class_folders", {"folder": match[1]})


def _no_length(facts: Facts, match: re.Match[str]) -> Said | None:
    if "DataLoader" not in facts.expression.source and "RandomSampler" not in facts.error.traceback:
        return None
    return Said("no_length", {"type": match[1]})


RULES = (
    Rule(r"Caught (\w+) in DataLoader worker process (\d+)", _in_worker),
    Rule(
        r"DataLoader worker \(pid(?:\(s\))? [\d, ]+\) (?:exited unexpectedly|is killed by signal)",
        _worker_gone,
    ),
    Rule(r"object of type '(\w+)' has no len\(\)", _no_length),
    Rule(r"^Size mismatch between tensors", _dataset_sizes),
    Rule(r"batch must contain tensors, numpy arrays, .*?; found <class '(.+?)'>", _collate),
    Rule(r"pic should be PIL Image or ndarray\. Got <class '(.+?)'>", _picture),
    Rule(r"img should be Tensor Image\. Got <class '(.+?)'>", _tensor_first),
    Rule(r"Couldn't find any class folder in (.+?)\.$", _class_folders),
)
"""Data."""
