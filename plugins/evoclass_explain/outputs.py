"""Models that return several results in one object, and that object used as a tensor."""

from __future__ import annotations

import ast
import re

from evoclass.protocol import Operand
from evoclass_explain.expression import closed, is_plain, text
from evoclass_explain.facts import Facts
from evoclass_explain.rules import Rule, Said

_DICTIONARIES = ("dict", "OrderedDict")
_OF_TORCHVISION = ("GoogLeNetOutputs", "InceptionOutputs")
"""Results of torchvision's models with auxiliary classifiers in training mode."""

_SEGMENTING = ("FCN", "DeepLabV3", "LRASPP")
_SCORES = ("out", "logits", "pred", "output", "last_hidden_state")
"""Names of a model's main result, the most certain first."""

_RECURRENT = ("LSTM", "GRU", "RNN")
_PAIRS = (*_RECURRENT, "MultiheadAttention", "LSTMCell")
_OTHER = (
    *("list", "str", "int", "float", "bool", "NoneType", "ndarray", "numpy.ndarray", "function", "method"),
    *("type", "set", "generator", "Size", "Series", "DataFrame", "Image", "JpegImageFile", "PngImageFile"),
)
_OF_TENSORS = frozenset(
    (
        *("size", "shape", "dim", "ndim", "dtype", "device", "softmax", "log_softmax", "sigmoid", "argmax"),
        *("backward", "mean", "sum", "max", "min", "view", "reshape", "flatten", "squeeze", "detach"),
        *("numel", "is_floating_point", "log", "exp", "permute", "transpose", "topk", "numpy", "item"),
        *("requires_grad", "is_cuda", "unsqueeze", "is_nested", "new_zeros", "float", "round"),
    )
)


def _passed(facts: Facts, match: re.Match[str]) -> Said | None:
    """One of PyTorch's functions got the object: `argument 'input' must be Tensor, not GoogLeNetOutputs`."""
    if match[2] not in ("input", "self", "other", "target"):
        return None
    kind = match[3].rpartition(".")[2]
    return _pick(facts, _given(facts, kind), kind)


def _asked(facts: Facts, match: re.Match[str]) -> Said | None:
    """The learner or PyTorch uses a tensor attribute of the object."""
    kind, wanted, node = match[1].rpartition(".")[2], match[2], facts.expression.node
    if wanted not in _OF_TENSORS:
        return None
    if isinstance(node, ast.Attribute) and node.attr == wanted and facts.is_own:
        own = facts.value(node.value)
        holds = own is not None and own.type == kind and (bool(_parts(facts, node.value)) or bool(own.keys))
        # Other rules explain tuples and dictionaries; their type does not show their purpose.
        return _pick(facts, node.value, kind) if holds and kind not in ("tuple", *_DICTIONARIES) else None
    if facts.is_own or not facts.below or "/torch/" not in facts.below[-1]:
        return None
    return _pick(facts, _given(facts, kind), kind)


def _given(facts: Facts, kind: str) -> ast.AST | None:
    """Return the argument of the learner's call that has this type, or the only possible one."""
    call = facts.expression.call
    if call is None or not (facts.running is None or facts.is_first):
        return None
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    known = [node for node in arguments if facts.type_of(node) == kind]
    if known:
        return known[0] if len(known) == 1 else None
    made = [node for node in arguments if isinstance(node, ast.Call) and _of_model(facts, node)]
    return made[0] if len(made) == 1 else None


def _of_model(facts: Facts, call: ast.Call) -> bool:
    """Whether this calls a model, or one of the learner's own functions."""
    origin = facts.origin(call)
    if origin is not None and origin.maker:
        return True
    if isinstance(call.func, ast.Call):  # `Net()(x)`
        return facts.is_code(call.func.func, "class") is not None
    own = facts.value(call.func)
    return own is not None and own.shape is None and own.type not in ("function", "method")


def _pick(facts: Facts, node: ast.AST | None, kind: str) -> Said | None:
    name = closed(node)
    if not name or kind in _OTHER:
        return None
    fields: dict[str, object] = {"name": name, "type": kind}
    if kind in _OF_TORCHVISION:
        return Said("several_outputs", fields, "several_outputs.logits", "several_outputs.auxiliary")
    if kind in _DICTIONARIES:
        return _of_dictionary(facts, node, fields)
    parts = _parts(facts, node)
    if kind == "tuple":
        return _of_tuple(facts, node, fields) if isinstance(node, ast.Call) else None
    best = next((each for end in _SCORES for each in parts if each.name.endswith(f".{end}")), None)
    if best is not None:
        fields["part"] = best.name
        return Said("several_outputs", fields, "several_outputs.part")
    if parts:
        fields["parts"] = ", ".join(f"`{each.name}`" for each in parts[:6])
        return Said("several_outputs", fields, "several_outputs.parts")
    if re.search(r"Outputs?(?:With\w*)?$", kind):
        return Said("several_outputs", fields)
    return None


def _of_dictionary(facts: Facts, node: ast.AST | None, fields: dict[str, object]) -> Said:
    own = facts.value(node)
    keys = own.keys if own is not None else ()
    called = node.func if isinstance(node, ast.Call) else None
    origin = facts.origin(node)
    made_by = facts.type_of(called) if called is not None else ""
    if not keys and made_by in _SEGMENTING:
        return Said("several_outputs", fields | {"part": f"{fields['name']}['out']"}, "several_outputs.part")
    best = next((repr(end) for end in _SCORES if repr(end) in keys), "")
    if best:
        return Said("several_outputs", fields | {"part": f"{fields['name']}[{best}]"}, "several_outputs.part")
    if keys:
        listed = ", ".join(keys[:8])
        return Said("several_outputs", fields | {"keys": listed}, "several_outputs.keys")
    own_code = origin is not None and bool(origin.maker)
    return Said("several_outputs", fields, "several_outputs.returned" if own_code else "several_outputs.key")


def _of_tuple(facts: Facts, node: ast.Call, fields: dict[str, object]) -> Said | None:
    origin, kind = facts.origin(node), facts.type_of(node.func)
    if kind in _RECURRENT and facts.calls_layer:
        return None  # the rule about one recurrent layer before another says more
    if kind in _PAIRS:
        return Said("several_outputs", fields | {"part": f"{fields['name']}[0]"}, "several_outputs.part")
    if origin is not None and origin.maker:
        fields |= {"maker": origin.maker, "part": f"{fields['name']}[0]"}
        return Said("several_outputs", fields, "several_outputs.tuple")
    return None


def _parts(facts: Facts, node: ast.AST | None) -> list[Operand]:
    """Return the tensors that this object contains by name."""
    if not is_plain(node):
        return []
    begin = f"{text(node)}."
    return [
        own
        for own in facts.error.operands
        if own.name.startswith(begin) and "." not in own.name[len(begin) :] and own.shape is not None
    ]


RULES = (
    Rule(r"^(\w+)\(\): argument '(\w+)' (?:\(position \d+\) )?must be Tensor, not ([\w.]+)$", _passed),
    Rule(r"^'([\w.]+)' object has no attribute '(\w+)'", _asked),
)
"""Several results."""
