"""Calls with the wrong arguments: of a model, of the learner's own function or class, of a library."""

from __future__ import annotations

import ast
import re

from evoclass.protocol import Signature
from evoclass_explain.expression import text
from evoclass_explain.facts import Facts
from evoclass_explain.rules import Rule, Said

_SHOWN = 10
_LONG = 40
_OF_LISTS = ("Compose", "ModuleList", "ConcatDataset", "ChainDataset", "ParameterList")
"""Classes that take one list, but are often given its items."""

_OTHER_WORDS = {
    "learning_rate": "lr",
    "learningrate": "lr",
    "epsilon": "eps",
    "axis": "dim",
    "keepdims": "keepdim",
    "hidden_dim": "hidden_size",
    "input_dim": "input_size",
    "output_dim": "out_features",
    "units": "out_features",
    "filters": "out_channels",
    "channels": "in_channels",
    "kernel": "kernel_size",
    "strides": "stride",
    "n_layers": "num_layers",
    "layers": "num_layers",
    "n_heads": "num_heads",
    "heads": "nhead",
    "num_heads": "nhead",
    "embed_size": "embed_dim",
    "embedding_size": "embedding_dim",
    "vocab_size": "num_embeddings",
    "dropout_rate": "dropout",
    "batchsize": "batch_size",
    "workers": "num_workers",
    "weights": "weight",
    "size": "step_size",
}
"""Names of a parameter in other libraries and in books."""

_OF_SIZES = ("reshape", "view", "expand", "repeat", "permute", "unflatten", "tile", "new_zeros", "new_ones")
"""Methods of tensors that take sizes one after the other."""

_CALLING = ("map", "filter", "sort", "sorted", "reduce", "min", "max", "apply", "groupby")
"""Functions that call a function given to them."""

_NEEDS = {
    ("ReduceLROnPlateau.step", "metrics"): "call_missing.plateau",
    ("LBFGS.step", "closure"): "call_missing.closure",
    ("TransformerDecoderLayer.forward", "memory"): "call_missing.memory",
    ("TransformerDecoder.forward", "memory"): "call_missing.memory",
    ("Transformer.forward", "tgt"): "call_missing.target_sequence",
}


def _missing(facts: Facts, match: re.Match[str]) -> Said | None:
    names = re.findall(r"['\"](\w+)['\"]", match[2])
    signature = facts.error.signature
    shown = called(match[1])
    if shown.startswith("_") and match[1].endswith(".__init__") and facts.expression.called:
        shown = facts.expression.called  # a class behind the one that was written
    fields: dict[str, object] = {
        "function": shown,
        "names": ", ".join(f"`{name}`" for name in names),
    }
    if names == ["self"] or (names and names[0] == "self"):
        return _on_class(facts, fields)
    fields["parameters"] = _listed(signature)
    if facts.is_own and facts.expression.called in _CALLING:
        caller = facts.expression.called
        return Said("call_missing", fields | {"caller": caller}, "call_missing.passed", "call_missing.bare")
    special = next((_NEEDS[match[1], name] for name in names if (match[1], name) in _NEEDS), "")
    if special:
        return Said("call_missing", fields, special)
    takes = signature.parameters[1:] if signature is not None else ()
    if match[1].endswith("Loss.forward") and takes[:2] == ("input", "target"):
        return Said("call_missing", fields, "call_missing.loss")
    if not _is_learners(facts, match[1]):
        return _by_library(facts, signature, fields)
    if signature is None or not fields["parameters"]:
        return Said("call_missing", fields, what="call_missing.bare")
    name, hint = facts.expression.function, "call_missing.own" if signature.own else ""
    if match[1].endswith(".forward") and not facts.is_own and name:
        return Said("call_missing", fields | {"name": name}, hint, "call_missing.forward")
    return Said("call_missing", fields, hint)


def _is_learners(facts: Facts, name: str) -> bool:
    """Whether the learner's own line made this call: directly, of a model, or through a decorator of the library's."""
    if facts.is_own:
        return True
    if name.endswith(".forward"):
        return facts.calls_module
    wanted = {called(name).rpartition(".")[2], *name.split(".")[:1]}
    return facts.expression.called in wanted and facts.expression.called != ""


