"""Layers that are built or called in the wrong way."""

from __future__ import annotations

import ast
import re

from evoclass_explain.expression import closed, is_plain, text
from evoclass_explain.facts import Facts, is_picture
from evoclass_explain.rules import Rule, Said, always

_RECURRENT = frozenset(("LSTM", "GRU", "RNN"))
_CONTAINERS = frozenset(("Sequential", "ModuleList", "ModuleDict"))
_BUILT = {"ReLU": "relu", "Sigmoid": "sigmoid", "Tanh": "tanh", "GELU": "gelu", "LeakyReLU": "leaky_relu"}
"""Layers without weights that are often called like functions, and those functions."""


def _no_tensor(facts: Facts, match: re.Match[str]) -> Said | None:
    kind = match[1].rpartition(".")[2]
    name = closed(facts.expression.argument(0, "input")) if facts.running is None or facts.is_first else ""
    fields: dict[str, object] = {"type": kind, "name": name}
    if kind in _BUILT:
        return Said("no_tensor", fields | {"function": _BUILT[kind]}, "no_tensor.built")
    if is_picture(kind):
        return Said("no_tensor", fields, "no_tensor.image")
    if kind == "tuple" and facts.running is not None:
        return _pair(facts, fields)
    if kind not in ("ndarray", "list", "tuple"):
        return None
    if kind != "ndarray" and any(
        own.name == f"{name}[0]" and own.shape is not None for own in facts.error.operands
    ):
        return Said("no_tensor", fields, "no_tensor.several")
    return Said(
        "no_tensor", fields, f"no_tensor.{'ndarray' if kind == 'ndarray' else 'list'}" if name else ""
    )


def _pair(facts: Facts, fields: dict[str, object]) -> Said:
    """The result of an LSTM: its output together with its last state."""
    argument = facts.expression.argument(0, "input")
    if facts.calls_layer and isinstance(argument, ast.Call) and fields["name"]:
        made_by = ast.unparse(argument.func)
        kinds = {own.name: own.type for own in facts.error.operands}
        if kinds.get(made_by) in _RECURRENT:
            return Said("no_tensor", fields, "no_tensor.output", "no_tensor.pair")
    return Said("no_tensor", fields, "no_tensor.tuple")


def _inside(facts: Facts, match: re.Match[str]) -> Said | None:
    """PyTorch asks a value for its size, its dimensions or its type, and the value is not a tensor."""
    kind = match[1].rpartition(".")[2]
    if facts.is_own or not facts.below or "/torch/" not in facts.below[-1] or match[2] not in _ASKED:
        return None
    call = facts.expression.call
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)] if call is not None else []
    given = [node for node in arguments if facts.type_of(node) == kind or _literal(node) == kind]
    fields: dict[str, object] = {"type": kind, "name": closed(given[0]) if len(given) == 1 else ""}
    if not fields["name"] or kind not in ("tuple", "list", "ndarray"):
        return Said("no_tensor", fields)
    holds = any(own.name == f"{fields['name']}[0]" and own.shape is not None for own in facts.error.operands)
    hint = "no_tensor.several" if holds or kind == "tuple" else f"no_tensor.{kind}"
    return Said("no_tensor", fields, hint)


_ASKED = frozenset(
    (
        "size",
        "dim",
        "detach",
        "shape",
        "ndim",
        "dtype",
        "device",
        "to",
        "is_cuda",
        "requires_grad",
        "numel",
        "log_softmax",
    )
)


def _literal(node: ast.AST) -> str:
    if isinstance(node, ast.Constant):
        return type(node.value).__name__
    return {"List": "list", "Tuple": "tuple", "Dict": "dict"}.get(type(node).__name__, "")


def _no_forward(facts: Facts, match: re.Match[str]) -> Said:
    running, called = facts.running, facts.expression.call
    name = running.name if running is not None and running.type == match[1] else ""
    if not name and called is not None and facts.type_of(called.func) == match[1]:
        name = facts.expression.function
    fields: dict[str, object] = {"type": match[1], "name": name}
    if match[1] in ("ModuleList", "ModuleDict"):
        return Said(
            "no_forward", fields, f"no_forward.{match[1] if name else 'inside'}", "no_forward.container"
        )
    return Said("no_forward", fields)


def _not_a_layer(facts: Facts, match: re.Match[str]) -> Said:
    """An item in `nn.Sequential(…)` that is not a layer: a list, a function, or a class that was not called."""
    kind, call = match[1].rpartition(".")[2], facts.expression.call
    arguments = call.args if call is not None else []
    in_sequence = facts.expression.called == "Sequential"
    container = facts.expression.function if facts.expression.called in _CONTAINERS else "nn.Sequential"
    fields: dict[str, object] = {"given": kind, "container": container}
    if in_sequence and (
        kind in ("list", "tuple") or any(isinstance(own, ast.GeneratorExp) for own in arguments)
    ):
        return Said("not_a_layer", fields, "not_a_layer.list", "not_a_layer.listed")
    built = next((name for name, function in _BUILT.items() if function == kind), "")
    if built:
        return Said("not_a_layer", fields | {"type": built}, "not_a_layer.function")
    classes = [text(own) for own in arguments if is_plain(own) and text(own).rpartition(".")[2] == kind]
    if classes and kind[:1].isupper():
        return Said("not_a_layer", fields | {"given": classes[0]}, "not_a_layer.build")
    if kind in ("dict", "OrderedDict") and in_sequence:
        return Said("not_a_layer", fields, "not_a_layer.named")
    return Said("not_a_layer", fields)


def _assigned(facts: Facts, match: re.Match[str]) -> Said:
    node = facts.expression.node
    target = text(node) if isinstance(node, ast.Attribute) and node.attr == match[1] else ""
    return Said("assigned", {"name": match[1], "target": target or f"model.{match[1]}"})


def _by_text(facts: Facts, match: re.Match[str]) -> Said | None:
    """`net["0"]`: layers of a `Sequential` are numbered; only those of a `ModuleDict` have names."""
    node = facts.expression.node
    if not isinstance(node, ast.Subscript) or not facts.went_through("torch/nn/modules/container.py"):
        return None
    index = node.slice.value if isinstance(node.slice, ast.Constant) else None
    fields: dict[str, object] = {"name": text(node.value) or "…"}
    if isinstance(index, str) and index.isdecimal():
        return Said("layer_number", fields | {"number": index}, "layer_number.number")
    return Said("layer_number", fields)


def _unready(facts: Facts, match: re.Match[str]) -> Said:
    return Said("lazy", {"function": match[1] or match[2]})


RULES = (
    Rule(r"^'str' object cannot be interpreted as an integer", _by_text),
    Rule(r"^Attempted to use an uninitialized parameter in <(?:method '(\w+)'|.*?(\w+)\b)", _unready),
    Rule(r"\(\): argument 'input' \(position 1\) must be Tensor, not ([\w.]+)", _no_tensor),
    Rule(r"conv\w*\(\) received an invalid combination of arguments - got \(([\w.]+), ", _no_tensor),
    Rule(
        r"^'(tuple|list|dict|str|int|float|ndarray|numpy\.ndarray)' object has no attribute '(\w+)'", _inside
    ),
    Rule(r"cannot assign \w+ before Module\.__init__\(\) call", always("no_init")),
    Rule(r'Module \[(\w+)\] is missing the required "forward" function', _no_forward),
    Rule(r"^(\S+) is not a Module subclass", _not_a_layer),
    Rule(r"cannot assign 'torch\.\w*Tensor' as parameter '(\w+)'", _assigned),
)
"""Layers."""
