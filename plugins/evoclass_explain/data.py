"""Loading data: data sets, batches, and the reports of a loader's workers."""

from __future__ import annotations

import ast
import re

from evoclass.quantities import shape_text
from evoclass_explain.expression import text
from evoclass_explain.facts import Facts, is_picture, sizes
from evoclass_explain.rules import Rule, Said, always

_LONGEST = 200
"""Characters of a worker's error that are repeated."""


def _in_worker(facts: Facts, match: re.Match[str]) -> Said | None:
    """Find, in the text of the worker's traceback, the error that ended it and its place in the learner's file."""
    text = facts.error.text
    if re.search(r"batch must contain tensors|stack expects each tensor", text):
        return None  # another rule says more about a batch like this
    told = [line for line in text.splitlines() if re.match(rf"(?:[\w.]+\.)?{match[1]}(?::|$)", line)]
    own = re.findall(rf'File "{re.escape(facts.error.file)}", line (\d+)', text)
    fields: dict[str, object] = {"error": told[-1][:_LONGEST] if told else match[1], "worker": match[2]}
    # The text of a long traceback is cut, and then its last line from the program is not the one that failed.
    return Said("loader_line", fields | {"line": int(own[-1])}) if own and told else Said("loader", fields)


def _worker_gone(facts: Facts, match: re.Match[str]) -> Said:
    return Said("main_guard" if facts.error.unguarded else "loader_gone")


def _process_gone(facts: Facts, match: re.Match[str]) -> Said | None:
    """Processes of a pool or of `mp.spawn` that run the program again end before they begin."""
    return Said("main_guard", hint="main_guard.process") if facts.error.unguarded else None


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
    """`ToTensor` wants a picture; a tensor has already been through it."""
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
    """The learner's own data set; Python's built-in objects have no length for other reasons."""
    if match[1] == "NoneType" or not match[1][:1].isupper() or not facts.went_through("torch/utils/data/"):
        return None
    return Said("no_length", {"type": match[1]})


def _past_the_end(facts: Facts, match: re.Match[str]) -> Said | None:
    """`__getitem__` was asked for an index that `__len__` promised."""
    if not facts.went_through("torch/utils/data/") or not facts.error.during.endswith("__getitem__"):
        return None
    return Said("past_the_end", {"kind": match[1]})


def _subset(facts: Facts, match: re.Match[str]) -> Said | None:
    """The indices that a `Subset` was built with are used only when its examples are read."""
    if not facts.below or not any(file.endswith("torch/utils/data/dataset.py") for file in facts.below):
        return None
    node = facts.expression.node
    return Said("subset", {"name": text(node.value) if isinstance(node, ast.Subscript) else ""})


def _split_sizes(facts: Facts, match: re.Match[str]) -> Said:
    sizes_of = facts.expression.argument(1, "lengths")
    fields: dict[str, object] = {"name": text(facts.expression.argument(0, "dataset")) or "…"}
    if isinstance(sizes_of, ast.List | ast.Tuple) and all(
        isinstance(each, ast.Constant) for each in sizes_of.elts
    ):
        values = [each.value for each in sizes_of.elts if isinstance(each, ast.Constant)]
        if all(type(value) is int for value in values):
            fields["sum"] = sum(value for value in values if type(value) is int)
            return Said("split_sizes", fields)
    return Said("split_sizes", fields, what="split_sizes.plain")


def _crop(facts: Facts, match: re.Match[str]) -> Said:
    return Said("crop", {"crop": shape_text(sizes(match[1])), "image": shape_text(sizes(match[2]))})


def _grid(facts: Facts, match: re.Match[str]) -> Said:
    kind = match[1].rpartition(".")[2]
    name = text(facts.expression.argument(0, "tensor")) or "…"
    fields: dict[str, object] = {
        "type": kind,
        "name": name,
        "function": facts.expression.called or "make_grid",
    }
    if is_picture(kind):
        return Said("image_grid", fields, "image_grid.image")
    return Said("image_grid", fields, "image_grid.array" if kind == "ndarray" else "")


