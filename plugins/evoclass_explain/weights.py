"""Weights, or a file that contains them, taken for the model itself."""

from __future__ import annotations

import ast
import re

from evoclass.protocol import Operand
from evoclass_explain.expression import is_plain, text
from evoclass_explain.facts import Facts
from evoclass_explain.rules import Rule, Said

_MOVED = frozenset(("to", "cuda", "cpu", "float", "half", "double", "bfloat16", "requires_grad_", "detach"))
"""Methods that are often called on a model, and also on a batch that is a dictionary."""

_OF_MODELS = _MOVED | frozenset(
    (
        *("eval", "train", "parameters", "named_parameters", "modules", "named_modules", "children"),
        *("named_children", "forward", "state_dict", "load_state_dict", "zero_grad", "apply", "predict"),
        *("generate", "share_memory", "register_forward_hook", "get_submodule"),
    )
)
_ENTRIES = ("model", "model_state_dict", "state_dict", "net", "network", "weights", "generator")
"""Keys of a model or its weights in a file with other entries."""

_LOADERS = frozenset(("load", "load_file", "load_state_dict_from_url", "load_url"))


def _attribute(facts: Facts, match: re.Match[str]) -> Said | None:
    node, wanted = facts.expression.node, match[2]
    if not facts.is_own or wanted not in _OF_MODELS:
        return None
    owner = node.value if isinstance(node, ast.Attribute) and node.attr == wanted else None
    own = facts.value(owner)
    if own is not None and (own.type != match[1] or repr(wanted) in own.keys):
        return None
    return _instead(facts, owner, match[1], wanted)


def _called(facts: Facts, match: re.Match[str]) -> Said | None:
    call = facts.expression.call
    if not facts.is_own or call is None or facts.type_of(call.func) not in ("", match[1]):
        return None
    return _instead(facts, call.func, match[1], "")


def _instead(facts: Facts, owner: ast.AST | None, kind: str, wanted: str) -> Said | None:
    """Tell weights from a checkpoint with several entries, and both from any other dictionary."""
    name, own = text(owner), facts.value(owner)
    if not name:
        return None
    source, line = _source(facts, owner)
    fields: dict[str, object] = {"name": name, "type": kind, "line": line}
    fields["attribute"] = f"{name}.{wanted}()" if wanted else f"{name}(…)"
    if _are_weights(own) or (kind == "OrderedDict" and source is not None):
        return _weights(fields, source, name)
    entry = next((each for each in own.keys if each.strip("'") in _ENTRIES), "") if own is not None else ""
    if entry and own is not None:
        fields |= {"entry": f"{name}[{entry}]", "keys": ", ".join(own.keys)}
        return Said("checkpoint_taken", fields, "checkpoint_taken.entry")
    if _last_name(source) in _LOADERS and own is None and kind == "dict":
        return Said("checkpoint_taken", fields, what="checkpoint_taken.loaded")
    if wanted in _MOVED and is_plain(owner):
        return Said("dictionary_moved", fields | {"attribute": wanted, "call": _call(facts, name, wanted)})
    return Said("dictionary_taken", fields) if wanted and wanted != "train" and is_plain(owner) else None


def _call(facts: Facts, name: str, wanted: str) -> str:
    """Return the method as the learner calls it, `to(device)`."""
    statement = facts.statement
    call = text(statement.value if isinstance(statement, ast.Assign) else statement)
    return call.removeprefix(f"{name}.") if call.startswith(f"{name}.{wanted}(") else f"{wanted}(…)"


def _weights(fields: dict[str, object], source: ast.AST | None, name: str) -> Said:
    last, written = _last_name(source), text(source)
    if last == "state_dict" and written:
        hint = "weights_taken.own" if fields["line"] else "weights_taken.direct"
        called = source.func if isinstance(source, ast.Call) else None
        model = text(called.value) if isinstance(called, ast.Attribute) else ""
        return Said("weights_taken", fields | {"source": written, "model": model}, hint)
    given = written if last in _LOADERS and written else name
    return Said("weights_taken", fields | {"source": given})


def _are_weights(own: Operand | None) -> bool:
    """Whether the keys of a dictionary are names of weights: `'0.weight'`, `'fc.bias'`."""
    return own is not None and any(re.search(r"(?:^'|\.)(?:weight|bias)'$", key) for key in own.keys)


def _source(facts: Facts, owner: ast.AST | None) -> tuple[ast.Call | None, object]:
    """Return the call of a loader or of `state_dict` that made this, and the line if it is another one."""
    line: object = ""
    found: ast.AST | None = owner
    if is_plain(owner):
        origin = facts.origin(owner)
        if origin is None or not origin.source:
            return None, line
        line = origin.line
        try:
            found = ast.parse(origin.source, mode="eval").body
        except SyntaxError:
            return None, line
    if isinstance(found, ast.Call) and _last_name(found) in (*_LOADERS, "state_dict"):
        return found, line
    return None, line


def _last_name(call: ast.AST | None) -> str:
    return text(call.func).rpartition(".")[2] if isinstance(call, ast.Call) else ""


RULES = (
    Rule(r"^'(?:collections\.)?(dict|OrderedDict)' object has no attribute '(\w+)'", _attribute),
    Rule(r"^'(?:collections\.)?(dict|OrderedDict)' object is not callable", _called),
)
"""Weights instead of a model."""