def _on_class(facts: Facts, fields: dict[str, object]) -> Said | None:
    """`Net.forward(x)`, or `model.parameters()` where `model` is the class itself."""
    named = facts.is_code(facts.expression.receiver, "class")
    if named is None:
        return Said("on_class", fields, what="on_class.nameless") if facts.is_own else None
    fields |= {"name": named.name, "of": named.of, "method": facts.expression.called}
    aliased = named.name.rpartition(".")[2] != named.of
    return Said(
        "on_class", fields, "on_class.assigned" if aliased else "on_class.known", "on_class.known_what"
    )


def _by_library(facts: Facts, signature: Signature | None, fields: dict[str, object]) -> Said | None:
    """The learner's line did not make this call: a container of layers did, or a function that takes functions."""
    if signature is None:
        return None
    if signature.name.endswith(".__init__") and facts.went_through("torchvision/transforms/"):
        return Said("unbuilt_transform", {"type": called(signature.name)})
    if facts.below[-1].endswith("torch/nn/modules/module.py") and signature.name.endswith(".forward"):
        if any(file.endswith("torch/nn/modules/container.py") for file in facts.below):
            return Said("sequential_call", fields)
        return None
    if not signature.own:
        return None
    return Said("callback", fields | {"line": signature.line, "parameters": _listed(signature) or "-"})


def _too_many(facts: Facts, match: re.Match[str]) -> Said | None:
    signature, given = facts.error.signature, int(match[3])
    if signature is not None and len(signature.parameters) != int(match[2]):
        signature = None  # another function of this name
    fields: dict[str, object] = {"function": called(match[1]), "takes": match[2], "given": given}
    if facts.expression.source.startswith("super("):
        return Said("super_call", fields, "" if facts.below[-1:] != [] else "super_call.compare")
    if signature is None:
        if (
            match[1].endswith(".__init__")
            and facts.below[-1:]
            and "torchvision/transforms/" in facts.below[-1]
        ):
            return Said("unbuilt_transform", {"type": called(match[1])})
        call = facts.expression.call
        named = facts.is_code(call.func, "class") if call is not None else None
        if match[1].endswith(".__init__") and call is not None and named is not None and not facts.is_own:
            given_values = ", ".join(text(each) or "…" for each in call.args)
            fields |= {"type": named.name, "arguments": given_values}
            return Said("no_init_arguments", fields, "no_init_arguments.spelling")
        fraction = _fraction(facts)
        if fraction is not None:
            return fraction
        return Said("too_many_arguments", fields) if facts.is_own else None
    first = signature.parameters[0] if signature.parameters else ""
    bound = first in ("self", "cls", "mcs") and "." in signature.name
    receiver = facts.is_code(facts.expression.receiver, "class")
    fields |= {"line": signature.line, "parameters": _listed(signature)}
    if (
        "." in signature.name
        and signature.own
        and not bound
        and not signature.static
        and receiver is None
        and "<locals>" not in match[1]
    ):
        if given == len(signature.parameters) + 1:
            method = signature.name.rpartition(".")[2]
            written = ", ".join(("self", *signature.parameters))
            fields["function"] = signature.name.replace(".<locals>", "")
            return Said("no_self", fields | {"method": method, "written": written})
        return None
    if signature.name.endswith(".__init__") and (said := _class_called(facts)) is not None:
        return said
    if not _is_learners(facts, signature.name):
        return _by_library(facts, signature, fields)
    node = facts.expression.call
    bound_to = facts.value(node.func) if node is not None else None
    method_name = signature.name.rpartition(".")[2]
    if bound_to is not None and bound_to.type == "method" and facts.expression.called != method_name:
        return Said("method_kept", fields | {"name": bound_to.name, "method": method_name})
    if signature.name == "Sequential.forward":
        return Said("sequential_call", fields)
    if called(signature.name) in _OF_LISTS and len(signature.parameters) == 1 + bound:
        return Said("too_many_arguments", fields, "too_many_arguments.one_list")
    fields |= {"takes": len(signature.parameters) - bound, "given": given - bound}
    if not fields["parameters"]:
        return Said("too_many_arguments", fields)
    hint = "too_many_arguments.own" if signature.own else ""
    name = facts.expression.function
    if signature.name.endswith(".forward") and not facts.is_own and name:
        return Said("too_many_arguments", fields | {"name": name}, hint, "too_many_arguments.forward")
    return Said("too_many_arguments", fields, hint, "too_many_arguments.listed")


