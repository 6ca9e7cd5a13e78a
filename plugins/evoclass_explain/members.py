"""Attributes that a value does not have, because it is of a different kind than the learner thought."""

from __future__ import annotations

import ast
import difflib
import re

from evoclass_explain.expression import text
from evoclass_explain.facts import Facts
from evoclass_explain.rules import Rule, Said

_TENSOR = (
    *("backward", "item", "shape", "size", "mean", "sum", "std", "var", "min", "max"),
    *("argmax", "argmin", "view", "reshape", "flatten", "squeeze", "unsqueeze", "permute"),
    *("transpose", "detach", "numpy", "tolist", "clone", "float", "long", "int", "bool"),
    *("double", "half", "dtype", "device", "grad", "requires_grad", "grad_fn"),
    *("requires_grad_", "zero_", "softmax", "sigmoid", "sqrt", "exp", "log", "abs", "norm"),
    *("cuda", "cpu", "to", "repeat", "expand", "gather", "scatter_", "matmul", "T"),
)
"""Frequently used methods and attributes of a tensor."""

_OF_TENSORS = frozenset(_TENSOR) - {"shape", "size", "T"}
_OF_MODELS = frozenset(
    ("parameters", "named_parameters", "state_dict", "load_state_dict", "eval", "train", "modules")
)
_OF_OPTIMIZERS = frozenset(("zero_grad", "step"))
_OTHERWISE = {
    "append": "tensor_attribute.append",
    "extend": "tensor_attribute.append",
    "astype": "tensor_attribute.astype",
    "len": "tensor_attribute.length",
    "length": "tensor_attribute.length",
    "copy": "tensor_attribute.copy",
    "predict": "tensor_attribute.spelling_check",
}
_DICTIONARIES = ("dict", "OrderedDict", "defaultdict", "Counter")
_NUMBERS = ("int", "float", "bool")
_PLAIN_LAYERS = (
    *("ReLU", "LeakyReLU", "GELU", "ELU", "SiLU", "Sigmoid", "Tanh", "Softmax", "LogSoftmax", "Softplus"),
    *("Dropout", "Flatten", "Identity", "MaxPool1d", "MaxPool2d", "AvgPool2d", "AdaptiveAvgPool2d"),
)
"""Layers that beginners mistake for functions."""
_CALLS = ("function", "method", "builtin_function_or_method", "method-wrapper")
_TEXTS = {
    "push": "+",
    "append": "+",
    "add": "+",
    "contains": "in",
    "len": "len",
    "length": "len",
    "size": "len",
}


def _tensor(facts: Facts, match: re.Match[str]) -> Said | None:
    wanted, node = match[2], facts.expression.node
    owner = text(node.value) if isinstance(node, ast.Attribute) and node.attr == wanted else ""
    fields: dict[str, object] = {"attribute": wanted, "name": owner or "x"}
    if not facts.is_own:
        return None
    if wanted in _OF_OPTIMIZERS:
        return Said("tensor_attribute", fields, "tensor_attribute.optimizer")
    if wanted in _OF_MODELS:
        return Said("tensor_attribute", fields, "tensor_attribute.model")
    if wanted in _OTHERWISE:
        return Said("tensor_attribute", fields, _OTHERWISE[wanted])
    close = difflib.get_close_matches(wanted, _TENSOR, 1, 0.7)
    other = close[0] if close else next(iter(facts.error.close), "")
    return Said("tensor_attribute", fields | {"close": other}, "tensor_attribute.spelling" if other else "")


