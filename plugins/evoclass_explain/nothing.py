"""`None` where a value was expected: its origin, if the learner's source shows it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from evoclass.protocol import Origin
from evoclass_explain.expression import is_plain, text
from evoclass_explain.facts import Facts
from evoclass_explain.rules import Rule, Said

_IN_PLACE = frozenset(
    (
        "append",
        "extend",
        "insert",
        "remove",
        "sort",
        "reverse",
        "update",
        "clear",
        "add",
        "discard",
        "shuffle",
    )
)
"""Methods of Python's containers, and `random.shuffle`: they change their object in place and return nothing."""

_ACTING = frozenset(
    ("backward", "step", "zero_grad", "print", "seed", "savefig", "show", "makedirs", "mkdir", "save")
)
"""Methods that are called for their effect, not for their result."""

_SEARCHES = frozenset(("match", "search", "fullmatch", "get"))


def _none(facts: Facts, match: re.Match[str]) -> Said | None:
    if not facts.is_own and "must be Tensor" not in facts.error.text and "of type" not in facts.error.text:
        return _inside(facts)
    for node in _subjects(facts):
        said = _because(facts, node)
        if said is not None:
            return said
    return Said("nothing") if facts.is_own else _inside(facts)


def _subjects(facts: Facts) -> Iterator[ast.AST]:
    """Yield possible sources of the None, the likeliest first: names of a None, and calls that return nothing."""
    node = facts.expression.node
    whole = [node] if node is not None else []
    if "unpack" in facts.error.text and isinstance(facts.statement, ast.Assign):
        whole = [facts.statement.value]
    for part in (inner for each in whole for inner in ast.walk(each)):
        if is_plain(part) and facts.type_of(part) == "NoneType":
            yield part
    for part in (inner for each in whole for inner in ast.walk(each)):
        origin = facts.origin(part) if isinstance(part, ast.Call) else None
        if origin is not None and (origin.returns is False or _last(origin) in _IN_PLACE):
            yield part


def _because(facts: Facts, node: ast.AST) -> Said | None:
    name, origin = text(node), facts.origin(node)
    fields: dict[str, object] = {"name": name}
    if not name:
        return None
    if origin is None:
        return Said("nothing_known", fields, what="nothing_known.plain")
    fields |= {"line": origin.line, "source": origin.source, "function": origin.function}
    direct = isinstance(node, ast.Call)
    if origin.returns is False:
        fields["maker"] = origin.maker
        return Said("no_return", fields, what="no_return.direct" if direct else "")
    if not origin.source:
        return Said("nothing_known", fields)
    last = _last(origin)
    if last in _IN_PLACE:
        return Said("in_place_none", fields, "in_place_none.direct" if direct else "")
    if last in _ACTING:
        return Said("in_place_none", fields, what="in_place_none.acting")
    if last in _SEARCHES:
        return Said("nothing_found", fields)
    if last == "imread":
        return Said("nothing_found", fields, "nothing_found.image", "nothing_found.image_what")
    if origin.source == "None":
        return Said("still_none", fields)
    return Said("nothing_known", fields)


def _last(origin: Origin) -> str:
    return origin.function.rpartition(".")[2]


def _inside(facts: Facts) -> Said | None:
    """A layer in a sequence of layers got None: the layer before it returned nothing."""
    running = facts.running
    inner = any(file.endswith("torch/nn/modules/container.py") for file in facts.below)
    if running is None or not inner or not facts.below[-1].endswith(_LAYERS):
        return None
    return Said("layer_none", {"layer": running.name, "type": running.type})


_LAYERS = tuple(
    f"torch/nn/modules/{name}.py"
    for name in (
        "linear",
        "conv",
        "flatten",
        "activation",
        "batchnorm",
        "pooling",
        "dropout",
        "normalization",
    )
)

RULES = (
    Rule(
        r"^'NoneType' object|of type 'NoneType' has no len|non-iterable NoneType|operand type\(s\) for .*'NoneType'|"
        r"not supported between instances of .*'NoneType'|NoneType\.__format__|"
        r"must be [^;]*?,? not '?NoneType|bad operand type .*'NoneType'",
        _none,
    ),
)
"""None."""