def _fraction(facts: Facts) -> Said | None:
    """`x.reshape(n / 2, 3)`: PyTorch looks for another form of the method if a size is not a whole number."""
    call = facts.expression.call
    if call is None or facts.expression.called not in _OF_SIZES or not facts.is_own:
        return None
    for given in call.args:
        divided = isinstance(given, ast.BinOp) and isinstance(given.op, ast.Div)
        constant = isinstance(given, ast.Constant) and type(given.value) is float
        if divided or constant or facts.type_of(given) == "float":
            return Said("whole_sizes", {"function": facts.expression.called, "name": text(given) or "…"})
    return None


def _class_called(facts: Facts) -> Said | None:
    """`model(x)` where `model` is the class: its parentheses build an object, and compute nothing."""
    call = facts.expression.call
    named = facts.is_code(call.func, "class") if call is not None else None
    if call is None or named is None or not any(map(facts.tensor_of, call.args)):
        return None
    fields: dict[str, object] = {"name": named.name, "of": named.of}
    fields["arguments"] = ", ".join(text(argument) or "…" for argument in call.args)
    if named.name.rpartition(".")[2] != named.of:
        return Said("class_called", fields, "class_called.assigned")
    settings = ", ".join(ast.unparse(keyword) for keyword in call.keywords)
    if settings or "." in named.name:
        fields["settings"] = settings if len(settings) < _LONG else "…"
        return Said("class_called", fields, "class_called.layer")
    return Said("class_called", fields)


def _unknown(facts: Facts, match: re.Match[str]) -> Said | None:
    signature = facts.error.signature
    fields: dict[str, object] = {"function": called(match[1]), "name": match[2]}
    if facts.expression.source.startswith("super("):
        return Said("super_call", fields, "" if facts.below else "super_call.compare")
    if signature is None:
        if not facts.is_own and not _is_passed(facts, match[2]):
            return None  # inside of a library the call is not the learner's
        fields["function"] = facts.expression.function or fields["function"]
        return Said("unknown_argument", fields, "unknown_argument.help")
    if not _is_learners(facts, match[1]) and not _is_passed(facts, match[2]):
        return None
    fields["parameters"] = _listed(signature)
    names = (*signature.parameters, *signature.keywords)
    other = _OTHER_WORDS.get(match[2], "")
    close = other if other in names else next((each for each in facts.error.close if each in names), "")
    if close:
        return Said("unknown_argument", fields | {"close": close}, "unknown_argument.spelling")
    if not fields["parameters"]:
        return Said("unknown_argument", fields, "unknown_argument.none")
    return Said("unknown_argument", fields)


def _is_passed(facts: Facts, name: str) -> bool:
    """Whether the learner's own expression passes something by this name."""
    call = facts.expression.call
    return call is not None and any(keyword.arg == name for keyword in call.keywords)


def _twice(facts: Facts, match: re.Match[str]) -> Said | None:
    if not _is_learners(facts, match[1]):
        return None
    if match[1].endswith(".__init__") and (said := _class_called(facts)) is not None:
        return said
    fields: dict[str, object] = {"function": called(match[1]), "name": match[2]}
    listed = _listed(facts.error.signature)
    return Said("twice_passed", fields | {"parameters": listed}, "" if listed else "twice_passed.once")


def _listed(signature: Signature | None) -> str:
    """Return the parameters as a comma-separated list, without the object that Python passes by itself."""
    if signature is None:
        return ""
    names = list(signature.parameters)
    if names[:1] in (["self"], ["cls"], ["mcs"]):
        del names[0]
    names += signature.keywords
    return ", ".join(f"`{name}`" for name in names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")


def called(name: str) -> str:
    """Return the called name as it was written: a class, where Python names its `__init__`."""
    return name.removesuffix(".__init__").replace(".<locals>", "")


RULES = (
    Rule(r"^([\w.<>]+)\(\) missing \d+ required (?:positional|keyword-only) arguments?: (.+)$", _missing),
    Rule(
        r"^([\w.<>]+)\(\) takes (?:from \d+ to )?(\d+) positional arguments? but (\d+) (?:was|were) given",
        _too_many,
    ),
    Rule(r"^([\w.<>]+)\(\) got an unexpected keyword argument '(\w+)'", _unknown),
    Rule(r"^([\w.<>]+)\(\) got multiple values for argument '(\w+)'", _twice),
)
"""Calls."""