def _missing(facts: Facts, match: re.Match[str]) -> Said | None:
    kind, wanted = match[1].rpartition(".")[2], match[2]
    if not facts.is_own and not facts.below[-1].endswith(
        ("torch/nn/modules/module.py", "pandas/core/generic.py")
    ):
        return None
    node = facts.expression.node
    owner = node.value if isinstance(node, ast.Attribute) and node.attr == wanted else None
    name = text(owner)
    fields: dict[str, object] = {"name": name, "type": kind, "attribute": wanted}
    own = facts.value(owner)
    if own is not None and own.type != kind:
        return None
    if wanted == "next" and (kind.endswith("Iter") or kind.endswith("iterator") or kind == "generator"):
        return Said("old_next", fields, "" if name else "old_next.nameless")
    if not name:
        return None
    if match[1].startswith("torch.return_types."):
        return Said("two_results", fields)
    if kind in _PLAIN_LAYERS and wanted in _TENSOR:
        return Said("layer_built", fields)
    if kind == "DataFrame" and own is not None and own.keys:
        return Said("no_column", fields | {"key": wanted, "keys": ", ".join(own.keys)})
    if facts.error.close == (wanted,):
        return Said("member", fields, "member.property", "member.property_what")
    if kind in _DICTIONARIES:
        if own is not None and repr(wanted) in own.keys:
            return Said("member", fields, "member.key")
        return _close(facts, fields, "member.dictionary")
    if kind == "bool" and isinstance(owner, ast.Compare):
        return Said("member", fields, "member.comparison")
    if kind == "_IncompatibleKeys":
        return loaded(facts, owner)
    if kind in _NUMBERS:
        return Said("member", fields, "member.number" if wanted in _OF_TENSORS else "member.other")
    if kind in _CALLS:
        return Said("member", fields, "member.call")
    if kind in ("list", "tuple"):
        if wanted in ("shape", "size", "length", "len"):
            return Said("member", fields, "member.list_length")
        if wanted in ("dim", "ndim", "dtype", "device") or wanted in _OF_TENSORS:
            return _close(facts, fields, "member.list_tensor")
        if kind == "tuple" and wanted in ("append", "extend", "sort", "remove", "insert", "pop"):
            return Said("member", fields, "member.tuple")
        return _close(facts, fields, "member.other")
    if kind == "str":
        return _close(
            facts, fields, f"member.text_{_TEXTS[wanted]}" if wanted in _TEXTS else "member.text_other"
        )
    if kind == "ndarray":
        return _array(facts, fields, wanted)
    if kind == "set" and wanted == "append":
        return Said("member", fields, "member.set")
    if kind == "Subset" or kind == "DataLoader":
        return Said("member", fields, "member.dataset")
    if kind == "Namespace":
        return _close(facts, fields, "member.namespace")
    if kind.startswith("Axes") and wanted in _OF_AXES:
        return Said("member", fields | {"new": f"{name}.set_{wanted}"}, "member.spelling")
    if name == "self":
        return _close(facts, fields | {"parts": ""}, "no_attribute.self")
    if wanted in ("weight", "bias"):
        return _close(facts, fields, "member.layer")
    if wanted in ("lr", "learning_rate") and (facts.error.close == () or "param_groups" in facts.error.close):
        return Said("member", fields, "member.rate")
    return _close(facts, fields, "member.object")


DRAWING = frozenset(
    (
        "plot",
        "scatter",
        "imshow",
        "bar",
        "barh",
        "hist",
        "set_title",
        "set_xlabel",
        "set_ylabel",
        "legend",
        "axis",
        "grid",
    )
)
"""Methods of a single matplotlib plot."""

_OF_AXES = frozenset(("title", "xlabel", "ylabel", "xlim", "ylim", "xticks", "yticks", "xscale", "yscale"))
"""Functions of `plt` that a single plot has with the prefix `set_`."""


def _array(facts: Facts, fields: dict[str, object], wanted: str) -> Said:
    if wanted in DRAWING:
        return Said("member", fields, "member.axes")
    if wanted in ("append", "extend"):
        return Said("member", fields, "member.array_append")
    if wanted in _OF_TENSORS or wanted in ("to", "cuda", "dim"):
        return Said("member", fields, "member.array_tensor")
    return _close(facts, fields, "member.other")


def _close(facts: Facts, fields: dict[str, object], otherwise: str) -> Said:
    close = next(iter(facts.error.close), "")
    if close:
        return Said("member", fields | {"new": f"{fields['name']}.{close}"}, "member.spelling")
    return Said("member", fields, otherwise)


def loaded(facts: Facts, node: ast.AST | None) -> Said | None:
    """`model = model.load_state_dict(…)`: it returns the keys that did not fit."""
    name, origin = text(node), facts.origin(node)
    if not name or origin is None or not origin.source or not origin.function.endswith("load_state_dict"):
        return None
    fields: dict[str, object] = {"name": name, "line": origin.line, "source": origin.source}
    return Said("loaded", fields | {"function": origin.function})