def _no_arguments(facts: Facts, match: re.Match[str]) -> Said | None:
    """A class that is called without values got one: `transforms.ToTensor(image)`, or the class in a `Compose`."""
    if facts.went_through("torchvision/transforms/"):
        return Said("unbuilt_transform", {"type": match[1]})
    node = facts.expression.call
    named_ = facts.is_code(node.func, "class") if node is not None else None
    if named_ is None or node is None or not facts.is_own:
        return None
    given = ", ".join(text(each) or "…" for each in node.args)
    fields: dict[str, object] = {"type": text(node.func), "arguments": given, "function": match[1]}
    return Said(
        "no_init_arguments", fields, "no_init_arguments.transform" if "ransform" in text(node.func) else ""
    )


def _not_implemented(facts: Facts, match: re.Match[str]) -> Said | None:
    if facts.error.type != "NotImplementedError":
        return None
    return Said("no_getitem")


def _unexpected_type(facts: Facts, match: re.Match[str]) -> Said | None:
    if not facts.went_through("torchvision/transforms/"):
        return None
    kind = match[1].rpartition(".")[2]
    return Said("transform_type", {"type": kind}, "transform_type.array" if kind == "ndarray" else "")


WORKERS = (
    Rule(r"Caught (\w+) in DataLoader worker process (\d+)", _in_worker),
    Rule(
        r"DataLoader worker \(pid(?:\(s\))? [\d, ]+\) (?:exited unexpectedly|is killed by signal)",
        _worker_gone,
    ),
    Rule(
        r"^A process in the process pool was terminated abruptly|^process \d+ terminated with exit code \d+",
        _process_gone,
    ),
)
"""The error that ended a worker of a DataLoader: tried first, because its text contains another error's."""

RULES = (
    Rule(r"^(list|tuple|string) index out of range|^index \d+ is out of bounds", _past_the_end),
    Rule(r"^(?:list|tuple) index out of range|^index \d+ is out of bounds", _subset),
    Rule(r"num_samples should be a positive integer value, but got num_samples=0$", always("no_samples")),
    Rule(
        r"num_samples should be a positive integer value, but got num_samples=(\S+)",
        lambda f, m: Said("samples", {"value": m[1]}, "samples.whole" if "." in m[1] else ""),
    ),
    Rule(r"^tensor or list of tensors expected, got (?:a list containing )?<class '(.+?)'>", _grid),
    Rule(
        r"batch_size should be a positive integer value, but got batch_size=(\S+)",
        lambda f, m: Said("batch_size", {"value": m[1]}, "batch_size.whole" if "." in m[1] else ""),
    ),
    Rule(
        r"sampler option is mutually exclusive with shuffle|batch_sampler option is mutually exclusive",
        always("sampler_shuffle"),
    ),
    Rule(r"Sum of input lengths does not equal the length of the input dataset", _split_sizes),
    Rule(r"Required crop size (\(.*?\)) is larger than input image size (\(.*?\))", _crop),
    Rule(r"^std evaluated to zero after conversion", always("zero_deviation")),
    Rule(r"^Dataset not found\. You can use download=True", always("no_download")),
    Rule(r"^Found no valid file for the classes", always("no_images")),
    Rule(r"^(\w+)\(\) takes no arguments", _no_arguments),
    Rule(r"^Unexpected type <class '(.+?)'>", _unexpected_type),
    Rule(r"^(?:Subclasses of Dataset should implement __getitem__\.)?$", _not_implemented),
    Rule(
        r"^pic should be 2/3 dimensional\. Got (\d) dimensions",
        lambda f, m: Said("picture_dimensions", {"count": int(m[1])}),
    ),
    Rule(r"An attempt has been made to start a new process before the", always("main_guard")),
    Rule(
        r"^mutable default <class '(\w+)'> for field (\w+)",
        lambda f, m: Said("default", {"type": m[1], "name": m[2]}),
    ),
    Rule(
        r"^non-default argument '(\w+)' follows default argument",
        lambda f, m: Said("field_order", {"name": m[1]}),
    ),
    Rule(r"object of type '(\w+)' has no len\(\)", _no_length),
    Rule(r"^Size mismatch between tensors", _dataset_sizes),
    Rule(r"batch must contain tensors, numpy arrays, .*?; found <class '(.+?)'>", _collate),
    Rule(r"pic should be PIL Image or ndarray\. Got <class '(.+?)'>", _picture),
    Rule(r"img should be Tensor Image\. Got <class '(.+?)'>", _tensor_first),
    Rule(r"Couldn't find any class folder in (.+?)\.$", _class_folders),
)
"""Data."""