def _of_class(facts: Facts, match: re.Match[str]) -> Said | None:
    """`Net.fc1`: the class lacks attributes that its objects get in `__init__`."""
    if not facts.is_own:
        return None
    node = facts.expression.node
    owner = node.value if isinstance(node, ast.Attribute) else None
    named = facts.is_code(owner, "class")
    name = text(owner)
    fields: dict[str, object] = {"name": name, "type": match[1], "attribute": match[2]}
    if named is None or not name:
        return None
    if name.rpartition(".")[2] != named.of and not facts.error.close:
        return Said("of_class", fields | {"of": named.of}, "of_class.assigned")
    if facts.error.close:
        return Said("of_class", fields | {"new": f"{name}.{facts.error.close[0]}"}, "of_class.spelling")
    return Said("of_class", fields)


def _not_called_yet(facts: Facts, match: re.Match[str]) -> Said | None:
    """`model.module` of a model that `DataParallel` has not wrapped."""
    node = facts.expression.node
    if match[2] != "module" or not isinstance(node, ast.Attribute) or node.attr != "module":
        return None
    name = text(node.value)
    known = facts.type_of(node.value) == match[1]
    return Said("not_wrapped", {"name": name, "type": match[1]}) if known and name else None


def _read_only(facts: Facts, match: re.Match[str]) -> Said | None:
    if not facts.is_own:
        return None
    kind = match[2].rpartition(".")[2]
    if kind in ("TensorBase", "Tensor", "Parameter", "ndarray"):
        return Said("read_only", {"attribute": match[1], "type": kind.replace("TensorBase", "Tensor")})
    return Said("read_only", {"attribute": match[1], "type": kind}, "read_only.property", "read_only.derived")


def _member(facts: Facts, match: re.Match[str]) -> Said | None:
    """A member that an `Enum` does not have, by its name or by its value."""
    node = facts.expression.node
    if isinstance(node, ast.Attribute | ast.Subscript):
        owner, asked = node.value, node.attr if isinstance(node, ast.Attribute) else text(node.slice)
    elif isinstance(node, ast.Call) and len(node.args) == 1:
        owner, asked = node.func, facts.error.text.split(" is not a valid")[0]
    else:
        return None
    if facts.below[-1:] == [] or not facts.below[-1].endswith("/enum.py"):
        return None
    by_value = isinstance(node, ast.Call)
    fields: dict[str, object] = {"name": text(owner), "asked": asked}
    return Said("enum", fields, "enum.value" if by_value else "", "enum.by_value" if by_value else "")


RULES_FIRST = (Rule(r"^'(\w+)' object has no attribute '(\w+)'", _not_called_yet),)
"""Tried before the rules about models' attributes."""

OF_ENUMS = (Rule(r"^'?(\w+)'?$|is not a valid \w+$", _member),)
"""Tried before the rules about keys."""


def _frozen(facts: Facts, match: re.Match[str]) -> Said | None:
    return Said("frozen", {"name": match[1]}) if facts.error.type.endswith("FrozenInstanceError") else None


def _part(facts: Facts, match: re.Match[str]) -> Said | None:
    function = facts.expression.called
    if function not in ("get_submodule", "get_parameter", "get_buffer"):
        return None
    return Said("no_part", {"type": match[1], "part": match[2], "function": function})


RULES = (
    Rule(r"^cannot (?:assign to|delete) field '(\w+)'", _frozen),
    Rule(r"^(\w+) has no attribute `(\w+)`", _part),
    Rule(r"^'(Tensor|Parameter)' object has no attribute '(\w+)'", _tensor),
    Rule(r"^type object '(\w+)' has no attribute '(\w+)'", _of_class),
    Rule(r"^'([\w.-]+)' object has no attribute '(\w+)'", _missing),
    Rule(r"^attribute '(\w+)' of '([\w.]+)' objects is not writable", _read_only),
    Rule(r"^property '(\w+)' of '(\w+)' object has no setter", _read_only),
)
"""Missing attributes."""
